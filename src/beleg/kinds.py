"""The words that stand in columns: statuses, levels, kinds.

:mod:`beleg.records` hands them on, since a row and its words are used together.
"""

from enum import StrEnum

LINES = ("unsupported", "no_mandate", "holder_not_found", "disputed")
"""The unpaid lines of a pot; no publisher or rightsholder can have such an id."""

MONEY_COVERAGE = frozenset({"complete", "sampled"})
"""How answers must be chosen for a measured share to be more than a simulation."""


class Status(StrEnum):
    """What came back when an engine was asked."""

    ANSWERED = "answered"
    ABSENT = "absent"  # the surface showed no answer (an overview that did not trigger)
    REFUSED = "refused"
    EMPTY = "empty"
    ERROR = "error"


class Level(StrEnum):
    """At which height of ownership a publisher stands."""

    TITLE = "title"
    COMPANY = "company"
    GROUP = "group"


class Mandate(StrEnum):
    """Whether a publisher takes part in a payout, or is only measured."""

    PAID = "paid"
    MEASURED = "measured"
    DISPUTED = "disputed"  # of shares alone: nobody can say whose text it is


class DocumentKind(StrEnum):
    """What a document is, and how we came by it."""

    ARTICLE = "article"
    TRANSCRIPT = "transcript"
    BOOK = "book"
    SNIPPET = "snippet"  # delivered by an engine beside a link: a search result's teaser
    CITED_PASSAGE = "cited_passage"  # delivered by an engine as the passage that it cites


class Access(StrEnum):
    """How a reader gets at the text; None where nothing was declared."""

    FREE = "free"
    METERED = "metered"
    PAID = "paid"


class LinkState(StrEnum):
    """What was found where a link leads."""

    ALIVE = "alive"  # a page, or a server that wants access, money or patience before it shows one
    GONE = "gone"  # the server says that there is no such page: 404, 410
    NO_HOST = "no_host"  # no such name on the Internet
    UNKNOWN = "unknown"  # nobody answered, the server failed, or it may not be asked


class SupportKind(StrEnum):
    """How a passage carries a claim."""

    VERBATIM = "verbatim"
    QUOTE = "quote"
    PARAPHRASE = "paraphrase"


class Relation(StrEnum):
    """How a passage repeats another one."""

    COPY = "copy"
    REWRITE = "rewrite"  # other words or another order, the same report
    QUOTATION = "quotation"  # only what stands in quotation marks is the same
    AGENCY = "agency"  # a news agency's text, by its marks
    OWN = "own"  # repeats an earlier page of its own house: plays for itself, and is no news
    PART = "part"  # less than half of it: named are the stretches, whose claims the origin has
    COMMON = "common"  # stands in many texts that otherwise differ: plays for the first


class OriginStatus(StrEnum):
    """Whether it is known which of two texts was first."""

    CERTAIN = "certain"
    DISPUTED = "disputed"  # a tie, no date of ours, or evidence that contradicts itself


class EstimateStatus(StrEnum):
    """Whether an estimate may be read as a number."""

    OK = "ok"
    TOO_THIN = "too_thin"  # fewer effective events than an interval can be trusted with
    NOT_MEASURED = "not_measured"
