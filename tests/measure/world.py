"""A small world to measure: publishers, and answers laid out by hand."""

from datetime import UTC, datetime, timedelta

from beleg.measure import measure
from beleg.records import (
    Answer,
    Citation,
    Claim,
    ClaimLink,
    Document,
    DocumentKind,
    Holding,
    Level,
    Mandate,
    Observation,
    Prompt,
    Publisher,
    Status,
    Support,
    SupportKind,
)
from beleg.tables import TABLES, to_arrow

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def publisher(publisher_id, name, *domains, declared=True, aliases=(), people=()):
    return Publisher(
        publisher_id, name, Level.TITLE, domains, aliases, people, Mandate.MEASURED, declared
    )


class World:
    """Rows of every table that measure reads; ``measure()`` runs it."""

    def __init__(self):
        self.publishers = [
            publisher("anker", "Der Anker", "der-anker.example", people=("Jorit Nölke",)),
            publisher("bote", "Münsterbote", "bote.example"),
            publisher("fremd.example", "fremd.example", "fremd.example", declared=False),
        ]
        self.holdings = [
            Holding("der-anker.example", "anker", None, None, "declared"),
            Holding("bote.example", "bote", None, None, "declared"),
            Holding("fremd.example", "fremd.example", None, None, "undeclared"),
        ]
        self.answers, self.citations, self.claims, self.claim_links = [], [], [], []
        self.documents, self.supports, self.observations = [], [], []
        self.texts, self.link_checks, self.mentions = [], [], []
        self.prompts = {}
        self._measured = (None, [])

    def answer(self, answer_id, prompt="p1", *, weight=1.0, branded=False, **fields):
        """Add an answer; its prompt is made on first use."""
        self.prompts.setdefault(prompt, Prompt(prompt, prompt, None, None, "de", weight, branded))
        given = {
            "engine": "e", "model": None, "surface": "web", "country": None, "locale": None,
            "collector": "plain", "asked_at": NOON, "run": None, "text": "Es regnet.",
            "raw_ref": "0#0", "status": Status.ANSWERED, "impressions": None,
            "amount_minor": None, "currency": None, "queries": (), "flags": (),
        } | fields  # fmt: skip
        row = Answer(answer_id=answer_id, prompt_id=prompt, question=prompt, **given)
        self.answers.append(row)
        self.observations.append(Observation(answer_id, None))
        return self

    def link(self, answer_id, host, *, page="a", shown=True, at=None, claims=(), placed=True):
        """Add a link, with a mark ``at`` its place; ``claims`` names those at which it stands."""
        url = f"https://{host}/{page}"
        start, end = at or (None, None)
        rank = 1 + sum(row.answer_id == answer_id for row in self.citations)
        self.citations.append(
            Citation(answer_id, rank, url, url, host, None, start, end, True, shown, None)
        )
        self.claim_links += [ClaimLink(key, answer_id, url, host, placed) for key in claims]
        return self

    def claim(self, claim_id, answer_id, start, end, words, said=None):
        self.claims.append(Claim(claim_id, answer_id, said or claim_id, start, end, words))
        return self

    def document(self, document_id, host, *, page="a", kind=DocumentKind.ARTICLE):
        url = f"https://{host}/{page}"
        self.documents.append(
            Document(
                document_id, document_id, None, url, url, host, None, "de", None, (), kind,
                None, None, NOON - timedelta(days=1), None, "0#0",
            )
        )  # fmt: skip
        return self

    def support(self, claim_id, document_id, support):
        passage = f"{document_id}-{len(self.supports)}"
        self.supports.append(
            Support(
                claim_id, passage, document_id, SupportKind.PARAPHRASE, support / 1e4,
                support / 1e4, support, False, (), (), (), "test 1",
            )
        )  # fmt: skip
        return self

    def tables(self):
        rows = {
            "answers": self.answers, "citations": self.citations,
            "claim_links": self.claim_links, "claims": self.claims,
            "documents": self.documents, "holdings": self.holdings,
            "observations": self.observations, "prompts": list(self.prompts.values()),
            "publishers": self.publishers, "supports": self.supports,
            "texts": self.texts, "link_checks": self.link_checks, "mentions": self.mentions,
        }  # fmt: skip
        return {name: to_arrow(some, TABLES[name]) for name, some in rows.items()}

    def measure(self, threshold=6000, **options):
        return measure(self.tables(), threshold=threshold, **options)

    def find(self, name, subject="anker", *, engine="e", segment="all", threshold=6000):
        """The one estimate asked for, as a dict."""
        state = (threshold, *(table.num_rows for table in self.tables().values()))
        if self._measured[0] != state:
            self._measured = (state, self.measure(threshold).estimates.to_pylist())
        rows = [
            row
            for row in self._measured[1]
            if (row["measure"], row["subject"], row["engine"], row["segment"])
            == (name, subject, engine, segment)
            and row["topic"] is None
            and row["week"] is None
        ]
        (row,) = rows
        return row
