from datetime import UTC, date, datetime, timedelta

import msgspec
from hypothesis import given, strategies as st

from beleg.catalogue import keep_seen
from beleg.frame import (
    derive_entitlements,
    derive_frames,
    derive_holdings,
    derive_ownerships,
    derive_pots,
    derive_prompts,
    derive_publishers,
    derive_rightsholders,
    hash_frame,
    set_gross,
)
from beleg.records import Answer, Citation, Mandate, Status
from beleg.repeats import find_repeats
from beleg.settings import (
    DisputeSettings,
    EntitlementSettings,
    FrameSettings,
    PanelRow,
    PotSettings,
    PublisherSettings,
    RightsholderSettings,
    Settings,
)
from beleg.text import prompt_id_of

SETTINGS = Settings(
    publishers=(
        PublisherSettings(id="haus", name="Haus Medien"),
        PublisherSettings(
            id="anker",
            name="Der Anker",
            owner="haus",
            owner_since=date(2020, 1, 1),
            domains=("der-anker.example", "münsterbote.example"),
            aliases=("Anker",),
            mandate=Mandate.PAID,
        ),
        PublisherSettings(id="sport", name="Anker Sport", domains=("sport.der-anker.example",)),
    ),
    rightsholders=(RightsholderSettings(id="kasse", name="Autorenkasse", found=False),),
    entitlements=(EntitlementSettings(publisher="anker", rightsholder="kasse", quota="2/6"),),
    pots=(PotSettings(id="p", period="2026-Q4", amount="100.00 EUR", deductions="7.50 EUR"),),
)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def answer(
    name: str, *, text: str | None = "Ja.", at: datetime | None = NOON, **changes: object
) -> Answer:
    fields: dict = {
        "answer_id": name,
        "prompt_id": "q",
        "question": "Wer baut?",
        "engine": "e",
        "model": None,
        "surface": None,
        "country": None,
        "locale": None,
        "collector": "test",
        "asked_at": at,
        "run": None,
        "text": text,
        "raw_ref": "r#0",
        "status": Status.ANSWERED,
        "impressions": None,
        "amount_minor": None,
        "currency": None,
        "queries": (),
        "flags": (),
    }
    return Answer(**(fields | changes))


def link(answer_id: str, rank: int, url: str) -> Citation:
    return Citation(answer_id, rank, url, url, "h", None, None, None, False, True, None)


def test_the_longest_declared_domain_holds_a_host() -> None:
    hosts = [
        "www.der-anker.example",
        "live.sport.der-anker.example",
        "xn--mnsterbote-9db.example",
        "blog.fremd.co.uk",
        "www.youtube.com",
        "192.0.2.7",
        "notder-anker.example",
    ]
    held = {row.host: (row.publisher_id, row.reason) for row in derive_holdings(SETTINGS, hosts)}
    assert held == {
        "www.der-anker.example": ("anker", "declared domain der-anker.example"),
        "live.sport.der-anker.example": ("sport", "declared domain sport.der-anker.example"),
        "xn--mnsterbote-9db.example": ("anker", "declared domain xn--mnsterbote-9db.example"),
        "blog.fremd.co.uk": ("fremd.co.uk", "undeclared domain"),
        "www.youtube.com": ("youtube.com", "platform"),
        "192.0.2.7": ("192.0.2.7", "undeclared domain"),
        "notder-anker.example": ("notder-anker.example", "undeclared domain"),
    }


def test_undeclared_domains_are_measured_and_never_paid() -> None:
    hosts = ["a.fremd.de", "b.fremd.de", "der-anker.example"]
    listed = derive_publishers(SETTINGS, hosts)
    found = keep_seen(listed, derive_holdings(SETTINGS, hosts))
    assert len(listed) > len(found)  # the catalogue's are there, and nobody saw them
    assert [(p.publisher_id, p.declared, p.mandate.value) for p in found] == [
        ("haus", True, "measured"),
        ("anker", True, "paid"),
        ("sport", True, "measured"),
        ("fremd.de", False, "measured"),
    ]


def test_who_owns_and_who_is_entitled() -> None:
    (ownership,) = derive_ownerships(SETTINGS)
    assert (ownership.publisher_id, ownership.parent_id) == ("anker", "haus")
    holders = {row.rightsholder_id: row.found for row in derive_rightsholders(SETTINGS)}
    assert holders == {"kasse": False, "haus": True, "anker": True, "sport": True}
    quotas = {
        row.publisher_id: (row.rightsholder_id, row.quota_numerator, row.quota_denominator)
        for row in derive_entitlements(SETTINGS)
    }
    assert quotas == {
        "anker": ("kasse", 1, 3),
        "haus": ("haus", 1, 1),
        "sport": ("sport", 1, 1),
    }


def test_pots_run_from_gross_to_distributable() -> None:
    (pot,) = derive_pots(SETTINGS, 4321)
    assert (pot.gross_minor, pot.deductions_minor, pot.distributable_minor) == (10_000, 750, 9_250)
    assert pot.threshold == 4321
    assert pot.starts_at == datetime(2026, 9, 30, 22, tzinfo=UTC)


def test_a_question_is_branded_where_it_names_a_publisher() -> None:
    texts = {
        "Was schreibt der Anker über Lindau?": True,
        "Was schreibt DER ANKER?": True,  # two words: in any case
        "Wo liegt ein anker im hafen?": False,  # one word: in its own case only
        "Steht das auf der-anker.example?": True,
        "Wer ankert wo?": False,
    }
    answers = [answer(t, question=t, prompt_id=prompt_id_of(t)) for t in texts]
    found = {row.text: row.branded for row in derive_prompts(SETTINGS, [], answers)}
    assert found == texts


def test_a_panel_gives_topic_and_weight_to_what_was_asked() -> None:
    panel = [PanelRow("p", "Wer  baut?", "bau", None, 2.5), PanelRow("p", "Who?", None, "en", 1.0)]
    asked = answer("a", question="wer baut", prompt_id=prompt_id_of("wer baut"))
    rows = {row.text: row for row in derive_prompts(SETTINGS, panel, [asked])}
    assert rows.keys() == {"Wer  baut?", "Who?"}
    assert (rows["Wer  baut?"].topic, rows["Wer  baut?"].weight) == ("bau", 2.5)


def _repeats(answers: list[Answer], citations: list[Citation]) -> dict[str, str | None]:
    return {row.answer_id: row.repeat_of for row in find_repeats(answers, citations)}


def test_cached_replies_are_one_observation() -> None:
    later, next_day = NOON + timedelta(minutes=30), NOON + timedelta(hours=24)
    answers = [
        answer("first"),
        answer("same text", at=later),
        answer("same links", text="Anders.", at=later),
        answer("other", text="Ganz anders.", at=later),
        answer("next day", at=next_day),
        answer("other engine", engine="f", at=later),
        answer("no time", at=None),
    ]
    links = [link(name, 1, "https://a.example") for name in ("first", "same links")]
    assert _repeats(answers, links) == {
        "first": None,
        "same text": "first",
        "same links": "first",
        "other": None,
        "next day": None,
        "other engine": None,
        "no time": "first",  # it cannot be told from a cached reply
    }


def test_links_without_text_repeat_only_with_equal_links() -> None:
    answers = [answer("a", text=None), answer("b", text=None), answer("c", text=None)]
    links = [link("a", 1, "https://x"), link("b", 1, "https://y"), link("c", 1, "https://x")]
    assert _repeats(answers, links) == {"a": None, "b": None, "c": "a"}


def test_errors_are_no_repeats_and_absent_overviews_are() -> None:
    errors = [answer(n, text=None, status=Status.ERROR) for n in "ab"]
    assert _repeats(errors, []) == {"a": None, "b": None}
    absent = [answer(n, text=None, status=Status.ABSENT) for n in "ab"]
    assert _repeats(absent, []) == {"a": None, "b": "a"}


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 100)), max_size=12))
def test_repeats_point_at_answers_that_count(rows: list[tuple[str, int]]) -> None:
    answers = [
        answer(f"{i:02}", text=text, at=NOON + timedelta(hours=hours))
        for i, (text, hours) in enumerate(rows)
    ]
    found = _repeats(answers, [])
    by_id = {a.answer_id: a for a in answers}
    for name, first in found.items():
        if first is not None:
            assert found[first] is None
            assert by_id[first].text == by_id[name].text
            assert (
                timedelta() <= by_id[name].asked_at - by_id[first].asked_at < timedelta(hours=24)
            )
    assert found == _repeats(answers[::-1], [])


def _repeats_by_pairs(answers: list[Answer], links: dict[str, list[str]]) -> dict[str, str | None]:
    """The rule as it is written, every answer against every one that counts."""
    found: dict[str, str | None] = {}
    order = sorted(answers, key=lambda a: (a.asked_at is None, a.asked_at, a.answer_id))
    for at, one in enumerate(order):
        found[one.answer_id] = None
        for other in order[:at]:
            near = (
                one.asked_at is None
                or other.asked_at is None
                or one.asked_at - other.asked_at < timedelta(hours=24)
            )
            mine, theirs = links[one.answer_id], links[other.answer_id]
            same = one.text is not None and one.text == other.text
            same = same or (mine == theirs and mine != [])
            same = same or (one.text is other.text is None and mine == theirs)
            alike = one.status == other.status != Status.ERROR
            if found[other.answer_id] is None and near and same and alike:
                found[one.answer_id] = other.answer_id
                break
    return found


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["x", "y", "", None]),
            st.sampled_from(
                [[], ["https://a.example"], ["https://a.example", "https://b.example"]]
            ),
            st.one_of(st.none(), st.integers(0, 80)),
            st.sampled_from([Status.ANSWERED, Status.ANSWERED, Status.ABSENT, Status.ERROR]),
        ),
        max_size=14,
    )
)
def test_one_pass_finds_what_comparing_all_pairs_finds(
    rows: list[tuple[str | None, list[str], int | None, Status]],
) -> None:
    answers = [
        answer(
            f"{i:02}",
            text=text,
            at=None if hours is None else NOON + timedelta(hours=hours),
            status=status,
        )
        for i, (text, _, hours, status) in enumerate(rows)
    ]
    links = {f"{i:02}": urls for i, (_, urls, _, _) in enumerate(rows)}
    citations = [
        link(name, rank, url) for name, urls in links.items() for rank, url in enumerate(urls, 1)
    ]
    assert _repeats(answers, citations) == _repeats_by_pairs(answers, links)


def test_a_repeat_of_a_repeat_does_not_stretch_the_window() -> None:
    answers = [answer(f"{n}", at=NOON + timedelta(hours=20 * n)) for n in range(4)]
    assert _repeats(answers, []) == {"0": None, "1": "0", "2": None, "3": "2"}


def test_frames_list_the_questions_of_their_panels_and_pots_name_their_hash() -> None:
    settings = msgspec.structs.replace(
        SETTINGS,
        frames=(FrameSettings(name="f", panels=("p",), source="log", coverage="synthetic"),),
        pots=(PotSettings(id="p", period="2026-Q4", amount="1.00 EUR", frame="f", series="s"),),
    )
    panel = [
        PanelRow("p", "Wer  baut?", None, None, 2.5),
        PanelRow("q", "Wer zahlt?", None, None, 1),
    ]
    (frame,) = derive_frames(settings, panel)
    assert (frame.prompt_ids, frame.units) == ((prompt_id_of("wer baut"),), (2_500_000,))
    assert frame.frame_id == hash_frame(frame)
    (pot,) = derive_pots(settings, 1, [frame])
    assert (pot.frame, pot.series, pot.coverage) == (frame.frame_id, "s", "synthetic")


def test_a_dispute_is_a_counter_claim_above_one() -> None:
    dispute = DisputeSettings(publisher="sport", reason="two heirs", since=date(2026, 1, 1))
    rows = derive_entitlements(msgspec.structs.replace(SETTINGS, disputes=(dispute,)))
    claims = [(row.rightsholder_id, row.quota_numerator) for row in rows if row.valid_from]
    assert claims == [("dispute over sport", 2)]
    assert [row.rightsholder_id for row in rows if row.publisher_id == "sport"] == [
        "sport",
        "dispute over sport",
    ]


def test_a_pot_of_answers_waits_for_its_sum() -> None:
    item = PotSettings(
        id="p", period="2026-Q4", amount="answers EUR", reserve="1.00 EUR", mode="per_answer"
    )
    (pot,) = derive_pots(msgspec.structs.replace(SETTINGS, pots=(item,)), 1)
    assert (pot.gross_minor, pot.mode, pot.currency) == (0, "per_answer", "EUR")
    filled = set_gross(pot, 1_000)
    assert (filled.gross_minor, filled.distributable_minor) == (1_000, 900)
