"""What the journal says: frames committed in time or not, and the state of appeals."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from beleg.errors import InputError
from beleg.prove.appeals import AppealStatus, find_pending, list_appeals
from beleg.prove.history import find_close, find_commitment, find_statement
from beleg.prove.journal import make_entry
from oracles import settlement as world

A, B = "aa" * 32, "bb" * 32
BEFORE, AFTER = "2026-09-01T00:00:00Z", "2026-10-02T00:00:00Z"
POT = replace(
    world.POT,
    pot_id="press",
    period="2026-Q4",
    starts_at=datetime(2026, 9, 30, 22, tzinfo=UTC),
    frame=A,
)


def frame(at, frame_=A, pot="press", period="2026-Q4"):
    values = {"pot_id": pot, "series": None, "period": period}
    return make_entry("frame", at, **values, frame=frame_)


def appeal(n):
    values = {"pot_id": "press", "claim_id": "0" * 32, "support": 9000, "passage_id": None}
    return make_entry("appeal", BEFORE, appeal_id=f"{n:032x}", publisher=A, reason=B, **values)


def post(n, at=AFTER):
    return make_entry("appeal_posted", at, appeal_id=f"{n:032x}", by=A)


def void(n):
    return make_entry("appeal_voided", AFTER, appeal_id=f"{n:032x}", by=None, reason=A)


class TestFrames:
    def test_committed_before_the_period(self):
        at = datetime(2026, 9, 1, tzinfo=UTC)
        assert find_commitment([frame(BEFORE)], POT) == (at, True)
        assert find_commitment([frame(BEFORE), frame(AFTER)], POT) == (at, True)

    def test_never(self):
        for entries in ([], [frame(BEFORE, B)], [frame(BEFORE, pot="other")]):
            assert find_commitment(entries, POT) == (None, False)
        assert find_commitment([frame(BEFORE, period="2026-Q3")], POT) == (None, False)
        assert find_commitment([frame(BEFORE)], replace(POT, frame=None)) == (None, False)

    @pytest.mark.parametrize("at", [AFTER, "2026-09-30T22:00:00Z"])
    def test_late(self, at):
        committed_at, in_time = find_commitment([frame(at)], POT)
        assert committed_at is not None
        assert not in_time

    def test_of_several_the_last_one_in_time_binds(self):
        # Who commits to many frames and shows one of them later has committed to none.
        first, second = frame(BEFORE), frame("2026-09-02T00:00:00Z", B)
        assert not find_commitment([first, second], POT).in_time
        assert find_commitment([second, frame("2026-09-03T00:00:00Z")], POT).in_time
        assert find_commitment([first, frame(AFTER, B)], POT).in_time


class TestAppeals:
    def test_pending_then_posted_or_void(self):
        entries = [appeal(1), appeal(2), appeal(3), post(3), void(1)]
        rows = {int(row.appeal_id, 16): row for row in list_appeals(entries)}
        assert [*rows] == [3, 1, 2]  # as decided, then what waits
        assert [row.status for row in rows.values()] == ["posted", "void", "pending"]
        assert (rows[3].by, rows[3].decided_at) == (A, AFTER)
        assert (rows[1].by, rows[1].void_reason) == (None, A)
        assert (rows[2].decided_at, rows[2].opened_at) == (None, BEFORE)

    @pytest.mark.parametrize("entries", [[post(1)], [appeal(1), post(1), void(1)]])
    def test_a_journal_that_decides_twice_is_none_of_ours(self, entries):
        with pytest.raises(ValueError, match="decided twice, or not opened"):
            list_appeals(entries)

    def test_an_appeal_is_found_by_its_digits(self):
        found = find_pending([appeal(0x10), appeal(0xAB << 120)], "ab")
        assert found.status == AppealStatus.PENDING
        for digits, said in (("", "no appeal begins"), ("f", "no appeal"), ("0", "2 appeals")):
            with pytest.raises(InputError, match=said):
                find_pending([appeal(1), appeal(2)], digits)

    @pytest.mark.parametrize("decision", [post(1), void(1)])
    def test_what_is_decided_stays_decided(self, decision):
        with pytest.raises(InputError, match=r"was decided at .* Nothing is overwritten"):
            find_pending([appeal(1), decision], "0")


def test_statements_and_closes_are_found_by_their_pot():
    values = {"pot_id": "press", "period": "2026-Q4"}
    rows = [
        make_entry("statement", BEFORE, **values, root=root, tree_size=1, supersedes=old)
        for root, old in ((A, None), (B, A))
    ]
    close = make_entry("close", AFTER, **values, root=B, payouts=A)
    assert find_statement(rows, "press") == rows[1]
    assert find_statement(rows, "other") is None
    assert find_close([*rows, close], "press") == close
    assert find_close(rows, "press") is None
