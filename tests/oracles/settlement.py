"""A small world whose shares are known by hand, and a builder for others like it.

Two prompts of weight 1 are answered in November 2026. Answer ``a1`` makes two claims of 6 and 4
content words, ``a2`` (of the same prompt) one, ``b1`` (of the other prompt) one.

===== ====== ======================== =================================
claim weight supports                 airport split, of 10,000
===== ====== ======================== =================================
a1-1  .30    anker 10000, bote 5000   anker 7500, bote 2500
a1-2  .20    nobody                   nothing
a2-1  .50    bote 8000                bote 8000
b1-1  1.00   anker 9000, fern 9000    anker 4500, fern 4500
===== ====== ======================== =================================

Of the weight 2: anker (.225 + .45) / 2 = 27/80, bote (.075 + .4) / 2 = 19/80, fern .45 / 2 =
18/80, nobody 16/80. Of 100.00 EUR: 33.75, 23.75, 22.50 and 20.00.
``fern`` has no mandate; ``bote`` owes 2/3 to itself and 1/3 to an author.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from beleg.records import (
    Answer,
    Citation,
    Claim,
    Document,
    DocumentKind,
    Entitlement,
    Holding,
    Level,
    Mandate,
    Observation,
    Ownership,
    Passage,
    Payout,
    Pot,
    Problem,
    Prompt,
    Publisher,
    Rightsholder,
    Share,
    Status,
    Support,
    SupportKind,
    Text,
)
from beleg.tables import TABLES, empty, from_arrow, to_arrow

KEY = b"a secret that the tests do not keep"

POT = Pot(
    pot_id="licence",
    right="all",
    period="2026-11",
    starts_at=datetime(2026, 10, 31, 23, tzinfo=UTC),
    ends_at=datetime(2026, 11, 30, 23, tzinfo=UTC),
    timezone="Europe/Berlin",
    currency="EUR",
    gross_minor=10_000,
    deductions_minor=0,
    reserve_minor=0,
    distributable_minor=10_000,
    due=date(2027, 9, 30),
    rule="airport",
    rule_version="1",
    level=Level.TITLE,
    threshold=5_000,
    kinds=("verbatim", "quote", "paraphrase"),
    existence="seen",
    coverage="complete",
)

SHARES = {"anker": Fraction(27, 80), "bote": Fraction(19, 80), "fern": Fraction(18, 80)}
ASKED = datetime(2026, 11, 10, 12, tzinfo=UTC)
SEEN = datetime(2026, 11, 1, 12, tzinfo=UTC)


def answer(answer_id, prompt_id, **changes):
    row = Answer(
        answer_id=answer_id,
        prompt_id=prompt_id,
        question=f"Frage {prompt_id}?",
        engine="engine",
        model=None,
        surface=None,
        country=None,
        locale=None,
        collector="plain",
        asked_at=ASKED,
        run=None,
        text=f"Erste Aussage von {answer_id}: Süd und Nord. Zweite Aussage: „Ost & West“.",
        raw_ref="raw#0",
        status=Status.ANSWERED,
        impressions=None,
        amount_minor=None,
        currency=None,
        queries=(),
        flags=(),
    )
    return replace(row, **changes)


def claim(claim_id, words, **changes):
    start, end = (0, 35) if claim_id.endswith("1") else (36, 65)
    row = Claim(claim_id, claim_id.partition("-")[0], f"said {claim_id}", start, end, words)
    return replace(row, **changes)


def document(document_id, **changes):
    row = Document(
        document_id=document_id,
        text_id=f"text {document_id}",
        external_id=None,
        url=f"https://{document_id}.example/1",
        canonical_url=f"https://{document_id}.example/1",
        host=f"{document_id}.example",
        title=None,
        language="de",
        section=None,
        authors=(),
        kind=DocumentKind.ARTICLE,
        access=None,
        published_at=None,
        first_seen_at=SEEN,
        answer_id=None,
        raw_ref="raw#0",
    )
    return replace(row, **changes)


def support(claim_id, document_id, support, **changes):
    row = Support(
        claim_id=claim_id,
        passage_id=f"passage {document_id}",
        document_id=document_id,
        kind=SupportKind.PARAPHRASE,
        score=support / 10_000,
        probability=support / 10_000,
        support=support,
        cited=False,
        conflicts=(),
        claim_spans=(),
        text_spans=(),
        judge="by hand",
    )
    return replace(row, **changes)


def publisher(publisher_id, **changes):
    row = Publisher(
        publisher_id=publisher_id,
        name=f"Der {publisher_id.title()}",
        level=Level.TITLE,
        domains=(f"{publisher_id}.example",),
        aliases=(),
        people=(),
        mandate=Mandate.PAID,
        declared=True,
    )
    return replace(row, **changes)


def entitle(publisher_id, holder, quota="1", **changes):
    part = Fraction(quota)
    row = Entitlement(
        publisher_id, holder, "all", part.numerator, part.denominator, None, None, None, "mandate"
    )
    return replace(row, **changes)


def cite(answer_id, document_id, rank=1):
    url = f"https://{document_id}.example/1"
    host = f"{document_id}.example"
    return Citation(answer_id, rank, url, url, host, None, None, None, False, True, None)


def prompt(prompt_id, weight=1.0):
    return Prompt(prompt_id, f"Frage {prompt_id}?", None, None, "de", weight, False)


def rows(**changes):
    """The world described above, as lists of records by table; changes replace whole lists."""
    names = ("anker", "bote", "fern")
    world = {
        "pots": [POT],
        "prompts": [prompt("a"), prompt("b")],
        "answers": [answer("a1", "a"), answer("a2", "a"), answer("b1", "b")],
        "observations": [Observation(name, None) for name in ("a1", "a2", "b1")],
        "claims": [claim("a1-1", 6), claim("a1-2", 4), claim("a2-1", 5), claim("b1-1", 3)],
        "documents": [document(name) for name in names],
        "texts": [
            Text(f"text {name}", f"Wörter von {name}, die etwas belegen.") for name in names
        ],
        "passages": [Passage(f"passage {name}", name, 0, 12) for name in names],
        "supports": [
            support("a1-1", "anker", 10_000),
            support("a1-1", "bote", 5_000),
            support("a2-1", "bote", 8_000),
            support("b1-1", "anker", 9_000),
            support("b1-1", "fern", 9_000),
        ],
        "publishers": [
            publisher("anker"),
            publisher("bote"),
            publisher("fern", mandate=Mandate.MEASURED),
        ],
        "holdings": [Holding(f"{name}.example", name, None, None, "declared") for name in names],
        "rightsholders": [
            Rightsholder("anker", "Anker Verlag", True),
            Rightsholder("bote", "Bote Verlag", True),
            Rightsholder("autorin", "=Erika Autorin", True),
        ],
        "entitlements": [
            entitle("anker", "anker"),
            entitle("bote", "bote", "2/3"),
            entitle("bote", "autorin", "1/3"),
        ],
    }
    return {**world, **changes}


def tables(world):
    """Lay out the records as Arrow tables; tables that are not named are empty."""
    return {
        name: to_arrow(world[name], record) if name in world else empty(name)
        for name, record in TABLES.items()
    }


def settle(share, world):
    """Share a world's pots; its tables with what share gives."""
    given = tables(world)
    return {**given, **share(given)._asdict()}


def shares_of(shared):
    return {
        row.publisher_id: Fraction(int(row.numerator), int(row.denominator))
        for row in from_arrow(shared.shares, Share)
    }


def assigned(shared):
    return {
        (row.payee, row.publisher_id): row.assigned_minor
        for row in from_arrow(shared.payouts, Payout)
    }


def messages(shared):
    return [row.message for row in from_arrow(shared.problems, Problem)]


def own(publisher_id, parent_id, valid_from=None, valid_to=None):
    return Ownership(publisher_id, parent_id, valid_from, valid_to)
