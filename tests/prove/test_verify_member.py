"""What a member was handed can be checked without ledger and annex."""

import hashlib
import json
import random

import pytest

from beleg.prove.commitments import to_canonical
from beleg.prove.statements import build_files
from beleg.prove.verify import verify
from beleg.share import share
from oracles import settlement as world


@pytest.fixture(scope="module")
def files():
    return build_files(world.settle(share, world.rows()), "licence", world.KEY)


def name_of(files, payee="Anker Verlag"):
    return next(
        name
        for name, data in sorted(files.items())
        if name.startswith("payee-") and name.endswith(".json") and payee.encode() in data
    )


def hand_over(files, folder):
    """Write what one member is given: its receipt, its pages and the README."""
    stem = name_of(files).removesuffix("json")
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        if name.startswith((stem, "README")):
            (folder / name).write_bytes(data)
    return folder


def test_a_members_folder_holds(files, tmp_path):
    folder = hand_over(files, tmp_path / "anker")
    root = json.loads(files["manifest.json"])["root"]
    report = verify(folder, root)
    assert report.findings == []
    (figures,) = report.figures.values()
    assert figures["root"] == root
    assert figures["paid_minor"] == 3_375
    assert figures["n_claims"] == 2
    assert "its root is" in verify(folder, "0" * 64).findings[0]


def test_single_bytes_of_a_members_files_are_found(files, tmp_path):
    folder = hand_over(files, tmp_path / "anker")
    root = json.loads(files["manifest.json"])["root"]
    chance = random.Random(20261124)
    paths = sorted(folder.iterdir())
    missed = []
    for _ in range(1_000):
        path = chance.choice(paths)
        data = path.read_bytes()
        at, bit = chance.randrange(len(data)), chance.randrange(1, 256)
        path.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
        if verify(folder, root).ok:
            missed.append((path.name, at, bit))
        path.write_bytes(data)
    # A text that is opened is bound by its commitment; prompts are named by the ledger alone.
    assert missed == []


FORGED = {
    "payout": lambda r: entry(r, "payout").update(assigned_minor="3376", paid_minor="3376"),
    "share": lambda r: entry(r, "share").update(numerator="28"),
    "money": lambda r: entry(r, "pot").update(distributable_minor="20000"),
    "part": lambda r: r["claims"][0]["parts"].update(
        dict.fromkeys(r["claims"][0]["parts"], "1/8")
    ),
    "claim dropped": lambda r: r["claims"].pop(),
    "rival raised": lambda r: [row.update(support=9_500) for row in r["claims"][0]["stakes"]],
    "text": lambda r: r["texts"][0].update(text="Anderes"),
    "proof": lambda r: r["entries"][0]["proof"].pop(),
    "index": lambda r: r["entries"][0].update(index=1),
    "page": lambda r: entry(r, "file").update(sha256="0" * 64),
    "format": lambda r: r.update(format="beleg-statement-2"),
}


def entry(receipt, kind):
    return next(row["entry"] for row in receipt["entries"] if row["entry"]["type"] == kind)


@pytest.mark.parametrize("name", FORGED)
def test_forgeries_are_found_though_the_root_is_kept(name, files, tmp_path):
    folder = hand_over(files, tmp_path / "anker")
    path = folder / name_of(files)
    receipt = json.loads(path.read_bytes())
    FORGED[name](receipt)
    path.write_bytes(to_canonical(receipt) + b"\n")
    assert not verify(folder).ok


def test_pages_belong_to_the_receipt(files, tmp_path):
    folder = hand_over(files, tmp_path / "anker")
    (folder / "note.txt").write_text("x")
    assert any("note.txt" in line for line in verify(folder).findings)
    (folder / "note.txt").unlink()
    page = next(folder.glob("payee-*.csv"))
    page.write_bytes(page.read_bytes() + b"x")
    assert any("not the page" in line for line in verify(folder).findings)
    digest = hashlib.sha256(page.read_bytes()).hexdigest()
    assert digest not in (folder / name_of(files)).read_text()
    page.unlink()  # what was forgotten is gone, and counted
    report = verify(folder)
    assert report.ok
    assert next(iter(report.figures.values()))["n_forgotten"] == 1
