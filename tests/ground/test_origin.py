"""Origins of small worlds whose order is known by hand, and what must hold of every world."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ground_tables import a_document, tables
from hypothesis import given, settings, strategies as st

from beleg.ground import find_origins, ground
from beleg.records import Document, Origin, Passage, Text, content_id
from beleg.tables import from_arrow, schema_of, to_arrow

DAY = datetime(2026, 11, 2, 6, tzinfo=UTC)
STORY = (
    "Die Große Klappbrücke in Ellerhaven ist seit Mittwochmorgen für den Verkehr gesperrt. "
    "Bei einer Prüfung entdeckten Fachleute des Wasserbauamts einen langen Riss im Hauptträger. "
    "Über die Brücke fahren im Schnitt 21.000 Fahrzeuge am Tag, die nun einen Umweg nehmen. "
    "Für Fußgänger richtet die Hafenverwaltung eine kostenlose Fähre am nördlichen Ufer ein. "
    "Ein Neubau ist für das kommende Jahrzehnt vorgesehen, finanziert ist er bislang nicht. "
    "Händler in der Altstadt fürchten um ihr Geschäft und verlangen rasche Hilfe vom Land."
)
REWRITE = (
    "Händler der Altstadt fürchten nun um das Geschäft, sie verlangen vom Land rasche Hilfe. "
    "Im Hauptträger der Brücke hatten Fachleute vom Wasserbauamt bei einer Prüfung einen langen "
    "Riss entdeckt. Gesperrt ist die Große Klappbrücke in Ellerhaven für den Verkehr schon seit "
    "Mittwochmorgen. Ein Neubau ist zwar vorgesehen für das kommende Jahrzehnt, aber bislang "
    "nicht finanziert. Fußgänger nehmen eine Fähre, die die Hafenverwaltung kostenlos am "
    "nördlichen Ufer einrichtet, während 21.000 Fahrzeuge am Tag einen Umweg nehmen."
)
QUOTE = "„Ohne dieses Bauwerk stünde die halbe Altstadt bei jedem Hochwasser unter Wasser.“"
ONE = (
    f"Der Rat von Harkenburg hat am Dienstag für die Schleuse gestimmt. Karla Wenk sagte: {QUOTE} "
    "Veranschlagt sind 41 Millionen Euro, verteilt auf sechs Jahre."
)
OTHER = (
    f"Teuer wird es allemal, so viel steht fest. {QUOTE} So begründete Karla Wenk das Vorhaben, "
    "das 41 Millionen verschlingt und dessen letztes Tor erst in sechs Jahren hängen dürfte."
)


def page(host, text=STORY, *, hours=0, **changes):
    document = a_document(text, f"https://{host}/a")
    seen = None if hours is None else DAY + timedelta(hours=hours)
    return replace(document, first_seen_at=seen, **changes), text


def trace(*given_pages, houses=None, publishers=None):
    """Find the origins of some pages as rows by the host that repeats."""
    _, _, documents, texts = tables([], [], given_pages)
    passages = ground(*tables([], [], given_pages)).passages
    found = find_origins(documents, texts, passages, houses=houses, publishers=publishers)
    assert found.schema == schema_of(Origin)
    hosts = {document.document_id: document.host for document, _ in given_pages}
    rows: dict[str, list[tuple[Origin, str | None]]] = {}
    for row in from_arrow(found, Origin):
        origin = hosts.get(row.origin_document_id or "")
        rows.setdefault(hosts[row.document_id], []).append((row, origin))
    return rows


def told(rows):
    """Say for each host what all of its rows say: relation, status, origin, agency."""
    return {
        host: {(str(r.relation), str(r.status), origin, r.agency) for r, origin in found}
        for host, found in rows.items()
    }


def test_a_copy_points_to_who_was_seen_first_whatever_it_claims():
    rows = trace(
        page("anker.example", published_at=DAY),
        page("bote.example", hours=3, published_at=DAY - timedelta(days=9)),
    )
    assert told(rows) == {"bote.example": {("copy", "certain", "anker.example", None)}}
    for row, _ in rows["bote.example"]:
        assert row.evidence == (
            "shared:1.00",
            "first_seen:2026-11-02T06:00:00Z",
            "claims:2026-10-24T06:00:00Z",
        )
        assert row.passage_id != row.origin_passage_id


def test_a_rewrite_in_another_order_is_none_of_its_own():
    rows = trace(page("anker.example"), page("bote.example", REWRITE, hours=3))
    assert told(rows) == {"bote.example": {("rewrite", "certain", "anker.example", None)}}


def test_reports_that_share_a_quotation_are_no_copies():
    rows = trace(page("anker.example", ONE), page("bote.example", OTHER, hours=3))
    assert told(rows) == {"bote.example": {("quotation", "certain", "anker.example", None)}}


def test_a_chain_leads_to_its_root():
    rows = trace(
        page("anker.example"),
        page("bote.example", REWRITE, hours=3),
        page("dritte.example", REWRITE.replace("nun", "jetzt"), hours=5),
    )
    assert told(rows) == {
        "bote.example": {("rewrite", "certain", "anker.example", None)},
        "dritte.example": {("rewrite", "certain", "anker.example", None)},
    }


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        # A tie is anybody's; who has no date has shown nothing, and takes nothing from who has.
        ({"hours": 0}, {"hours": 0}, {"anker.example", "bote.example"}),
        ({"hours": 0}, {"hours": None}, {"bote.example"}),
        ({"hours": None}, {"hours": None, "published_at": DAY}, {"anker.example", "bote.example"}),
        (
            {"hours": 0, "answer_id": "x"},
            {"hours": 5, "answer_id": "y"},
            {"anker.example", "bote.example"},
        ),
    ],
)
def test_what_nobody_can_know_is_disputed(one, other, wanted):
    found = told(trace(page("anker.example", **one), page("bote.example", **other)))
    assert found.keys() == wanted
    assert {row[1] for rows in found.values() for row in rows} == {"disputed"}


def test_a_canonical_link_says_more_than_our_dates():
    early = page("bote.example", hours=0, origin_marks=("canonical:https://anker.example/a",))
    rows = trace(page("anker.example", hours=4), early)
    assert told(rows) == {"bote.example": {("copy", "certain", "anker.example", None)}}
    mutual = page("anker.example", hours=4, origin_marks=("canonical:https://bote.example/a",))
    both = told(trace(mutual, early))
    assert {row[1] for rows in both.values() for row in rows} == {"disputed"}


def test_a_canonical_link_holds_where_its_page_was_not_collected():
    rows = trace(page("bote.example", origin_marks=("canonical:https://anker.example/a",)))
    assert told(rows) == {"bote.example": {("copy", "certain", None, None)}}
    for row, _ in rows["bote.example"]:
        assert row.evidence[0] == "canonical:https://anker.example/a"
    assert trace(page("bote.example", origin_marks=("canonical:https://anker.example/",))) == {}
    named = page("bote.example", origin_marks=("canonical:https://anker.example/a",))
    rows = trace(named, page("dritte.example", hours=2))
    for row, _ in rows["dritte.example"]:
        assert "canonical:https://anker.example/a" in row.evidence


def test_pages_of_one_house_repeat_each_other_and_have_no_other_origin():
    pages = page("www.anker.example"), page("druck.anker.example", hours=3)
    repeated = ("own", "certain", "www.anker.example", None)
    assert told(trace(*pages)) == {"druck.anker.example": {repeated}}
    houses = {"anker.example": "haus", "bote.example": "haus"}
    pages = page("anker.example"), page("bote.example", hours=3)
    found = told(trace(*pages, houses=houses))
    assert found == {"bote.example": {("own", "certain", "anker.example", None)}}


def test_of_a_house_s_pages_in_a_tie_the_whole_is_the_text_and_not_its_pieces():
    half = " ".join(STORY.split(". ")[:3]) + "."
    pages = page("www.anker.example"), page("teil.anker.example", half)
    pages = (*pages, page("zweimal.anker.example", f"{STORY} {STORY}"))
    found = told(trace(*pages))
    assert found.keys() == {"teil.anker.example", "zweimal.anker.example"}
    assert {row[2] for rows in found.values() for row in rows} == {"www.anker.example"}


def test_colluders_who_name_each_other_lead_to_who_was_first():
    ring = ["bote.example", "dritte.example", "ring.example"]
    pages = [
        page(host, hours=n + 1, origin_marks=(f"canonical:https://{ring[(n + 1) % 3]}/a",))
        for n, host in enumerate(ring)
    ]
    found = told(trace(page("anker.example"), *pages))
    assert found == {host: {("copy", "certain", "anker.example", None)} for host in ring}


def test_a_mark_that_comes_later_makes_no_agencys_text_of_what_was_there():
    later = page("bote.example", hours=2, origin_marks=("agency:dpa",))
    rows = trace(page("anker.example"), later)
    assert rows.keys() == {"bote.example"}
    for row, _ in rows["bote.example"]:
        assert row.relation == "agency"
        assert any(said.startswith("before:") for said in row.evidence)
    # The agency's own page shows that the mark is true.
    rows = trace(page("dpa.com", hours=-1), page("anker.example"), later)
    assert not any("before:" in said for r, _ in rows["bote.example"] for said in r.evidence)


def test_a_passage_that_joins_sentences_names_whose_they_are():
    sentences = STORY.split(". ")
    own = [
        "Ganz andere Leute erzählten am Abend beim Wein viele lange Geschichten von früher",
        "Wieder andere spielten derweil unermüdlich Karten und lachten über jeden müden Witz",
        "Nebenan summte ein alter Kühlschrank so laut, dass niemand das kleine Radio hörte",
        "Der Wirt polierte schweigend Gläser, bis auch die letzte Kerze heruntergebrannt war",
    ]
    mixed = f"{own[0]}. {own[1]}. {sentences[2]}. {own[2]}. {own[3]}."
    rows = trace(page("anker.example"), page("bote.example", mixed, hours=2))
    (row,) = [row for row, _ in rows["bote.example"] if row.relation == "part"][:1]
    parts = [said for said in row.evidence if said.startswith("part:")]
    start, end = map(int, parts[0].split(":")[1].split("-"))
    assert mixed[start:end] in STORY
    assert len(mixed[start:end]) > 60


def test_what_many_other_texts_hold_plays_for_the_first():
    own = [
        " ".join(f"{word}{n}x{k}" for word in ("Ein", "ganz", "eigener", "satz", "von", "haus"))
        for n in range(10)
        for k in range(4)
    ]
    held = ". ".join(STORY.split(". ")[1:3]) + "."
    pages = [
        page(f"h{n}.example", ". ".join([*own[4 * n : 4 * n + 4], held]), hours=n)
        for n in range(10)
    ]
    found = told(trace(*pages))
    assert "h0.example" not in found
    assert ("common", "certain", "h0.example", None) in found["h9.example"]


def test_a_flood_of_near_copies_is_no_boilerplate():
    words = STORY.split()
    pages = [page("anker.example")]
    for n in range(45):
        near = " ".join(word for k, word in enumerate(words) if k % 46 != n)
        pages.append(page(f"flut{n}.example", near, hours=n + 1))
    found = told(trace(*pages))
    assert len(found) == 45
    assert {row[2] for rows in found.values() for row in rows} == {"anker.example"}


def test_an_agencys_text_is_the_agencys_in_every_house():
    marked = STORY.replace("Die Große", "Berlin (dpa) - Die Große", 1)
    rows = trace(
        page("anker.example", marked),
        page("bote.example", hours=3, authors=("dpa",)),
        page("dritte.example", "Ein eigener Vorspann steht hier. " + STORY, hours=5),
    )
    found = told(rows)
    assert found.keys() == {"anker.example", "bote.example", "dritte.example"}
    for host in found:
        assert found[host] == {("agency", "certain", None, "dpa")}
    evidence = [item for row, _ in rows["dritte.example"] for item in row.evidence]
    assert any(item.startswith("marked:unmarked") for item in evidence)


def test_the_agencys_own_page_is_the_origin_where_it_is_there():
    rows = trace(page("www.dpa.com", hours=9), page("bote.example", authors=("dpa",)))
    assert told(rows) == {"bote.example": {("agency", "certain", "www.dpa.com", "dpa")}}


def test_a_declared_house_in_the_dateline_is_the_source():
    marked = STORY.replace("Die Große", "Ellerhaven (vlm) - Die Große", 1)
    rows = trace(
        page("anker.example", marked),
        page("velum.example", marked),
        houses={"velum.example": "velum"},
        publishers={"velum": ("Velum", "vlm")},
    )
    assert told(rows) == {"anker.example": {("agency", "certain", "velum.example", "velum")}}


def test_a_part_of_an_agency_leaves_the_origin_disputed():
    rows = trace(
        page("anker.example", STORY + "\nMit Material von dpa."), page("bote.example", hours=3)
    )
    assert {row[1] for row in told(rows)["bote.example"]} == {"disputed"}


def test_marks_of_the_page_go_into_the_evidence():
    later = page("bote.example", hours=3, origin_marks=("notice:ai",), authors=("Erika Muster",))
    rows = trace(page("anker.example"), later)
    for row, _ in rows["bote.example"]:
        assert {"mark:notice:ai", "byline:Erika Muster"} <= set(row.evidence)


def test_boilerplate_is_nobodys():
    notice = (
        " Mit der Nutzung dieser Seite stimmen Sie der Verwendung von Cookies zu; Einzelheiten "
        "und Ihre Rechte auf Widerruf finden Sie jederzeit in unserer Erklärung zum Datenschutz."
    )
    own = [
        " ".join(f"{word}{n}" for word in ("Ein", "ganz", "eigener", "Satz", "von", "Haus")) + "."
        for n in range(60)
    ]
    many = [page(f"h{n}.example", text + notice, hours=n) for n, text in enumerate(own)]
    assert trace(*many) == {}


def test_an_empty_workspace_has_no_origins():
    assert trace() == {}


def test_a_document_without_text_or_passage_is_left_out():
    document, _ = page("anker.example")
    lost = to_arrow([replace(document, text_id="gone")], Document)
    assert find_origins(lost, to_arrow([], Text), to_arrow([], Passage)).num_rows == 0


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a.example", "b.example", "c.example", "d.example"]),
            st.sampled_from([STORY, REWRITE, ONE, OTHER, STORY + " " + ONE]),
            st.sampled_from([None, 0, 1, 2, 3]),
        ),
        max_size=6,
        unique_by=lambda row: (row[0], row[1]),
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_the_world(rows, random):
    pages = [page(host, text, hours=hours) for host, text, hours in rows]
    found = trace(*pages)
    shuffled = list(pages)
    random.shuffle(shuffled)
    assert trace(*shuffled) == found
    seen = {document.document_id: document for document, _ in pages}
    own = {document.host: document.host for document, _ in pages}
    for host, given_rows in found.items():
        for row, origin in given_rows:
            assert origin is not None
            assert (row.relation == "own") == (own[host] == origin)
            if row.relation == "own":
                continue
            if row.status == "certain":
                assert (
                    seen[row.origin_document_id].first_seen_at
                    < seen[row.document_id].first_seen_at
                )
            # Whoever was first of all, and alone in that, repeats nobody.
    dated = sorted(d.first_seen_at for d, _ in pages if d.first_seen_at)
    if dated and dated.count(dated[0]) == 1:
        first = next(d for d, _ in pages if d.first_seen_at == dated[0])
        rows_of_first = [
            row for rows in found.values() for row, _ in rows
            if row.document_id == first.document_id
        ]  # fmt: skip
        assert rows_of_first == []


def test_ids_are_those_of_the_passages():
    documents = [page("anker.example"), page("bote.example", hours=1)]
    passages = {
        p.passage_id for p in from_arrow(ground(*tables([], [], documents)).passages, Passage)
    }
    for rows in trace(*documents).values():
        for row, _ in rows:
            assert {row.passage_id, row.origin_passage_id} <= passages
    assert len(content_id("x")) == 32
