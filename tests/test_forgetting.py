"""Forgetting in the sample alliance: the text is nowhere, and no money moves."""

import gzip
import json
import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from beleg import forgetting, keeping
from beleg.cli import main
from beleg.collect.intake import list_raw
from beleg.prove.forget import end_swaps
from beleg.prove.statements import read_root
from beleg.prove.verify import verify
from beleg.records import Answer, Document, Forgotten, Support, Text
from beleg.store import Workspace
from beleg.tables import empty

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
MONEY = ("claim_weights", "stakes", "shares", "payouts", "balances")
PLACE = Path("statements/2026-Q4/press-2026-q4")


def silent(*_args):
    pass


def beleg(folder, *arguments):
    result = CliRunner().invoke(main, ["-C", str(folder), *arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def folder(sample, tmp_path):
    return Path(shutil.copytree(sample, tmp_path / "alliance"))


def forget(folder, *names, now=NOW, **options):
    with Workspace(folder, write=True) as ws:
        end_swaps(folder)
        plan = forgetting.make_plan(ws, names, on_progress=silent, **options)
        if not plan.is_done:
            forgetting.carry_out(ws, plan, now=now)
        return plan


def money(folder):
    ws = Workspace(folder)
    return {name: ws.hash_of(name) for name in MONEY}


def read_everything(folder):
    """All that stands in a workspace's files, unpacked; paths too."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        yield str(path)
        if path.suffix == ".parquet":
            yield json.dumps(pq.read_table(path).to_pylist(), default=str, ensure_ascii=False)
        elif path.suffix == ".gz":
            yield gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
        else:
            yield path.read_bytes().decode("utf-8", "replace")


def read_annex(place):
    return [json.loads(line) for line in (place / "texts.jsonl").read_bytes().splitlines()]


def find_probes(folder, documents):
    """Cut long plain stretches out of texts, of which no answer and no other text has a word."""
    ws = Workspace(folder)
    texts = {row.text_id: row.text for row in ws.rows(Text)}
    named = {row.document_id for row in documents}
    mine = {row.text_id for row in documents}
    mine -= {row.text_id for row in ws.rows(Document) if row.document_id not in named}
    rest = "\n".join(t for name, t in texts.items() if name not in mine)
    rest += "\n".join(row.text or "" for row in ws.rows(Answer))
    probes = []
    for name in mine:
        for line in texts[name].split(". "):
            piece = line[:50]
            if len(piece) == 50 and piece not in rest and not set(piece) & set("\n\"'&<>\\"):
                probes.append(piece)
    return probes


def test_a_publisher_is_forgotten_and_no_money_moves(folder):
    before, root = money(folder), read_root(folder / PLACE)
    ws = Workspace(folder)
    documents = [row for row in ws.rows(Document) if row.host == "www.der-anker.example"]
    probes = find_probes(folder, documents)
    assert len(probes) > 50
    found = "\n".join(read_everything(folder))
    assert all(probe in found for probe in probes)

    plan = forget(folder, "anker", with_raw=True)
    assert {row.document_id for row in plan.documents} == {row.document_id for row in documents}
    report = verify(folder / "statements", root)
    assert report.ok, report.findings
    found = "\n".join(read_everything(folder))
    assert [probe for probe in probes if probe in found] == []
    assert money(folder) == before
    assert not (folder / ".secrets" / "press-2026-q4").exists()

    beleg(folder, "run", "--force")
    assert money(folder) == before
    assert verify(folder / "statements").ok
    assert read_root(folder / PLACE) != root  # salted anew
    found = "\n".join(read_everything(folder))
    assert [probe for probe in probes if probe in found] == []
    kept = {row.document_id: row for row in Workspace(folder).rows(Document)}
    for row in documents:
        assert kept[row.document_id] == forgetting.blank(row)

    assert forget(folder, "anker", with_raw=True).is_done
    assert "Nothing is left to forget" in beleg(folder, "forget", "anker", "--raw", "--yes")


def test_the_old_commitments_stand_in_the_next_statement(folder):
    opened = read_annex(folder / PLACE)
    forget(folder, "anker")
    beleg(folder, "run")
    rows = read_annex(folder / PLACE)
    silent_ones = {row["commitment"] for row in rows if "forgotten" in row}
    gone = {row["commitment"] for row in opened if row["id"] == "anker"}
    assert len(gone) == 2
    assert gone < silent_ones <= {row["commitment"] for row in opened}
    salts = {row["salt"] for row in opened}
    assert not {row["salt"] for row in rows if "salt" in row} & salts


def test_a_superseded_statement_loses_it_too(folder):
    forget(folder, "anker")
    beleg(folder, "run")  # salted anew: the first statement lies in superseded/
    (old,) = (folder / "superseded").glob("*/*/texts.jsonl")
    names = [row.get("id") for row in read_annex(old.parent)]
    assert "kontor" in names
    root = read_root(old.parent)
    forget(folder, "kontor")
    names = [row.get("id") for row in read_annex(old.parent)]
    assert "kontor" not in names
    assert read_root(old.parent) == root


def test_the_same_page_does_not_come_back(folder):
    documents = Workspace(folder).rows(Document)
    page = next(d for d in documents if d.kind == "article" and "an01-" not in str(d.url))
    with Workspace(folder, write=True) as ws:
        files = [f for f in list_raw(ws, on_progress=silent) if page.document_id in f.documents]
    names = [name for file in files for name in file.names]
    plan = forget(folder, page.document_id, with_raw=True)
    assert plan.documents == (page,)
    before = {name: Workspace(folder).hash_of(name) for name in ("documents", "texts")}
    n_raw = len(list((folder / "raw").rglob("*.*")))
    assert "1 forgotten text" in beleg(folder, "collect", "pages", *names)
    alone = [file for file in files if file.documents == {page.document_id}]
    assert len(list((folder / "raw").rglob("*.*"))) <= n_raw + len(files) - len(alone)
    assert {name: Workspace(folder).hash_of(name) for name in before} == before
    beleg(folder, "collect", "again")
    after = {row.document_id: row for row in Workspace(folder).rows(Document)}
    assert after[page.document_id] == forgetting.blank(page)
    assert page.text_id not in {row.text_id for row in Workspace(folder).rows(Text)}


def test_reading_anew_keeps_what_lost_its_raw_file(folder):
    """Answers and pages that shared a file with what was forgotten stay in the tables."""
    before = money(folder)
    plan = forget(folder, "anker", with_raw=True)
    assert any(file.n_answers for file in plan.mixed)
    tables = ("answers", "citations", "documents", "texts")
    hashes = {name: Workspace(folder).hash_of(name) for name in tables}
    beleg(folder, "collect", "again")
    assert {name: Workspace(folder).hash_of(name) for name in tables} == hashes
    beleg(folder, "run")
    assert money(folder) == before


def test_raw_files_that_hold_others_stay_unless_they_are_named(folder):
    with Workspace(folder) as ws:
        plan = forgetting.make_plan(ws, ["anker"], on_progress=silent)
    assert plan.mixed
    assert plan.raw
    forget(folder, "anker")
    left = {file.name.partition(".")[0] for file in (folder / "raw").rglob("*.*")}
    assert {file.sha256 for file in plan.mixed} <= left
    assert not {file.sha256 for file in plan.raw} & left
    beleg(folder, "collect", "again")  # and what they hold stays forgotten
    ws = Workspace(folder)
    assert not {row.text_id for row in ws.rows(Text)} & set(plan.texts)
    assert not {row.document_id for row in plan.documents} & {
        row.document_id for row in ws.rows(Document) if row.text_id
    }


def test_a_person_loses_her_name_and_her_articles_stay(folder):
    documents = Workspace(folder).rows(Document)
    name = next(d.authors[0] for d in documents if d.authors)
    hers = {d.document_id: d for d in documents if name in d.authors}
    before = money(folder)
    plan = forget(folder, name.upper())
    assert {row.document_id for row in plan.bylines} == hers.keys()
    assert not plan.documents
    after = {row.document_id: row for row in Workspace(folder).rows(Document)}
    for document_id, old in hers.items():
        assert name not in after[document_id].authors
        assert after[document_id].title == old.title
    assert any("beleg.toml" in line for line in plan.named)  # among a publisher's people
    beleg(folder, "collect", "again")
    again = {row.document_id: row for row in Workspace(folder).rows(Document)}
    assert again == after
    beleg(folder, "run")
    assert money(folder) == before
    result = CliRunner().invoke(main, ["-C", str(folder), "forget", name, "--yes"])
    assert result.exit_code == 1
    assert "no document, publisher or person" in result.output


def test_a_rightsholder_is_forgotten_in_the_statements(folder):
    rows = read_annex(folder / PLACE)
    assert any(row["id"] == "zwoelf-freie" for row in rows)
    before = money(folder)
    plan = forget(folder, "Freie der Zwölf")
    assert plan.ids == (("rightsholder", "zwoelf-freie"),)
    assert verify(folder / "statements").ok
    beleg(folder, "run")
    found = (folder / PLACE / "texts.jsonl").read_text(encoding="utf-8")
    assert "zwoelf-freie" not in found
    assert "Freie der Zwölf" not in found
    assert money(folder) == before
    assert verify(folder / "statements").ok


class KilledError(Exception):
    pass


STEPS = [
    (Workspace, "commit"),
    (forgetting, "forget_openings"),
    (Workspace, "forget_secret"),
    (forgetting.shutil, "rmtree"),
    (forgetting.checkpoints, "record"),
    (Workspace, "delete_raw"),
    (Workspace, "rewrite"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_kill_leaves_what_a_second_run_finishes(folder, monkeypatch, owner, name, after):
    whole = Path(shutil.copytree(folder, folder.parent / "whole"))
    forget(whole, "kontor", with_raw=True)
    once = getattr(owner, name)

    def killed(*args, **kwargs):
        if after:
            once(*args, **kwargs)
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, killed)
        with pytest.raises(KilledError):
            forget(folder, "kontor", with_raw=True)
    forget(folder, "kontor", now=NOW + timedelta(hours=1), with_raw=True)
    for table in ("documents", "texts", "citations", "supports", "publishers", *keeping.READS):
        assert Workspace(folder).hash_of(table) == Workspace(whole).hash_of(table), table
    said = [
        {(r.pot_id, r.kind, r.id) for r in Workspace(p).rows(Forgotten)} for p in (folder, whole)
    ]
    assert said[0] == said[1]
    assert read_root(folder / PLACE) == read_root(whole / PLACE)
    assert verify(folder / "statements").ok
    for path in (folder, whole):
        assert not list((path / ".secrets").iterdir())
    raw = [sorted(p.name for p in (place / "raw").rglob("*.*")) for place in (folder, whole)]
    assert raw[0] == raw[1]
    assert forget(folder, "kontor", with_raw=True).is_done
    for table in ("answers", "documents", "texts"):
        beleg(folder, "collect", "again")
        assert Workspace(folder).hash_of(table) == Workspace(whole).hash_of(table), table


def test_each_pot_has_a_secret_that_only_its_owner_reads(folder):
    with Workspace(folder, write=True) as ws:
        one, other = ws.secret("press-2026-q4"), ws.secret("other")
        assert ws.secret("other") == other != one
        ws.forget_secret("other")
        assert ws.secret("other") != other
    file = folder / ".secrets" / "other"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_secret_that_once_salted_all_pots_goes(folder):
    (folder / ".secret").write_text("00" * 32)
    beleg(folder, "run")
    assert not (folder / ".secret").exists()


def test_figures_of_known_documents_stay_and_new_ones_come_in():
    def support(claim, passage, document, points):
        row = {name: [] for name in keeping.REVEALING}
        row |= {"claim_id": claim, "passage_id": passage, "document_id": document}
        row |= {"kind": "quote", "score": 1.0, "probability": points / 10_000, "support": points}
        return row | {"cited": False, "judge": "j", "claim_spans": [1, 2]}

    def lay(name, rows):
        return pa.Table.from_pylist(rows, schema=empty(name).schema)

    old = [support("c1", "p1", "d1", 9_000), support("c2", "p1", "d1", 8_000)]
    tables = {name: empty(name) for name in ("stakes", "origins", *keeping.READS)}
    weight = {"pot_id": "pot", "answer_id": "a", "claim_id": "c1", "weight": 1}
    passages = [
        {"passage_id": p, "document_id": d, "start": 0, "end": 9} for p, d in [("p1", "d1")]
    ]
    tables["claim_weights"] = lay("claim_weights", [weight])
    tables["supports"] = lay("supports", old)
    tables["passages"] = lay("passages", passages)
    kept = keeping.keep_figures(tables, ["d1"])
    assert kept["kept_supports"].num_rows == 1  # no pot counts the second claim
    assert kept["kept_supports"]["claim_spans"].to_pylist() == [[]]
    found = {
        "claims": pa.table({"claim_id": ["c1", "c2"]}),
        "passages": empty("passages"),
        "supports": lay("supports", [support("c1", "p2", "d2", 7_000)]),
    }
    back = keeping.put_back(found, kept.__getitem__)
    pairs = zip(*(back["supports"][n].to_pylist() for n in ("passage_id", "support")), strict=True)
    assert list(pairs) == [("p1", 9_000), ("p2", 7_000)]
    assert back["passages"]["passage_id"].to_pylist() == ["p1"]
    twice = keeping.keep_figures({**tables, **kept, **back}, ["d1"])
    assert twice["kept_supports"].num_rows == 2
    gone = keeping.put_back({**found, "claims": pa.table({"claim_id": ["c2"]})}, kept.__getitem__)
    assert "p1" not in gone["supports"]["passage_id"].to_pylist()


def test_supports_of_what_is_forgotten_say_no_word(folder):
    forget(folder, "anker")
    ws = Workspace(folder)
    gone = {row.id for row in ws.rows(Forgotten) if row.kind == "document"}
    mine = [row for row in ws.rows(Support) if row.document_id in gone]
    assert mine
    assert not any(row.claim_spans or row.text_spans or row.conflicts for row in mine)
