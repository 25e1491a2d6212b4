"""The check: it agrees with what was shared, and finds what was done to the files."""

import csv
import hashlib
import io
import json
import random
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from beleg.prove import ledger
from beleg.prove.commitments import commit, to_canonical
from beleg.prove.merkle import root_of
from beleg.prove.statements import build_files, read_root, write_statements
from beleg.prove.verify import verify
from beleg.records import Mandate, Payout, Rightsholder
from beleg.share import share
from beleg.tables import from_arrow, to_arrow
from oracles import settlement as world

PLACE = "2026-11/licence"


@pytest.fixture(scope="module")
def settled():
    return world.settle(share, world.rows())


@pytest.fixture
def folder(settled, tmp_path):
    return write_statements(tmp_path, settled, pot_id="licence", salt_key=world.KEY)


def write(folder, files):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def read_ledger(files):
    return [json.loads(line) for line in files["ledger.jsonl"].splitlines()]


def seal(files, entries):
    """Forge as far as one can without the tree's root: new ledger, hashes, root and manifest."""
    lines = [to_canonical(entry) for entry in entries]
    root = root_of(lines).hex()
    old = json.loads(files["manifest.json"])["root"]
    forged = {name: data.replace(old.encode(), root.encode()) for name, data in files.items()}
    forged["ledger.jsonl"] = b"".join(line + b"\n" for line in lines)
    manifest = json.loads(forged.pop("manifest.json"))
    manifest["files"] = [
        {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in sorted(forged.items())
    ]
    manifest |= {"tree_size": len(lines), "root": root}
    return {**forged, "manifest.json": to_canonical(manifest) + b"\n"}


def test_what_was_shared_holds(folder):
    report = verify(folder)
    assert report.ok
    assert report.findings == []
    assert report.figures[str(folder)] == {
        "pot_id": "licence",
        "root": read_root(folder),
        "book_root": report.figures[str(folder)]["book_root"],
        "currency": "EUR",
        "paid_minor": 5_750,
        "n_answers": 3,
        "n_claims": 4,
        "n_stakes": 5,
        "n_forgotten": 0,
    }


def test_the_root_from_outside(folder):
    root = read_root(folder)
    assert verify(folder, root=root.upper() + "\n").ok
    pages = next(folder.glob("*.en.html")).read_text()
    book = verify(folder).figures[str(folder)]["book_root"]
    assert book in pages
    assert root not in pages  # a page cannot name a hash of itself
    assert verify(folder, root=book).ok
    report = verify(folder, root="0" * 64)
    assert not report.ok
    assert "its root is" in report.findings[0]


def test_a_period_with_several_pots(settled, tmp_path):
    base = world.rows()
    other = replace(world.POT, pot_id="archive", gross_minor=1, distributable_minor=1)
    tables = world.settle(share, {**base, "pots": [world.POT, other]})
    for pot_id in ("licence", "archive"):
        write_statements(tmp_path, tables, pot_id=pot_id, salt_key=world.KEY)
    report = verify(tmp_path / "2026-11")
    assert report.ok
    assert len(report.figures) == 2
    assert verify(tmp_path).ok
    assert "name the folder of one" in verify(tmp_path, root="0" * 64).findings[-1]
    (tmp_path / "2026-11" / "note.txt").write_text("hello")
    assert any("is part of no statement" in line for line in verify(tmp_path).findings)


def test_a_folder_without_a_statement_gives_one_finding(settled, tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        (finding,) = verify(folder).findings
        assert "name statements/<period>/<pot>" in finding
    for name in ("beleg.toml", "raw/a", "raw/b", "tables/manifest.parquet"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert len(verify(tmp_path).findings) == 1
    write_statements(tmp_path / "statements", settled, pot_id="licence", salt_key=world.KEY)
    (finding,) = verify(tmp_path).findings
    assert "name statements/<period>/<pot>" in finding
    assert verify(tmp_path / "statements").ok


def test_what_file_managers_leave_is_passed_over(folder, tmp_path):
    for place in (folder, folder.parent, tmp_path):
        for name in (".DS_Store", "Thumbs.db"):
            (place / name).write_bytes(b"x")
    assert verify(tmp_path).findings == []
    assert verify(folder).findings == []


def test_a_link_is_found_and_not_skipped(folder, tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    folder.parent.rename(inside / "2026-11")
    shutil.copytree(inside / "2026-11", outside)
    (inside / "2026-12").symlink_to(outside)
    (finding,) = verify(inside).findings
    assert "2026-12: is a link" in finding
    (inside / "2026-12").unlink()
    assert verify(inside).ok
    file = inside / PLACE / "README.txt"
    file.unlink()
    file.symlink_to(outside / "licence" / "README.txt")
    (finding,) = verify(inside).findings
    assert "README.txt: is a link" in finding


def test_one_pot_has_one_statement(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "again" / PLACE)
    (finding,) = verify(tmp_path).findings
    assert "pot licence has 2 statements" in finding


def test_folders_are_named_as_the_ledger_says(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder)
    assert verify(Path()).ok
    for name in ("2026-11/other", "2031-Q1/licence"):
        (finding,) = verify(shutil.copytree(folder, tmp_path / "x" / name)).findings
        assert "says 2026-11/licence" in finding


def test_2000_single_bytes_are_found(folder):
    paths = sorted(folder.iterdir())
    chance = random.Random(20261122)
    sizes = [path.stat().st_size for path in paths]
    missed = []
    for nth in range(2_000):
        # Every file is tried often, also the small ones.
        path = chance.choices(paths, sizes)[0] if nth % 2 else chance.choice(paths)
        data = path.read_bytes()
        at, bit = chance.randrange(len(data)), chance.randrange(1, 256)
        path.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
        report = verify(folder)
        if report.ok or not any(path.name in finding for finding in report.findings):
            missed.append((path.name, at, bit))
        path.write_bytes(data)
    assert missed == []
    assert verify(folder).ok


def test_cut_lengthened_missing_and_added_files_are_found(folder):
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        for changed in (
            data[:-1],
            data[: len(data) // 2],
            b"",
            data + b"\n",
            data + b" ",
            b"\0" + data,
        ):
            path.write_bytes(changed)
            assert any(path.name in line for line in verify(folder).findings)
        path.unlink()
        assert not verify(folder).ok
        path.write_bytes(data)
    (folder / "note.txt").write_text("hello")
    assert any("note.txt" in line for line in verify(folder).findings)
    (folder / "note.txt").unlink()
    (folder / ".hidden").mkdir()
    assert any(".hidden" in line for line in verify(folder).findings)


def test_swapped_files_are_found(folder):
    paths = sorted(folder.iterdir())
    for one in paths:
        for other in paths:
            if one < other:
                left, right = one.read_bytes(), other.read_bytes()
                if left == right:  # two payees of one publisher have the same claims
                    continue
                one.write_bytes(right)
                other.write_bytes(left)
                assert not verify(folder).ok
                one.write_bytes(left)
                other.write_bytes(right)


def change(kind, nth, **changes):
    def forge(entries):
        rows = [row for row in entries if row["type"] == kind]
        rows[nth].update(changes)
        return entries

    return forge


def drop(kind, nth):
    def forge(entries):
        row = [row for row in entries if row["type"] == kind][nth]
        return [other for other in entries if other is not row]

    return forge


def twice(kind):
    def forge(entries):
        place = next(n for n, row in enumerate(entries) if row["type"] == kind)
        return [*entries[: place + 1], entries[place], *entries[place + 1 :]]

    return forge


FORGERIES = {
    "support": change("stake", 0, support=5_001),
    "below the threshold": change("pot", 0, threshold=9_500),
    "kind": change("pot", 0, kinds=["quote"]),
    "claim weight": change("claim", 0, weight="300001"),
    "words": change("claim", 0, words=7),
    "answer weight": change("answer", 0, weight="500001"),
    "prompt weight": change("answer", 0, prompt_weight="1000001"),
    "impressions": change("answer", 0, impressions="5"),
    "outside the period": change("answer", 0, asked_at="2026-12-01T00:00:00+00:00"),
    "share": change("share", 0, numerator="20"),
    "not reduced": change("share", 0, numerator="38", denominator="160"),
    "mandate taken": change("share", 0, mandate="measured"),
    "mandate given": change("share", 1, mandate="paid"),
    "quota": change("entitlement", 0, numerator="1", denominator="2"),
    "holder lost": change("entitlement", 0, found=False),
    "gross": change("pot", 0, gross_minor="10001"),
    "distributable": change("pot", 0, gross_minor="10001", distributable_minor="10001"),
    "assigned": change("payout", 0, assigned_minor="1584", paid_minor="1584"),
    "withheld": change("payout", 0, paid_minor="1582", withheld_minor="1"),
    "carry": change("payout", 0, carry_numerator="2"),
    "copy of nothing": change("stake", 0, basis="copy"),
    "disputed and paid": change("stake", 0, basis="disputed"),
    "agency in a buyer's pot": change("stake", 0, basis="agency"),
    "own of another": lambda entries: [
        {**row, "origin": row["passage"]} if row["type"] == "stake" else row for row in entries
    ],
    "unknown basis": change("stake", 0, basis="gift"),
    "terms": change("pot", 0, agency_text="nobody"),
    "mandate disputed": change("share", 0, mandate="disputed"),
    "rule": change("pot", 0, rule="equal"),
    "format": change("format", 0, format="beleg-statement-2"),
    "spelling": change("payout", 0, assigned_minor="01583"),
    "text": change("claim", 0, text="0" * 64),
    "page": change("file", 0, sha256="0" * 64),
    "page of another size": change("file", 0, bytes=1),
    "page dropped": drop("file", 0),
    "claim weight of the pot": change("pot", 0, claim_weight="2000001"),
    "mode": change("pot", 0, mode="per_answer"),
    "amount of an answer": change("answer", 0, amount_minor="5"),
    "brought in": change("payout", 0, carried_numerator="1"),
    "places": change("payout", 0, order=7),
    "places of shares": change("share", 0, order=7),
    "a field more": change("payout", 0, note="x"),
    "claim dropped": drop("claim", 0),
    "unsupported claim dropped": drop("claim", 1),
    "stake dropped": drop("stake", 0),
    "share dropped": drop("share", 0),
    "payout dropped": drop("payout", 0),
    "line dropped": drop("payout", -1),
    "entitlement dropped": drop("entitlement", 0),
    "pot dropped": drop("pot", 0),
    "claim twice": twice("claim"),
    "stake twice": twice("stake"),
    "payout twice": twice("payout"),
    "out of order": lambda entries: entries[::-1],
    "unknown type": lambda entries: [*entries, {"type": "gift"}],
    "no object": lambda entries: [*entries, ["payout"]],
}


@pytest.mark.parametrize("name", FORGERIES)
def test_figures_that_do_not_follow_are_found_whatever_was_sealed_anew(name, settled, tmp_path):
    files = build_files(settled, "licence", world.KEY)
    forged = seal(files, FORGERIES[name](read_ledger(files)))
    assert not verify(write(tmp_path / PLACE, forged)).ok


MISSPELLED = {
    "words as a bool": change("claim", 0, words=True),
    "words below 0": change("claim", 0, words=-1),
    "words as text": change("claim", 0, words="6"),
    "support as text": change("stake", 0, support="10000"),
    "support as a bool": change("stake", 0, support=True),
    "support above 10000": change("stake", 0, support=10_001),
    "support below 0": change("stake", 0, support=-1),
    "threshold as a bool": change("pot", 0, threshold=True),
    "found as text": change("entitlement", 0, found="no"),
    "found as a number": change("entitlement", 0, found=1),
    "weight as a number": change("claim", 0, weight=300_000),
    "weight below 0": change("answer", 0, weight="-1"),
    "weight of a prompt": change("answer", 0, prompt_weight="1e6"),
    "mandate": change("share", 0, mandate="maybe"),
    "level": change("pot", 0, level="cosmos"),
    "coverage": change("pot", 0, coverage=["complete"]),
    "existence": change("pot", 0, existence=None),
    "currency": change("pot", 0, currency=""),
    "due": change("pot", 0, due=-1),
    "kinds": change("pot", 0, kinds="verbatimquoteparaphrase"),
    "right": change("pot", 0, right=0),
}


@pytest.mark.parametrize("name", MISSPELLED)
def test_a_value_of_another_form_is_found_whatever_follows_from_it(name, settled, tmp_path):
    files = build_files(settled, "licence", world.KEY)
    forged = seal(files, MISSPELLED[name](read_ledger(files)))
    assert any("which none can be" in line for line in verify(write(tmp_path / PLACE, forged))[1])


def test_one_id_under_two_commitments_is_found(monkeypatch, tmp_path):
    # Who splits into shells takes more of each level that others reach too.
    def commit_shells(key, pot_id, kind, id_, text):
        bare = id_.removesuffix("-shell")
        return commit(key + id_.encode(), pot_id, kind, bare, text)

    monkeypatch.setattr(ledger, "commit", commit_shells)
    base = world.rows()
    shell, passage = "anker-shell", replace(base["passages"][0], passage_id="passage anker-2")
    publishers = {
        "publishers": [*base["publishers"], world.publisher(shell)],
        "holdings": [
            *base["holdings"],
            replace(base["holdings"][0], host=f"{shell}.example", publisher_id=shell),
        ],
        "documents": [*base["documents"], world.document(shell, text_id="text anker")],
        "passages": [*base["passages"], replace(passage, document_id=shell)],
        "supports": [
            *base["supports"],
            replace(world.support("b1-1", shell, 9_000), passage_id="passage anker-2"),
        ],
    }
    prompts = {
        "prompts": [*base["prompts"], world.prompt("a-shell")],
        "answers": [*base["answers"][:1], world.answer("a2", "a-shell"), base["answers"][2]],
    }
    for kind, changes in (("publisher anker", publishers), ("prompt a", prompts)):
        tables = world.settle(share, {**base, **changes})
        folder = write(tmp_path / PLACE, build_files(tables, "licence", world.KEY))
        (finding,) = verify(folder).findings
        assert f"texts.jsonl: {kind} is repeated" in finding


def test_a_statement_said_twice_is_found(tmp_path):
    claims = [
        world.claim("b1-1", 3, start=0, end=16),
        world.claim("b1-2", 3, start=17, end=35),
    ]
    text = "Süd schlägt West\tsüd  schlägt\nWEST"
    base = world.rows(claims=claims, answers=[world.answer("b1", "b", text=text)])
    tables = world.settle(share, base)
    folder = write(tmp_path / PLACE, build_files(tables, "licence", world.KEY))
    (finding,) = verify(folder).findings
    assert "claims b1-1 and b1-2 are one statement of answer b1" in finding


def test_more_words_than_the_text_has_are_found(tmp_path):
    base = world.rows()
    # Eight runs of letters or digits: Erste Aussage von a 1 Süd und Nord.
    for words, holds in ((8, True), (9, False)):
        claims = [world.claim("a1-1", words), *base["claims"][1:]]
        tables = world.settle(share, {**base, "claims": claims})
        folder = write(tmp_path / PLACE, build_files(tables, "licence", world.KEY))
        report = verify(folder)
        assert report.ok is holds
        assert holds or "by 9 words and has 8" in report.findings[0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"period": "2026-12"}, "period 2026-12 runs from 2026-11-30T23:00:00+00:00"),
        ({"ends_at": datetime(2026, 12, 1, tzinfo=UTC)}, "to 2026-11-30T23:00:00+00:00"),
        ({"timezone": "Europe/London"}, "runs from 2026-11-01T00:00:00+00:00"),
        ({"timezone": "Mars"}, "no period '2026-11' in zone 'Mars'"),
        ({"timezone": "Europe"}, "no period"),
        ({"period": "2026-13"}, "no period '2026-13'"),
    ],
)
def test_a_period_that_its_times_do_not_have_is_found(changes, message, settled, tmp_path):
    files = build_files(settled, "licence", world.KEY)
    said = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in changes.items()}
    place = f"{changes.get('period', '2026-11')}/licence"
    manifest = json.loads(files["manifest.json"]) | {"period": place.partition("/")[0]}
    files["manifest.json"] = to_canonical(manifest) + b"\n"
    forged = seal(files, change("pot", 0, **said)(read_ledger(files)))
    report = verify(write(tmp_path / place, forged))
    assert any(message in line for line in report.findings)


def test_other_spellings_of_the_annex_are_found_though_the_root_is_true(settled, tmp_path):
    files = build_files(settled, "licence", world.KEY)
    root = json.loads(files["manifest.json"])["root"]
    lines = files["texts.jsonl"].splitlines(keepends=True)
    upper = {
        name: re.sub(b'(?<="salt":")[0-9a-f]+', lambda found: found[0].upper(), data)
        for name, data in files.items()
    }
    spaced = files["texts.jsonl"].replace(b'"salt":"', b'"salt":" ')
    for forged, message in (
        ({**files, "texts.jsonl": b"".join(lines[::-1])}, "repeated or out of order"),
        (upper, "which none can be"),
        ({**files, "texts.jsonl": spaced}, "which none can be"),
    ):
        folder = write(tmp_path / PLACE, seal(forged, read_ledger(files)))
        assert message in verify(folder, root).findings[0]


def test_forged_files_beside_a_true_ledger_are_found(settled, tmp_path):
    files = build_files(settled, "licence", world.KEY)
    entries = read_ledger(files)
    receipt = next(name for name in files if name.startswith("payee-") and "json" in name)
    for name, old, new in (
        ("payouts.csv", b"Anker Verlag", b"Unker Verlag"),
        ("payouts.csv", b",3375,", b",3376,"),
        ("texts.jsonl", b"Anker Verlag", b"Unker Verlag"),
        ("texts.jsonl", b'"salt":"', b'"salt":"00'),
        ("README.txt", b"Cent", b"Euro"),
        (receipt, b'"support":', b'"support":1'),
        (receipt, b'"parts":{', b'"parts":{"x":"1/2",'),
    ):
        assert old in files[name]
        changed = {**files, name: files[name].replace(old, new, 1)}
        report = verify(write(tmp_path / PLACE, seal(changed, entries)))
        assert any(name in finding for finding in report.findings)


def test_a_statement_of_another_pot_in_its_place_is_found_by_the_root(settled, folder, tmp_path):
    # The richest forgery: everything computed anew from a support that was raised.
    supports = [
        replace(row, support=9_000) if row.support == 8_000 else row
        for row in world.rows()["supports"]
    ]
    other = world.settle(share, world.rows(supports=supports))
    forged = write(tmp_path / "forged" / PLACE, build_files(other, "licence", world.KEY))
    assert verify(forged).ok
    assert not verify(forged, root=read_root(folder)).ok


def test_equal_remainders_go_in_the_order_of_the_ids_and_no_other_way(tmp_path):
    # One cent; 1/2 each to two publishers of one payee, or to two payees: whose is it?
    supports = [world.support("b1-1", "anker", 10_000), world.support("b1-1", "bote", 10_000)]
    one = replace(world.POT, gross_minor=1, distributable_minor=1)
    base = world.rows(pots=[one], answers=[world.answer("b1", "b")], supports=supports)
    for entitlements, winner in (
        ([world.entitle("anker", "anker"), world.entitle("bote", "bote")], ("anker", "anker")),
        ([world.entitle("anker", "bote"), world.entitle("bote", "anker")], ("anker", "bote")),
        ([world.entitle("anker", "bote"), world.entitle("bote", "bote")], ("bote", "anker")),
        ([world.entitle("bote", "bote")], ("bote", "bote")),  # before every line
    ):
        tables = world.settle(share, {**base, "entitlements": entitlements})
        rows = from_arrow(tables["payouts"], Payout)
        (paid,) = [row for row in rows if row.assigned_minor]
        assert (paid.payee, paid.publisher_id) == winner
        folder = write(tmp_path / PLACE, build_files(tables, "licence", world.KEY))
        assert verify(folder).findings == []
        # The cent goes the other way, and everything else is written to agree.
        other = next(row for row in rows if row.numerator != "0" and row != paid)
        up = replace(
            other,
            assigned_minor=1,
            paid_minor=int(not other.is_line),
            withheld_minor=int(other.is_line),
            carry_numerator="-1",
        )
        down = replace(paid, assigned_minor=0, paid_minor=0, carry_numerator="1")
        swapped = [{other: up, paid: down}.get(row, row) for row in rows]
        files = build_files({**tables, "payouts": to_arrow(swapped, Payout)}, "licence", world.KEY)
        found = verify(write(folder, files)).findings
        assert len(found) == 2
        assert all("as recomputed" in line for line in found)


def test_an_answer_whose_claims_were_all_taken_out_is_found(tmp_path):
    # Nobody supports anything, so that no share tells that weight is missing.
    files = build_files(world.settle(share, world.rows(supports=[])), "licence", world.KEY)
    entries = [row for row in read_ledger(files) if row.get("claim") != "b1-1"]
    lines = files["texts.jsonl"].splitlines(keepends=True)
    files["texts.jsonl"] = b"".join(line for line in lines if b'"id":"b1-1"' not in line)
    found = verify(write(tmp_path / PLACE, seal(files, entries))).findings
    assert any("the claims of answer b1 do not share its weight" in line for line in found)
    assert any("the weights of the claims do not sum to the pot's" in line for line in found)


def test_garbage_never_breaks_the_check(folder):
    chance = random.Random(7)
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        for junk in (
            b"[" * 100_000,
            b"null\n",
            b"{}\n",
            b"[]\n",
            b'"x"\n',
            b"1e999\n",
            b"NaN\n",
            b"1.5\n",
        ):
            path.write_bytes(junk)
            assert not verify(folder).ok
        for _ in range(20):
            path.write_bytes(chance.randbytes(200))
            assert not verify(folder).ok
        path.write_bytes(data)


@st.composite
def worlds(draw):
    """Worlds of random supports, mandates, quotas and money."""
    names = [f"p{n}" for n in range(draw(st.integers(1, 5)))]
    text = "".join(f"Satz {n}{' und' * 20} " for n in range(3))  # 87 characters each
    answers = [world.answer(f"a{n}", draw(st.sampled_from("xy")), text=text) for n in range(4)]
    if draw(st.booleans()):
        answers = [replace(row, impressions=draw(st.integers(0, 9))) for row in answers]
    claims = [
        world.claim(
            f"{row.answer_id}-{n}", draw(st.integers(0, 20)), start=n * 87, end=n * 87 + 86
        )
        for row in answers
        for n in range(draw(st.integers(0, 3)))
    ]
    supports = [
        world.support(claim.claim_id, name, draw(st.integers(0, 10_000)))
        for claim in claims
        for name in names
        if draw(st.booleans())
    ]
    mode = draw(st.sampled_from(["pooled", "pooled", "per_answer"]))
    if mode == "per_answer":
        answers = [
            replace(row, amount_minor=draw(st.integers(0, 9_999)), currency="EUR")
            for row in answers
        ]
    minor = draw(st.sampled_from([0, 1, 2, 99, 10_000]) | st.integers(0, 10**15))
    if mode == "per_answer":
        saying = {claim.answer_id for claim in claims if claim.content_words}
        minor = sum(row.amount_minor for row in answers if row.answer_id in saying)
    quotas = st.sampled_from(["1", "1/2", "1/3", "2/3", "1/7", "0"])
    holders = ["h0", "h1", "h2"]
    base = world.rows()
    texts, passages = base["texts"][0], base["passages"][0]
    return world.rows(
        pots=[
            replace(
                world.POT,
                gross_minor=minor,
                distributable_minor=minor,
                threshold=draw(st.sampled_from([0, 3_000, 10_000])),
                rule=draw(st.sampled_from(["airport", "expected", "floor"])),
                deductions_minor=0,
                mode=mode,
            )
        ],
        prompts=[world.prompt("x", draw(st.sampled_from([1.0, 0.1, 7.3]))), world.prompt("y")],
        answers=answers,
        observations=[],
        claims=claims,
        documents=[world.document(name) for name in names],
        texts=[replace(texts, text_id=f"text {name}") for name in names],
        passages=[
            replace(passages, passage_id=f"passage {name}", document_id=name) for name in names
        ],
        supports=supports,
        publishers=[
            world.publisher(name, mandate=draw(st.sampled_from(Mandate))) for name in names
        ],
        holdings=[
            replace(base["holdings"][0], host=f"{n}.example", publisher_id=n) for n in names
        ],
        rightsholders=[Rightsholder(name, f'-{name}, "Erben"', name != "h2") for name in holders],
        entitlements=[
            world.entitle(name, holder, draw(quotas))
            for name in names
            for holder in holders
            if draw(st.booleans())
        ],
    )


@settings(max_examples=25, deadline=None)
@given(worlds())
def test_every_world_that_is_shared_is_verified(tmp_path_factory, rows):
    tables = world.settle(share, rows)
    files = build_files(tables, "licence", world.KEY)
    report = verify(write(tmp_path_factory.mktemp("world") / PLACE, files))
    assert report.findings == []
    listed = list(csv.DictReader(io.StringIO(files["payouts.csv"].decode())))
    assert sum(int(row["assigned_minor"]) for row in listed) == rows["pots"][0].gross_minor
    parts = [Fraction(int(row["numerator"]), int(row["denominator"])) for row in listed]
    assert sum(parts) == 1
