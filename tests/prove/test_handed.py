"""Who an id means, and what is proven of what is handed out."""

import shutil

import pytest

from beleg.errors import InputError, StoreError
from beleg.prove.forget import find_losses, forget_openings
from beleg.prove.handed import FORMATS, find_payees, hand_out, open_statement, suggest
from beleg.prove.statements import write_statements
from beleg.prove.verify import verify
from beleg.records import Rightsholder
from beleg.share import share
from oracles import settlement as world


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The hand-made world, where bote's rightsholders have ids of their own."""
    rows = world.rows(
        rightsholders=[
            Rightsholder("anker", "Anker Verlag", True),
            Rightsholder("bote-verlag", "Bote Verlag", True),
            Rightsholder("autorin", "Erika Autorin", True),
        ],
        entitlements=[
            world.entitle("anker", "anker"),
            world.entitle("bote", "bote-verlag", "2/3"),
            world.entitle("bote", "autorin", "1/3"),
        ],
    )
    tables = world.settle(share, rows)
    target = tmp_path_factory.mktemp("statements")
    return write_statements(target, tables, pot_id="licence", salt_key=world.KEY)


@pytest.fixture(scope="module")
def statement(folder):
    return open_statement(folder)


def ids(statement, payees):
    names = {row["commitment"]: row["id"] for row in statement.openings}
    return {names[payee] for payee in payees}


@pytest.mark.parametrize(
    ("who", "meant"),
    [
        ("anker", {"anker"}),  # publisher and rightsholder: the rightsholder
        ("bote", {"bote-verlag", "autorin"}),
        ("autorin", {"autorin"}),
    ],
)
def test_whom_an_id_means(statement, who, meant):
    assert ids(statement, find_payees(statement, who)) == meant


def test_one_without_a_mandate_is_told_so(statement):
    with pytest.raises(InputError, match=r"22\.50 EUR on the line no_mandate"):
        find_payees(statement, "fern")


def test_near_ids_and_names_are_suggested(statement):
    with pytest.raises(InputError, match=r"Did you mean .*bote-verlag"):
        find_payees(statement, "bote-verlagg")
    with pytest.raises(InputError, match="Did you mean autorin"):
        find_payees(statement, "Erika")
    with pytest.raises(InputError, match="beleg share show"):
        find_payees(statement, "zzzzzzzz")
    assert suggest("x", []) == ""


def test_all_that_is_said_to_be_proven_holds(statement, tmp_path):
    (payee,) = find_payees(statement, "autorin")
    files = hand_out(statement, payee, FORMATS, "de")
    assert {name.rpartition(".")[2] for name in files} == {*FORMATS, "journal"} - {"hledger"}
    proven = {name.rpartition(".")[2] for name in files if name.startswith("proven/")}
    assert proven == {"html", "pdf", "json", "csv"}
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    report = verify(tmp_path / "proven")
    assert report.ok, report.findings
    # An auditor's files are proven by the whole statement alone.
    for_auditor = hand_out(statement, payee, FORMATS, "de", for_auditor=True)
    assert {name.partition("/")[0] for name in for_auditor} == {"beside"}


def test_a_rivals_name_is_in_no_file_of_a_member(statement):
    (payee,) = find_payees(statement, "autorin")
    for name, data in hand_out(statement, payee, FORMATS, "de").items():
        if not name.endswith(".pdf"):  # compressed; test_papers reads it by its text
            assert b"Anker" not in data, name
            assert b"anker" not in data, name
    whole = hand_out(statement, payee, FORMATS, "de", for_auditor=True)
    assert all(
        b"nker" in data for name, data in whole.items() if not name.endswith(("pdf", "csv"))
    )


def test_a_receipt_that_is_gone_is_named(statement):
    (payee,) = find_payees(statement, "autorin")
    less = {k: v for k, v in statement.files.items() if not k.startswith("payee-")}
    with pytest.raises(StoreError, match="is not there"):
        hand_out(statement._replace(files=less), payee, ["json"], "en")


def test_one_that_is_forgotten_is_found_by_its_digits(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "licence")
    losses = find_losses(
        tmp_path, lambda opening: opening.id in {"autorin", "bote", "bote-verlag"}
    )
    for loss in losses:
        forget_openings(loss)
    less = open_statement(copy)
    (payee,) = find_payees(open_statement(folder), "autorin")
    with pytest.raises(InputError, match="has the id"):
        find_payees(less, "autorin")
    assert find_payees(less, payee[:16]) == [payee]
    for is_auditor in (False, True):
        files = hand_out(less, payee, FORMATS, "de", for_auditor=is_auditor)
        assert not any(b"Erika" in data or b"Bote" in data for data in files.values())
        assert any(name.endswith(".beancount") for name in files)
