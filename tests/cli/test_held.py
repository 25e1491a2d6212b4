"""`beleg share` with series, amounts, frames, disputes, and `beleg share held`, end to end."""

import json
from fractions import Fraction

import pytest
from click.testing import CliRunner

from beleg.cli import main
from beleg.records import Balance, Frame, Payout, Pot, Problem
from beleg.store import Workspace

SETTINGS = """
[[publishers]]
id = "anker"
name = "Der Anker"
domains = ["der-anker.example"]
mandate = "paid"

[[rightsholders]]
id = "erben"
name = "Erben der Autorin"
found = false

[[entitlements]]
publisher = "anker"
rightsholder = "anker"
quota = "2/3"

[[entitlements]]
publisher = "anker"
rightsholder = "erben"
quota = "1/3"

[[panels]]
name = "p"
file = "panel.csv"

[[frames]]
name = "f"
panels = ["p"]
runs = 1
source = "the city's open questions"
coverage = "complete"
"""

POTS = """
[[pots]]
id = "october"
period = "2026-10"
amount = "1.00 EUR"
series = "press"
threshold = 1
due = 2027-09-30

[[pots]]
id = "november"
period = "2026-11"
amount = "1.00 EUR"
series = "press"
threshold = 1
due = 2027-09-30

[[pots]]
id = "each"
period = "2026-11"
amount = "answers EUR"
mode = "per_answer"
threshold = 1

[[pots]]
id = "framed"
period = "2026-11"
amount = "1.00 EUR"
frame = "f"
threshold = 1
"""

SENTENCE = (
    "Der Stadtrat von Lindau hat den Bau der neuen Brücke am Kanal mit 24 Stimmen gebilligt."
)
PAGE = f"""<!doctype html><html lang="de"><head><title>Brücke</title>
<link rel="canonical" href="https://der-anker.example/bruecke"></head><body><article>
<h1>Brücke</h1><p>{SENTENCE}</p><p>Das teilte die Stadt am Montag mit. Mehr als hundert Menschen
verfolgten die Sitzung im Rathaus, viele von ihnen standen auf den Fluren. Die Debatte dauerte bis
in den späten Abend, ehe die Sitzung geschlossen wurde.</p></article></body></html>"""


def answer(question, month, day, minor=None, text=SENTENCE):
    row = {"question": question, "engine": "orakel", "text": text}
    row["asked_at"] = f"2026-{month}-{day:02}T10:00:00Z"
    row["citations"] = [{"url": "https://der-anker.example/bruecke"}]
    return row | ({} if minor is None else {"amount_minor": minor, "currency": "EUR"})


ANSWERS = [
    answer("Was ist mit der Brücke?", 10, 5),
    answer("Was ist mit der Brücke?", 11, 5, 70),
    answer("Was ist mit der Brücke?", 11, 9, 30),
    answer("Wer will die Brücke?", 11, 9),
    answer("Und sonst?", 11, 9, 5, "Gern! Womit kann ich noch helfen?"),
]


def beleg(folder, *arguments):
    return CliRunner().invoke(main, ["-C", str(folder), *arguments])


def done(result):
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("money") / "ws"
    done(beleg(folder, "init"))
    (folder / "beleg.toml").write_text(SETTINGS + POTS)
    (folder / "panel.csv").write_text("text\nWas ist mit der Brücke?\n")
    (folder / "page.html").write_text(PAGE)
    (folder / "answers.jsonl").write_text("\n".join(map(json.dumps, ANSWERS)))
    done(beleg(folder, "collect", "pages", str(folder / "page.html")))
    done(beleg(folder, "collect", "answers", str(folder / "answers.jsonl")))
    for step in ("measure", "ground", "share"):
        done(beleg(folder, step))
    return folder


def payouts(folder, pot_id):
    rows = [row for row in Workspace(folder).rows(Payout) if row.pot_id == pot_id]
    return {(row.payee, row.publisher_id): row for row in rows}


def exact(row, name="carry"):
    top, bottom = (getattr(row, f"{name}_{part}") for part in ("numerator", "denominator"))
    return Fraction(int(top), int(bottom))


def test_a_series_hands_its_balances_on(workspace):
    first, second = payouts(workspace, "october"), payouts(workspace, "november")
    brought = Workspace(workspace).rows(Balance)
    assert {(row.pot_id, row.source, row.kind) for row in brought} == {
        ("november", "october", "rounding")
    }
    for key, row in second.items():
        assert exact(row, "carried") == exact(first[key])
    assert sum(row.assigned_minor for row in second.values()) == 100


def test_a_pot_of_answers_holds_what_they_bring(workspace):
    (pot,) = (pot for pot in Workspace(workspace).rows(Pot) if pot.pot_id == "each")
    assert (pot.gross_minor, pot.distributable_minor) == (100, 100)
    rows = payouts(workspace, "each")
    assert sum(row.assigned_minor for row in rows.values()) == 100
    told = [row.message for row in Workspace(workspace).rows(Problem) if row.record_id == "each"]
    assert any("1 of 4 answers bring no amount in EUR" in message for message in told)
    assert any("the 0.05 EUR that they bring are in no pot" in message for message in told)


def test_a_frame_counts_the_first_run_of_its_questions(workspace):
    (pot,) = (pot for pot in Workspace(workspace).rows(Pot) if pot.pot_id == "framed")
    (frame,) = Workspace(workspace).rows(Frame)
    assert pot.frame == frame.frame_id
    assert pot.coverage == "complete"
    told = [row.message for row in Workspace(workspace).rows(Problem) if row.record_id == "framed"]
    assert any(
        "3 of 4 answers lie outside the frame 'f' (2 by question or engine, 1 are further runs)"
        in m
        for m in told
    )


def test_share_again_is_up_to_date(workspace):
    assert "(up to date)" in done(beleg(workspace, "share"))


def test_held_is_listed_in_plain_words_and_as_json(workspace):
    said = done(beleg(workspace, "share", "held", "--on", "2028-01-01"))
    assert "of Der Anker from pot october: due 2027-09-30, waits until 2030-09-30" in said
    assert "of Der Anker from pot each: waits, and does not age" in said
    assert "Whoever proves to be the holder is paid, however late." in said
    rows = json.loads(done(beleg(workspace, "share", "held", "--on", "2031-01-01", "--json")))
    by_pot = {row["pot_id"]: row for row in rows}
    assert by_pot["october"]["status"] == "search_missing"
    assert by_pot["october"]["expires_on"] == "2030-09-30"
    assert by_pot["october"]["amount_minor"] > 0
    # A search is noted: no step has to be run again.
    note = '[[searches]]\ndate = 2029-01-01\nrightsholder = "erben"\nnote = "asked the court"\n'
    settings = workspace / "beleg.toml"
    settings.write_text(SETTINGS + POTS + note)
    said = done(beleg(workspace, "share", "held", "--on", "2031-01-01"))
    settings.write_text(SETTINGS + POTS)
    assert "undistributable, three years are over since 2030-09-30; searched 1x" in said
    assert "Nothing waits" not in said


def test_a_dispute_holds_back_this_money_until_it_is_taken_out(workspace):
    dispute = '[[disputes]]\npublisher = "anker"\nreason = "two heirs"\nsince = 2026-11-01\n'
    settings = workspace / "beleg.toml"
    before = payouts(workspace, "october"), payouts(workspace, "november")
    settings.write_text(SETTINGS + POTS + dispute)
    done(beleg(workspace, "share"))
    assert payouts(workspace, "october") == before[0]  # it began before the dispute
    assert ("disputed", "anker") in payouts(workspace, "november")
    assert payouts(workspace, "november")["anker", "anker"].numerator == "0"
    settings.write_text(SETTINGS + POTS)
    done(beleg(workspace, "share"))
    assert payouts(workspace, "november") == before[1]


def test_nothing_held_is_said_so(tmp_path):
    done(beleg(tmp_path / "ws", "init"))
    assert "Nothing waits for a holder on 2028" in done(
        beleg(tmp_path / "ws", "share", "held", "--on", "2028-01-01")
    )
    assert json.loads(done(beleg(tmp_path / "ws", "share", "held", "--json"))) == []
