"""Double entry: it balances, says what the ledger says, and the tools themselves accept it."""

import os
import re
import shutil
import subprocess
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from beleg.prove.bookkeeping import (
    book_member,
    book_pot,
    name_part,
    write_beancount,
    write_hledger,
)
from beleg.prove.paper import read_paper
from prove.paper_files import STRANGE, files, head, ledger, openings, receipt

BEAN_CHECK = shutil.which("bean-check") or os.environ.get("BEAN_CHECK", "")
HLEDGER = shutil.which("hledger")
needs_beancount = pytest.mark.skipif(not BEAN_CHECK, reason="beancount is not there")
needs_hledger = pytest.mark.skipif(not HLEDGER, reason="hledger is not there")

AMOUNT = re.compile(r"^ +([A-Z][A-Za-z0-9:-]+)  (-?\d+(?:\.\d+)?) ([A-Z]{3})", re.MULTILINE)


def pot(**changes):
    found = files(**changes)
    return book_pot(ledger(found), openings(found))


def read_balances(text):
    """Balances by account and currency, out of either format."""
    sums = defaultdict(Fraction)
    for account, amount, currency in AMOUNT.findall(text):
        sums[account, currency] += Fraction(amount)
    return sums


@pytest.mark.parametrize("write", [write_beancount, write_hledger])
def test_a_pot_by_hand(write):
    """120.00 less 15.00 and 5.00; the shares of tests/oracles/settlement.py of 100.00."""
    sums = read_balances(write(pot()).decode())
    assert sums == {
        ("Assets:Collected:Licence", "EUR"): Fraction("120"),
        ("Income:Deductions:Licence", "EUR"): Fraction("-15"),
        ("Liabilities:Reserve:Licence", "EUR"): Fraction("-5"),
        ("Liabilities:Payable:Licence:Anker:Anker", "EUR"): Fraction("-33.75"),
        ("Liabilities:Payable:Licence:Bote:Bote", "EUR"): Fraction("-15.83"),
        ("Liabilities:Payable:Licence:Autorin:Bote", "EUR"): Fraction("-7.92"),
        ("Liabilities:Unpaid:Licence:Unsupported", "EUR"): Fraction("-20"),
        ("Liabilities:Unpaid:Licence:No-mandate", "EUR"): Fraction("-22.50"),
        ("Liabilities:Undivided:Licence", "EUR"): 0,
        ("Liabilities:Distributable:Licence", "EUR"): 0,
    }


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_each_transaction_sums_to_zero(currency):
    for row in pot(currency=currency):
        assert row.postings
        assert sum(posting.minor for posting in row.postings) == 0
    for write in (write_beancount, write_hledger):
        text = write(pot(currency=currency)).decode()
        assert sum(read_balances(text).values()) == 0
        digits = {"EUR": 2, "JPY": 0, "KWD": 3}[currency]
        amounts = [amount.partition(".")[2] for _, amount, _ in AMOUNT.findall(text)]
        assert {len(rest) for rest in amounts} == {digits}


def test_a_member_books_income_and_receivable():
    found = files()
    sums = read_balances(
        write_beancount(book_member(read_paper(receipt(found, "bote"), head(found)))).decode()
    )
    assert sums == {
        ("Assets:Receivable:Licence:Bote", "EUR"): Fraction("15.83"),
        ("Income:Licences:Licence:Bote", "EUR"): Fraction("-15.83"),
    }


def test_the_exact_carry_stands_beside_the_amount():
    assert 'carry: "1/3"' in write_beancount(pot()).decode()
    assert "carry: 1/3" in write_hledger(pot()).decode()


def test_books_that_do_not_balance_are_not_written():
    found = files()
    rows = ledger(found)
    for row in rows:
        if row["type"] == "payout":
            row["assigned_minor"] = row["paid_minor"] = str(int(row["paid_minor"]) + 1)
            row["withheld_minor"] = "0"
    with pytest.raises(ValueError, match="must sum to 0"):
        book_pot(rows, openings(found))


@given(st.text(min_size=1, max_size=60))
def test_every_id_is_a_component_of_an_account(name):
    part = name_part(name)
    assert re.fullmatch(r"[A-Z0-9][A-Za-z0-9-]*", part)


@given(st.sets(st.text(alphabet="aAäb-_.0", min_size=1, max_size=4), min_size=2, max_size=12))
def test_different_ids_have_different_components(names):
    assert len({name_part(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", ["Der Bote", STRANGE, 'a "quoted"; | \\ name\n2026-01-01 * x'])
@pytest.mark.parametrize("currency", ["EUR", "JPY"])
@needs_beancount
def test_beancount_accepts_it(name, currency, tmp_path):
    path = tmp_path / "pot.beancount"
    both = [*pot(name=name, currency=currency), *pot(name=name, currency="KWD")]
    path.write_bytes(write_beancount(both))
    run = subprocess.run([BEAN_CHECK, str(path)], capture_output=True, check=False, text=True)
    assert run.returncode == 0, run.stderr
    assert not run.stderr


@pytest.mark.parametrize("name", ["Der Bote", STRANGE, 'a "quoted"; | \\ name\n2026-01-01 * x'])
@pytest.mark.parametrize("currency", ["EUR", "JPY"])
@needs_hledger
def test_hledger_accepts_it(name, currency, tmp_path):
    path = tmp_path / "pot.journal"
    both = [*pot(name=name, currency=currency), *pot(name=name, currency="KWD")]
    path.write_bytes(write_hledger(both))
    command = [HLEDGER, "-f", str(path)]
    where = {"env": {**os.environ, "LC_ALL": "C.UTF-8"}, "cwd": tmp_path}
    run = subprocess.run(
        [*command, "check", "accounts"], capture_output=True, check=False, text=True, **where
    )
    assert run.returncode == 0, run.stderr
    out = subprocess.run(
        [*command, "bal", "-N", "-O", "csv"], capture_output=True, check=True, text=True, **where
    ).stdout
    assert "Liabilities:Payable:Licence:Bote:Bote" in out


def test_beancount_is_never_imported():
    root = Path(__file__).parents[2] / "src"
    for path in root.rglob("*.py"):
        assert not re.search(
            r"^\s*(import|from) beancount", path.read_text(encoding="utf-8"), re.MULTILINE
        )
