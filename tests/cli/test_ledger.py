"""The journal from end to end, on the sample alliance: frames, closes, appeals, keys."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from beleg.cli import main
from beleg.prove import journal
from beleg.prove.journal import read_entries
from beleg.prove.verify_journal import verify
from beleg.records import Balance, Override, Payout, Pot, Problem, Stake
from beleg.store import Workspace

POTS = """
[[frames]]
name = "autumn"
panels = ["autumn-2026"]
source = "made up"
coverage = "complete"

[[pots]]
id = "november"
series = "press"
period = "2026-11"
amount = "6000.00 EUR"
existence = "published"
coverage = "synthetic"

[[pots]]
id = "december"
series = "press"
period = "2026-12"
amount = "6000.00 EUR"
existence = "published"
coverage = "complete"
frame = "autumn"
"""
EXAMPLES = Path(__file__).parents[2] / "examples"
LATER = datetime(2027, 1, 15, 12, tzinfo=UTC)


def beleg(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-C", str(folder), *arguments])


def done(folder: Path, *arguments: str) -> str:
    result = beleg(folder, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def told(folder: Path, *arguments: str) -> str:
    result = beleg(folder, *arguments)
    assert result.exit_code == 1, result.output
    return result.output


def as_json(folder: Path, *arguments: str):
    return json.loads(done(folder, *arguments, "--json"))


def settle(folder: Path) -> None:
    for command in ("share", "prove"):
        done(folder, command)


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample alliance and one engine, with two pots of a series, settled and proved."""
    folder = tmp_path_factory.mktemp("ledger") / "ws"
    folder.mkdir()
    shutil.copy(EXAMPLES / "prompts.csv", folder)
    text = (EXAMPLES / "beleg.toml").read_text(encoding="utf-8")
    (folder / "beleg.toml").write_text(text[: text.index("[[pots]]")] + POTS, encoding="utf-8")
    done(folder, "collect", "pages", str(EXAMPLES / "pages"))
    done(folder, "collect", "answers", str(EXAMPLES / "answers" / "perplexity.jsonl"))
    done(folder, "run")
    return folder


@pytest.fixture
def ws(settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of one's own, in January."""
    shutil.copytree(settled, tmp_path / "ws")
    monkeypatch.setattr(journal, "now", lambda: LATER)
    return tmp_path / "ws"


@pytest.fixture
def disputed(ws: Path) -> Stake:
    """The heaviest stake of Der Anker in November that others share."""
    stakes = [row for row in Workspace(ws).rows(Stake) if row.pot_id == "november"]
    crowds = {row.claim_id for row in stakes if row.publisher_id == "uferfunk"}
    mine = [row for row in stakes if row.publisher_id == "anker" and row.claim_id in crowds]
    return max(mine, key=lambda row: (row.weight, row.claim_id))


def open_appeal(ws: Path, stake: Stake, support: int = 0) -> dict:
    which = ["--claim", stake.claim_id[:12], "--publisher", stake.publisher_id]
    said = ["--support", str(support), "--reason", "Der Text handelt von Tondrup."]
    return as_json(ws, "share", "appeal", "open", "--pot", stake.pot_id, *which, *said)


def payouts(ws: Path, pot_id: str) -> dict[tuple[str, str | None], Payout]:
    rows = Workspace(ws).rows(Payout)
    return {(row.payee, row.publisher_id): row for row in rows if row.pot_id == pot_id}


def check(ws: Path) -> dict:
    """Verify statements and journal; return the journal's figures."""
    assert beleg(ws, "verify", str(ws / "statements")).exit_code == 0
    findings, figures = verify(ws / "statements", as_json(ws, "prove", "key")["public_key"])
    assert findings == []
    return figures


def types(ws: Path) -> list[str]:
    return [row["type"] for row in read_entries(ws / "ledger")]


class TestStatements:
    def test_roots_are_entered_and_signed_once(self, ws: Path) -> None:
        assert types(ws)[-2:] == ["statement", "statement"]
        figures = check(ws)
        before = (ws / "ledger" / "checkpoints.jsonl").read_bytes()
        settle(ws)
        assert (ws / "ledger" / "checkpoints.jsonl").read_bytes() == before
        assert check(ws) == figures

    def test_lost_tables_lose_no_decision(self, ws: Path, disputed: Stake) -> None:
        opened = open_appeal(ws, disputed)
        done(ws, "share", "appeal", "post", opened["appeal_id"])
        done(ws, "share")
        done(ws, "prove")
        done(ws, "share", "close", "november")
        before = {name: Workspace(ws).hash_of(name) for name in ("overrides", "closed_payouts")}
        shutil.rmtree(ws / "tables")
        done(ws, "collect", "again")
        done(ws, "share")
        assert {name: Workspace(ws).hash_of(name) for name in before} == before


class TestFrames:
    def test_committed_before_its_period_it_is_in_time(
        self, ws: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(journal, "now", lambda: datetime(2026, 11, 29, tzinfo=UTC))
        (late,) = [row for row in Workspace(ws).rows(Problem) if row.record_id == "december"]
        assert "was never committed" in late.message
        entry = as_json(ws, "share", "frame", "commit", "--pot", "december")
        assert entry["in_time"]
        pots = {row.pot_id: row for row in Workspace(ws).rows(Pot)}
        assert entry["frame"] == pots["december"].frame
        assert not [row for row in Workspace(ws).rows(Problem) if row.record_id == "december"]
        rows = {row["pot"]: row for row in as_json(ws, "share", "frame", "show")}
        assert (rows["december"]["in_time"], rows["november"]["frame"]) == (True, None)
        assert "is committed since" in told(ws, "share", "frame", "commit", "--pot", "december")
        check(ws)

    def test_committed_later_it_is_said_to_be_late(self, ws: Path) -> None:
        result = beleg(ws, "share", "frame", "commit", "--pot", "december")
        assert "The period began on 2026-11-30" in result.output
        (late,) = [row for row in Workspace(ws).rows(Problem) if row.record_id == "december"]
        assert "committed on 2027-01-15, after its period began" in late.message
        assert "no" in done(ws, "share", "frame", "show")

    def test_a_changed_frame_is_another_one(
        self, ws: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(journal, "now", lambda: datetime(2026, 11, 29, tzinfo=UTC))
        done(ws, "share", "frame", "commit", "--pot", "december")
        toml = ws / "beleg.toml"
        text = toml.read_text(encoding="utf-8")
        toml.write_text(text.replace('source = "made up"', 'source = "elsewhere"'), "utf-8")
        done(ws, "share")
        (late,) = [row for row in Workspace(ws).rows(Problem) if row.record_id == "december"]
        assert "was never committed" in late.message

    def test_a_simulation_commits_to_nothing(self, ws: Path) -> None:
        assert not [row for row in Workspace(ws).rows(Problem) if row.record_id == "november"]
        toml = ws / "beleg.toml"
        text = toml.read_text(encoding="utf-8")
        toml.write_text(text.replace('coverage = "synthetic"', 'coverage = "complete"'), "utf-8")
        done(ws, "share")
        (row,) = [row for row in Workspace(ws).rows(Problem) if row.record_id == "november"]
        assert "it has no frame" in row.message

    def test_a_series_named_by_a_text_is_refused(self, ws: Path) -> None:
        toml = ws / "beleg.toml"
        text = toml.read_text(encoding="utf-8")
        toml.write_text(text.replace('"press"', '"Presse im Winter"'), "utf-8")
        before = types(ws)
        said = told(ws, "share", "frame", "commit", "--pot", "december")
        assert "series == 'Presse im Winter'" in said
        assert "Name pots and series with letters" in said
        assert types(ws) == before

    def test_without_a_frame_there_is_nothing_to_commit(self, ws: Path) -> None:
        assert "has no frame" in told(ws, "share", "frame", "commit", "--pot", "november")
        found = told(ws, "share", "frame", "commit", "--pot", "may")
        assert "no pot 'may'. There are: december, november." in found


class TestAppeals:
    def test_in_an_open_pot_the_statement_is_superseded(self, ws: Path, disputed: Stake) -> None:
        before, folder = payouts(ws, "november"), ws / "statements" / "2026-11" / "november"
        root = json.loads((folder / "manifest.json").read_bytes())["root"]
        opened = open_appeal(ws, disputed)
        assert (opened["status"], opened["publisher_id"]) == ("pending", "anker")
        assert opened["claim_id"] == disputed.claim_id
        changes = {(row["pot_id"], row["payee"]): row for row in opened["changes"]}
        assert changes["november", "anker"]["difference_minor"] < 0
        assert changes["november", "uferfunk"]["difference_minor"] > 0
        settle(ws)
        assert payouts(ws, "november") == before  # pending, it changes nothing
        posted = as_json(
            ws, "share", "appeal", "post", opened["appeal_id"][:8], "--by", "Vorstand"
        )
        assert (posted["status"], posted["by"]) == ("posted", "Vorstand")
        settle(ws)
        after = payouts(ws, "november")
        for (pot_id, payee), row in changes.items():
            if pot_id == "november":
                key = (payee, row["publisher_id"])
                assert before[key].assigned_minor == row["before_minor"]
                assert after[key].assigned_minor == row["after_minor"]
        assert not [
            row
            for row in Workspace(ws).rows(Stake)
            if (row.pot_id, row.claim_id, row.publisher_id)
            == ("november", disputed.claim_id, "anker")
        ]
        new = json.loads((folder / "manifest.json").read_bytes())["root"]
        last = [row for row in read_entries(ws / "ledger") if row["type"] == "statement"][-2:]
        (entry,) = [row for row in last if row["pot_id"] == "november"]
        assert (entry["root"], entry["supersedes"]) == (new, root)
        assert new != root
        check(ws)

    def test_a_raised_support_names_its_appeal_in_the_statement(
        self, ws: Path, disputed: Stake
    ) -> None:
        opened = open_appeal(ws, disputed, 10_000)
        done(ws, "share", "appeal", "post", opened["appeal_id"])
        settle(ws)
        (row,) = Workspace(ws).rows(Override)
        assert (row.appeal_id, row.support) == (opened["appeal_id"], 10_000)
        (stake,) = [row for row in Workspace(ws).rows(Stake) if row.appeal_id]
        assert (stake.support, stake.passage_id) == (10_000, disputed.passage_id)
        ledger = (ws / "statements" / "2026-11" / "november" / "ledger.jsonl").read_text()
        assert f'"appeal":"{opened["appeal_id"]}"' in ledger
        check(ws)

    def test_in_a_closed_pot_a_counter_entry_goes_into_the_next(
        self, ws: Path, disputed: Stake
    ) -> None:
        done(ws, "share", "close", "november")
        folder = ws / "statements" / "2026-11" / "november"
        before, files = payouts(ws, "november"), [p.read_bytes() for p in sorted(folder.iterdir())]
        opened = open_appeal(ws, disputed)
        changes = {(row["pot_id"], row["payee"]): row for row in opened["changes"]}
        assert {pot_id for pot_id, _ in changes} == {"december"}
        assert changes["december", "anker"]["carried_minor"] < 0  # a debt, never paid
        assert changes["december", "uferfunk"]["difference_minor"] > 0
        done(ws, "share", "appeal", "post", opened["appeal_id"])
        done(ws, "share")
        said = beleg(ws, "prove").output
        assert "november is closed: what has changed since goes into pot december" in said
        assert payouts(ws, "november") == before
        assert [p.read_bytes() for p in sorted(folder.iterdir())] == files
        corrections = [row for row in Workspace(ws).rows(Balance) if row.kind == "correction"]
        assert {(row.pot_id, row.source) for row in corrections} == {("december", "november")}
        after = payouts(ws, "december")
        for (_, payee), row in changes.items():
            key = (payee, row["publisher_id"])
            assert after[key].assigned_minor == row["after_minor"]
        assert sum(row.assigned_minor for row in after.values()) == 600_000
        check(ws)
        # And the successor, once closed, keeps what was corrected: it does not come twice.
        done(ws, "share", "close", "december")
        settle(ws)
        assert payouts(ws, "december") == after
        check(ws)

    def test_void_changes_nothing_and_decisions_stay(self, ws: Path, disputed: Stake) -> None:
        before, opened = payouts(ws, "november"), open_appeal(ws, disputed)
        reason = ["--reason", "Er handelt von Ellerhaven."]
        voided = as_json(ws, "share", "appeal", "void", opened["appeal_id"], *reason)
        assert (voided["status"], voided["void_reason"]) == ("void", "Er handelt von Ellerhaven.")
        for again in (["post", opened["appeal_id"]], ["void", opened["appeal_id"], *reason]):
            assert "was decided at" in told(ws, "share", "appeal", *again)
        settle(ws)
        assert payouts(ws, "november") == before
        assert types(ws)[-2:] == ["appeal", "appeal_voided"]
        (row,) = as_json(ws, "share", "appeal", "list", "--pot", "november")
        assert row["reason"] == "Der Text handelt von Tondrup."
        assert as_json(ws, "share", "appeal", "list", "--pot", "december") == []

    def test_the_last_of_two_decisions_stands(self, ws: Path, disputed: Stake) -> None:
        first, second = open_appeal(ws, disputed, 9_999), open_appeal(ws, disputed, 9_998)
        for opened in (second, first):
            done(ws, "share", "appeal", "post", opened["appeal_id"])
        done(ws, "share")
        (row,) = Workspace(ws).rows(Override)
        assert (row.appeal_id, row.support) == (first["appeal_id"], 9_999)

    def test_the_journal_holds_no_text_and_no_name(self, ws: Path, disputed: Stake) -> None:
        opened = open_appeal(ws, disputed)
        done(ws, "share", "appeal", "post", opened["appeal_id"], "--by", "Vorstand")
        text = (ws / "ledger" / "journal.jsonl").read_text()
        assert not any(word in text for word in ("Tondrup", "Vorstand", "anker"))

    def test_a_forgotten_reason_is_no_obstacle_a_forgotten_publisher_is_told(
        self, ws: Path, disputed: Stake
    ) -> None:
        opened = open_appeal(ws, disputed)
        done(ws, "share", "appeal", "post", opened["appeal_id"])
        entry = [row for row in read_entries(ws / "ledger") if row["type"] == "appeal"][-1]
        (ws / "ledger" / "annex" / f"{entry['reason']}.json").unlink()
        done(ws, "share")
        assert len(Workspace(ws).rows(Override)) == 1
        assert "(forgotten)" in done(ws, "share", "appeal", "list")
        (ws / "ledger" / "annex" / f"{entry['publisher']}.json").unlink()
        done(ws, "share")
        assert Workspace(ws).rows(Override) == []
        messages = [row.message for row in Workspace(ws).rows(Problem)]
        assert any("its publisher was forgotten" in message for message in messages)
        check(ws)

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"--pot": "may"}, "no pot 'may'"),
            ({"--claim": "zz"}, "no id of a claim of pot november begins with 'zz'"),
            ({"--claim": ""}, "no id of a claim"),
            ({"--publisher": "nobody"}, "'nobody' does not play in pot november"),
            ({"--passage": "zz"}, "no id of a passage begins"),
        ],
    )
    def test_what_is_not_there_is_told(
        self, ws: Path, disputed: Stake, changed: dict[str, str], said: str
    ) -> None:
        options = {"--pot": "november", "--claim": disputed.claim_id, "--publisher": "anker"}
        options |= {"--support": "0", "--reason": "x", **changed}
        arguments = [word for pair in options.items() for word in pair]
        before = types(ws)
        assert said in told(ws, "share", "appeal", "open", *arguments)
        assert types(ws) == before

    def test_people_read_what_it_would_change(self, ws: Path, disputed: Stake) -> None:
        said = done(
            *(ws, "share", "appeal", "open", "--pot", "november", "--claim", disputed.claim_id),
            *("--publisher", "anker", "--support", str(disputed.support), "--reason", "x"),
        )
        assert "nothing" in said.splitlines()[1]
        assert "difference" in done(
            *(ws, "share", "appeal", "open", "--pot", "november", "--claim", disputed.claim_id),
            *("--publisher", "anker", "--support", "0", "--reason", "x"),
        )


class TestCloses:
    def test_a_pot_is_closed_once(self, ws: Path) -> None:
        entry = as_json(ws, "share", "close", "november")
        assert not entry["period_is_running"]
        folder = ws / "statements" / "2026-11" / "november"
        assert entry["root"] == json.loads((folder / "manifest.json").read_bytes())["root"]
        assert "was closed at" in told(ws, "share", "close", "november")
        assert "no pot 'may'" in told(ws, "share", "close", "may")
        check(ws)

    def test_what_nobody_has_seen_is_not_closed(self, ws: Path) -> None:
        toml = ws / "beleg.toml"
        text = toml.read_text(encoding="utf-8")
        toml.write_text(text.replace('"6000.00 EUR"', '"6000.01 EUR"', 1), "utf-8")
        done(ws, "share")
        assert "has no statement of what would be closed" in told(ws, "share", "close", "november")
        done(ws, "prove")
        done(ws, "share", "close", "november")

    def test_pots_of_a_series_are_closed_in_their_order(self, ws: Path) -> None:
        said = told(ws, "share", "close", "december")
        assert "pot november of the same series comes before it, and is open" in said
        for name in ("november", "december"):
            done(ws, "share", "close", name)
        check(ws)

    def test_a_pot_that_is_closed_while_it_runs_is_told(
        self, ws: Path, disputed: Stake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(journal, "now", lambda: datetime(2026, 11, 29, tzinfo=UTC))
        opened = open_appeal(ws, disputed)
        said = beleg(ws, "share", "close", "november").output
        assert "Its period runs until 2026-11-30" in said
        assert f"Appeal {opened['appeal_id'][:12]} is pending" in said

    def test_a_changed_or_missing_statement_of_a_closed_pot_is_an_error(self, ws: Path) -> None:
        done(ws, "share", "close", "november")
        folder = ws / "statements" / "2026-11" / "november"
        shutil.move(folder, ws / "away")
        assert "the pot was closed with" in told(ws, "prove")
        shutil.move(ws / "away", folder)
        done(ws, "prove")

    def test_payouts_that_were_tampered_with_are_found(self, ws: Path) -> None:
        entry = as_json(ws, "share", "close", "november")
        file = ws / "ledger" / "annex" / f"{entry['payouts']}.json"
        text = file.read_text()
        file.write_text(text.replace('\\"paid_minor\\": 1', '\\"paid_minor\\": 2', 1))
        assert file.read_text() != text
        assert "is not what the journal committed to" in told(ws, "share")
        file.unlink()
        assert "the payouts of pot november, which is closed, are missing" in told(ws, "share")
        file.write_text(text)
        done(ws, "share")

    def test_a_closed_pot_that_left_the_settings_keeps_its_statement(self, ws: Path) -> None:
        done(ws, "share", "close", "november")
        toml = ws / "beleg.toml"
        text = toml.read_text(encoding="utf-8")
        start, end = text.index('[[pots]]\nid = "november"'), text.index('[[pots]]\nid = "dec')
        toml.write_text(text[:start] + text[end:], "utf-8")
        settle(ws)
        assert (ws / "statements" / "2026-11" / "november" / "manifest.json").exists()
        messages = [row.message for row in Workspace(ws).rows(Problem) if row.record_id]
        assert any("closed, and no longer declared" in message for message in messages)


class TestKeys:
    def test_the_key_is_printed_and_rotated(self, ws: Path) -> None:
        first = as_json(ws, "prove", "key")
        assert done(ws, "prove", "key").splitlines()[0] == first["public_key"]
        assert Path(first["file"]).read_text().strip() == first["public_key"]
        second = as_json(ws, "prove", "key", "--rotate")
        assert second["key_id"] != first["key_id"]
        assert as_json(ws, "prove", "key") == second
        for key in (first, second):
            assert verify(ws / "statements", key["public_key"])[0] == []
        secret = (ws / ".signing-key").read_text().strip()
        assert secret not in done(ws, "prove", "key")

    def test_a_lost_key_takes_a_word(self, ws: Path) -> None:
        first = as_json(ws, "prove", "key")["public_key"]
        assert "is not lost" in told(ws, "prove", "key", "--rotate", "--lost")
        assert beleg(ws, "prove", "key", "--lost").exit_code == 2
        (ws / ".signing-key").unlink()
        assert "signing key is not there" in told(ws, "prove", "key", "--rotate")
        second = as_json(ws, "prove", "key", "--rotate", "--lost")["public_key"]
        assert verify(ws / "statements", second)[0] == []
        assert "no earlier one speaks for" in verify(ws / "statements", first)[0][0]
