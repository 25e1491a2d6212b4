import contextlib

import pytest
from ground_tables import a_link, an_answer, pages, tables
from hypothesis import given, settings, strategies as st

from beleg.ground import grounding
from beleg.ground.blocks import Block, fingerprint_code
from beleg.ground.grounding import ground
from beleg.records import Support
from beleg.tables import schema_of

COUNCIL = "Der Rat hat den Wärmeplan beschlossen. Er kostet 96 Mio. Euro und reicht bis 2029."
FERRY = "Die Fähre nach Sandholm fährt im Winter nicht. Das teilte die Reederei mit."
A, B = "https://anker.example/a", "https://velum.example/b"
SENTENCES = [
    "Der Rat hat den Wärmeplan beschlossen.",
    "Er kostet 96 Mio. Euro und reicht bis 2029.",
    "Die Fähre nach Sandholm fährt im Winter nicht.",
    "Die Reederei sucht zwölf Kapitäne für Sandholm.",
]


class Killed(Exception):
    pass


class Memory:
    """Keeps blocks, and may fail as a full disk or a kill would."""

    def __init__(self, fail_at: int | None = None) -> None:
        self.blocks: list[Block] = []
        self.n_written = 0
        self.fail_at = fail_at

    def read(self) -> list[Block]:
        return list(self.blocks)

    def write(self, block: Block) -> None:
        if self.n_written == self.fail_at:
            raise Killed
        self.n_written += 1
        self.blocks.append(block)


def some_tables(sentences, links=()):
    answers = [an_answer(text, answer_id=f"a{n}") for n, text in enumerate(sentences)]
    return tables(answers, list(links), pages((A, COUNCIL), (B, FERRY)))


def test_new_answers_compute_new_claims_alone():
    memory = Memory()
    ground(*some_tables(SENTENCES[:2]), blocks=memory)
    assert [len(block.keys) for block in memory.blocks] == [2]
    found = ground(*some_tables(SENTENCES), blocks=memory)
    assert [len(block.keys) for block in memory.blocks] == [2, 2]
    assert found == ground(*some_tables(SENTENCES))
    ground(*some_tables(SENTENCES), blocks=memory)
    assert memory.n_written == 2


def test_a_link_that_came_later_is_not_missed():
    memory = Memory()
    before = ground(*some_tables(SENTENCES[:1]), blocks=memory)
    assert before.supports["cited"].to_pylist() == [False]
    linked = some_tables(SENTENCES[:1], [a_link(A, answer_id="a0")])
    after = ground(*linked, blocks=memory)
    assert after.supports["cited"].to_pylist() == [True]
    assert after == ground(*linked)


def test_what_is_known_counts_as_done(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(grounding, "_BLOCK", 1)
    memory, told = Memory(fail_at=2), []
    with pytest.raises(Killed):
        ground(*some_tables(SENTENCES), blocks=memory)
    memory.fail_at = None
    ground(*some_tables(SENTENCES), blocks=memory, on_progress=lambda *step: told.append(step))
    assert [step for step in told if step[0] == "supports"] == [
        ("supports", 3, 4),
        ("supports", 4, 4),
    ]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(SENTENCES), max_size=5),
    st.lists(st.sampled_from(SENTENCES), max_size=5),
    st.integers(0, 4),
)
def test_whatever_was_kept_the_tables_are_the_same(before, after, fail_at):
    memory = Memory(fail_at)
    block, grounding._BLOCK = grounding._BLOCK, 2
    try:
        with contextlib.suppress(Killed):
            ground(*some_tables(before), blocks=memory)
        memory.fail_at = None
        assert ground(*some_tables(after), blocks=memory) == ground(*some_tables(after))
    finally:
        grounding._BLOCK = block


def test_the_code_has_one_fingerprint():
    assert fingerprint_code() == fingerprint_code()
    assert len(fingerprint_code()) == 64


def test_no_claims_no_work():
    memory = Memory()
    found = ground(*some_tables([]), blocks=memory)
    assert found.supports.schema == schema_of(Support)
    assert memory.n_written == 0
