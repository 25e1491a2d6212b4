"""A small world by hand: three declared houses, one nobody declared, three engines, one pot.

All names are invented. What it holds is told in the constants, so that a test can count by hand.
"""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from beleg import records as r
from beleg.report.summary import ReportSettings
from beleg.tables import TABLES, to_arrow

N_PROMPTS = 46
"""Two of them are branded (the last two); each is asked in the weeks 45 and 46 of 2026."""
N_BRANDED = 2
ENGINES = ("openai", "perplexity", "grok")

SENTENCES = {
    "heat": ("Der Rat hat den Wärmeplan am 3. November beschlossen.", "anker", "heat"),
    "cost": ("Das Vorhaben kostet 4,2 Millionen Euro.", "anker", "heat"),
    "bridge": ("The lifting bridge stays closed until March.", "kai", "bridge"),
    "wire": ("The strike at the port ended on Friday.", "wire", "strike"),
    "blatt": ("Die Fähre fährt ab Montag wieder stündlich.", "faehrblatt.example", "ferry"),
    "nobody": ("Experten rechnen mit einem milden Winter.", None, None),
}
"""Key to the statement, whose passage carries it, and the page."""

PAGES = {
    "heat": (
        "anker",
        "der-anker.example",
        "Rat beschließt Wärmeplan <Lotsenviertel>",
        (
            "Nach langer Debatte: Der Rat hat den Wärmeplan am 3. November beschlossen. "
            "Das Vorhaben kostet 4,2 Millionen Euro. Die Opposition stimmte dagegen."
        ),
    ),
    "bridge": (
        "kai",
        "nordkai.example",
        "Bridge closed until March",
        "The port office said: The lifting bridge stays closed until March. Ferries run instead.",
    ),
    "strike": (
        "wire",
        "kuestenagentur.example",
        "Port strike over",
        "The strike at the port ended on Friday. Both sides agreed on 3.1 per cent.",
    ),
    "ferry": (
        "faehrblatt.example",
        "faehrblatt.example",
        "Fähre fährt wieder",
        "Gute Nachricht: Die Fähre fährt ab Montag wieder stündlich. Das teilte der Kreis mit.",
    ),
}

PUBLISHERS = (
    ("anker", "Der Anker", "der-anker.example", r.Mandate.PAID, True),
    ("kai", "Nordkai Zeitung", "nordkai.example", r.Mandate.PAID, True),
    ("wire", "Küstenagentur", "kuestenagentur.example", r.Mandate.MEASURED, True),
    ("faehrblatt.example", "faehrblatt.example", "faehrblatt.example", r.Mandate.MEASURED, False),
)

THRESHOLD = 5000


class Builder:
    """Collects records; ``tables`` lays them out."""

    def __init__(self):
        self.rows = {name: [] for name in TABLES}

    def add(self, record):
        name = next(name for name, kind in TABLES.items() if type(record) is kind)
        self.rows[name].append(record)
        return record

    def tables(self) -> dict[str, pa.Table]:
        return {name: to_arrow(rows, TABLES[name]) for name, rows in self.rows.items()}

    def prompt(self, key, text, *, branded=False, topic=None, weight=1.0):
        return self.add(r.Prompt(key, text, None, topic, "de", weight, branded))

    def answer(self, key, prompt_id, engine, text, asked_at, **other):
        values = {
            "question": f"Frage {prompt_id}?",
            "model": f"{engine}-1",
            "surface": "api",
            "country": "DE",
            "locale": "de-DE",
            "collector": "plain",
            "run": None,
            "raw_ref": "0" * 64 + "#0",
            "status": r.Status.ANSWERED,
            "impressions": None,
            "amount_minor": None,
            "currency": None,
            "queries": (),
            "flags": (),
        } | other
        repeat_of = values.pop("repeat_of", None)
        self.add(r.Observation(key, repeat_of))
        return self.add(
            r.Answer(
                answer_id=key,
                prompt_id=prompt_id,
                engine=engine,
                text=text,
                asked_at=asked_at,
                **values,
            )
        )

    def link(self, answer_id, rank, url, host, span=None, *, is_mark=True, shown=True):
        start, end = span or (None, None)
        self.add(
            r.Citation(answer_id, rank, url, url, host, None, start, end, is_mark, shown, None)
        )

    def claim(self, key, answer_id, text, sentence):
        start = text.index(sentence)
        return self.add(r.Claim(key, answer_id, f"st-{sentence}", start, start + len(sentence), 6))

    def support(self, claim_id, page, sentence, support=10000, *, cited=False, conflicts=()):
        text = PAGES[page][3]
        start = text.index(sentence)
        end = start + len(sentence)
        passage_id = f"pa-{page}-{start}"
        if passage_id not in {row.passage_id for row in self.rows["passages"]}:
            self.add(r.Passage(passage_id, f"d-{page}", start, end))
        kind = r.SupportKind.VERBATIM if support > 9500 else r.SupportKind.PARAPHRASE
        self.add(
            r.Support(
                claim_id,
                passage_id,
                f"d-{page}",
                kind,
                support / 10000,
                support / 10000,
                support,
                cited,
                tuple(conflicts),
                (),
                (start, start + 10),
                "test 1",
            )
        )


def add_frame(b: Builder) -> None:
    for key, name, host, mandate, declared in PUBLISHERS:
        people = ("Jule Petersen",) if declared else ()
        b.add(r.Publisher(key, name, r.Level.TITLE, (host,), (), people, mandate, declared))
        b.add(r.Holding(host, key, None, None, "declared domain" if declared else "undeclared"))
    for key, (_, host, title, text) in PAGES.items():
        b.add(r.Text(f"t-{key}", text))
        url = f"https://{host}/{key}"
        b.add(
            r.Document(
                f"d-{key}",
                f"t-{key}",
                None,
                url,
                url,
                host,
                title,
                "de",
                None,
                (),
                r.DocumentKind.ARTICLE,
                None,
                None,
                None,
                None,
                "raw",
            )
        )


def add_answer(b: Builder, key, prompt_id, engine, keys, cites, asked_at, **other):  # noqa: PLR0917 - one fact each
    """Join sentences into an answer; each of ``cites`` is (sentence, page): a mark behind it."""
    text, spans = "", {}
    for name in keys:
        sentence = SENTENCES[name][0]
        text += sentence
        if name in dict(cites):
            mark = f"[{len(spans) + 1}]"
            spans[name] = (len(text), len(text) + len(mark))
            text += mark
        text += " "
    b.answer(key, prompt_id, engine, text, asked_at, **other)
    for rank, (name, page) in enumerate(cites, start=1):
        host = PAGES[page][1]
        b.link(key, rank, f"https://{host}/{page}", host, spans[name])
    for name in keys:
        sentence, _, page = SENTENCES[name]
        claim_id = f"c-{key}-{name}"
        b.claim(claim_id, key, text, sentence)
        if name in dict(cites):
            host = PAGES[dict(cites)[name]][1]
            url = f"https://{host}/{dict(cites)[name]}"
            b.add(r.ClaimLink(claim_id, key, url, host, placed=True))
        if page:
            b.support(claim_id, page, sentence, cited=dict(cites).get(name) == page)


def build_world() -> Builder:
    b = Builder()
    add_frame(b)
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)  # Monday of week 45
    for n in range(N_PROMPTS):
        branded = n >= N_PROMPTS - N_BRANDED
        text = f"Was schreibt Der Anker zu Punkt {n}?" if branded else f"Was gilt bei Punkt {n}?"
        b.prompt(f"q{n:02}", text, branded=branded, topic="Hafen" if n % 3 == 0 else "Rathaus")
        for week in range(2):
            at = start + timedelta(days=7 * week + (6 if n == 0 else n % 5), minutes=n)
            for engine in ENGINES:
                key = f"{engine}-{n:02}-{week}"
                flags = ("links-invented",) if engine == "grok" else ()
                if n == 3:  # lost: others are linked, never one of us
                    add_answer(
                        b,
                        key,
                        f"q{n:02}",
                        engine,
                        ["blatt"],
                        [("blatt", "ferry")],
                        at,
                        flags=flags,
                    )
                elif n == 5 and engine == "openai":  # ours, and no link at all
                    add_answer(b, key, f"q{n:02}", engine, ["cost", "nobody"], [], at, flags=flags)
                elif n == 7 and engine == "perplexity":  # the ferry's news, with a link to us
                    add_answer(
                        b, key, f"q{n:02}", engine, ["blatt"], [("blatt", "heat")], at, flags=flags
                    )
                elif n % 2 or (week and engine == "openai" and n in range(20)):
                    add_answer(
                        b,
                        key,
                        f"q{n:02}",
                        engine,
                        ["heat", "bridge", "nobody"],
                        [("heat", "heat"), ("bridge", "bridge")],
                        at,
                        flags=flags,
                    )
                else:
                    add_answer(
                        b,
                        key,
                        f"q{n:02}",
                        engine,
                        ["wire", "nobody", "blatt"],
                        [("wire", "strike"), ("blatt", "ferry")],
                        at,
                        flags=flags,
                    )
    b.answer(
        "refused-1", "q01", "openai", "Dazu kann ich nichts sagen.", start, status=r.Status.REFUSED
    )
    b.answer("absent-1", "q02", "openai", None, start, status=r.Status.ABSENT)
    b.answer(
        "repeat-1", "q04", "grok", "x", start, flags=("links-invented",), repeat_of="grok-04-0"
    )
    b.answer("untimed-1", "q06", "grok", None, None, flags=("links-invented",))
    b.add(r.Mention("openai-01-0", "anker", 0, 9, "Der Anker", 0.9, negative=False))
    add_estimates(b)
    add_pot(b)
    for line in (3, 9):
        b.add(
            r.Problem(
                "collect",
                "perplexity.jsonl",
                line,
                None,
                f"Zeile {line} bricht ab.",
                "Die Datei neu exportieren.",
            )
        )
    b.add(r.Problem("share", "press", None, None, "1 Antwort ohne Zeit.", ""))
    return b


def add_estimates(b: Builder) -> None:
    ok, thin, no = r.EstimateStatus.OK, r.EstimateStatus.TOO_THIN, r.EstimateStatus.NOT_MEASURED
    figures = {"anker": 0.45, "kai": 0.4, "wire": 0.31, "faehrblatt.example": 0.33}
    for place, engine in enumerate(ENGINES):
        for subject, value in figures.items():
            for segment, n in (("unbranded", 44), ("branded", 4), ("all", 48)):
                v = value - 0.06 * place
                status = thin if segment == "branded" or subject == "wire" else ok
                b.add(estimate("citation_rate", subject, engine, segment, v, 0.09, n, status))
                b.add(estimate("citation_share", subject, engine, segment, v / 2, 0.05, n, ok))
                b.add(estimate("mention_rate", subject, engine, segment, 0.02, 0.015, n, thin))
                b.add(estimate("indispensable", subject, engine, segment, v / 3, 0.04, n, ok))
                b.add(estimate("selection_rate", subject, engine, segment, None, 0, 0, no))
        b.add(estimate("answered_rate", "*", engine, "all", 0.96, 0.03, 50, ok))


def estimate(measure, subject, engine, segment, value, half, n, status):  # noqa: PLR0917 - a row
    low = None if value is None else max(0.0, value - half)
    high = None if value is None else min(1.0, value + half)
    return r.Estimate(
        measure,
        subject,
        engine,
        segment,
        value,
        low,
        high,
        0.95,
        n,
        n // 2,
        0.0 if value is None else n * value,
        "population of prompts",
        "test",
        status,
    )


def add_pot(b: Builder) -> None:
    """1,000.00 EUR, 100.00 deducted, over three claims of weights 6, 3 and 1.

    The first rests on Der Anker (10000) and the Küstenagentur (4000): by the airport game
    4000/2 = 2000 to the agency and 2000 + 6000 = 8000 to Der Anker. The second rests on the
    Nordkai Zeitung (10000), the third on nobody. Parts: 48/100, 30/100, 12/100 and 10/100.
    """
    b.add(
        r.Pot(
            "press",
            "all",
            "2026-Q4",
            datetime(2026, 9, 30, 22, tzinfo=UTC),
            datetime(2026, 12, 31, 23, tzinfo=UTC),
            "Europe/Berlin",
            "EUR",
            100000,
            10000,
            0,
            90000,
            date(2027, 3, 31),
            "airport",
            "1",
            r.Level.TITLE,
            3000,
            ("verbatim", "quote", "paraphrase"),
            "seen",
            "selected",
        )
    )
    claims = [
        ("c-perplexity-01-0-heat", 6),
        ("c-perplexity-01-0-bridge", 3),
        ("c-perplexity-01-0-nobody", 1),
    ]
    for claim_id, weight in claims:
        b.add(r.ClaimWeight("press", "perplexity-01-0", claim_id, weight))
    for place, publisher, support, passage in (
        (0, "anker", 10000, "pa-heat-21"),
        (0, "wire", 4000, "pa-strike-0"),
        (1, "kai", 10000, "pa-bridge-22"),
    ):
        claim_id, weight = claims[place]
        b.add(r.Stake("press", "perplexity-01-0", claim_id, publisher, weight, support, passage))
    b.add(r.Share("press", "airport", "anker", "12", "25", r.Mandate.PAID))
    b.add(r.Share("press", "airport", "kai", "3", "10", r.Mandate.PAID))
    b.add(r.Share("press", "airport", "wire", "3", "25", r.Mandate.MEASURED))
    for key, name, *_ in PUBLISHERS[:2]:
        b.add(r.Rightsholder(key, name, found=True))
        b.add(r.Entitlement(key, key, "all", 1, 1, None, None, None, "default"))
    rows = [
        ("anker", "anker", False, "12", "25", 43200),
        ("kai", "kai", False, "3", "10", 27000),
        ("no_mandate", "wire", True, "3", "25", 10800),
        ("unsupported", None, True, "1", "10", 9000),
    ]
    for payee, publisher, is_line, num, den, minor in rows:
        paid = 0 if is_line else minor
        b.add(
            r.Payout(
                "press", payee, publisher, is_line, num, den, minor, paid, minor - paid, "0", "1"
            )
        )


SETTINGS = ReportSettings(
    title=None,
    us=("anker", "kai"),
    threshold=THRESHOLD,
    statements={"press": ("statements/2026-Q4/press", "ab" * 32)},
)


@pytest.fixture
def world() -> Builder:
    return build_world()


@pytest.fixture(scope="session")
def tables() -> dict[str, pa.Table]:
    return build_world().tables()


@pytest.fixture(scope="session")
def settings() -> ReportSettings:
    return SETTINGS
