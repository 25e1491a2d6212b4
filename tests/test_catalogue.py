"""The starter catalogue: what must hold for every entry, and what declared houses inherit."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from beleg.agencies import DOMAINS as AGENCY_DOMAINS
from beleg.catalogue import CatalogueSettings, list_free, list_known, read_catalogue, read_entries
from beleg.errors import SettingsError
from beleg.frame import PLATFORMS, derive_holdings, derive_prompts, derive_publishers
from beleg.measure.mentions import find_in_text
from beleg.measure.names import list_names
from beleg.records import Level, Mandate, Publisher
from beleg.settings import PanelRow, PublisherSettings, Settings, read_settings
from beleg.urls import registrable_domain

DATA = Path(__file__).parents[2] / "shared" / "data"
ENTRIES = read_entries()
SPIEGEL = PublisherSettings("spiegel", "SPIEGEL-Gruppe", domains=("www.spiegel.de",))


def _names(publisher: Publisher) -> set[str]:
    return {publisher.name, *publisher.aliases}


def _strip(name: str) -> str:
    return re.sub(r"^(der|die|das|the) ", "", name.casefold())


def test_there_are_enough_and_nobody_is_declared_or_paid() -> None:
    assert len(ENTRIES) >= 150
    assert {entry.country for entry in ENTRIES} <= {"DE", "AT", "CH", "LI", "LU", "FR"}
    countries = Counter(entry.country for entry in ENTRIES)
    assert min(countries[name] for name in ("DE", "AT", "CH")) >= 40
    for row in read_catalogue():
        assert (row.mandate, row.declared) == (Mandate.MEASURED, False)
        assert row.level in Level
        assert '"' not in row.name


def test_ids_are_their_first_domain_and_registrable() -> None:
    for row in read_catalogue():
        assert row.domains[0] == row.publisher_id == registrable_domain(row.publisher_id)


def test_domains_are_hosts_that_stand_once_and_are_no_platform() -> None:
    domains = [domain for row in read_catalogue() for domain in row.domains]
    assert [name for name, n in Counter(domains).items() if n > 1] == []
    for domain in domains:
        assert re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", domain), domain
        assert registrable_domain(domain) != domain.rpartition(".")[2]
        assert registrable_domain(domain) not in PLATFORMS


def test_names_that_several_bear_are_marked_as_shared() -> None:
    bearers: dict[str, list[str]] = {}
    for entry in ENTRIES:
        for name in {_strip(name) for name in _names(entry.publisher)}:
            bearers.setdefault(name, []).append(entry.publisher.publisher_id)
    several = {name for name, ids in bearers.items() if len(ids) > 1}
    marked = Counter(_strip(name) for entry in ENTRIES for name in entry.shared)
    assert several == set(marked)
    assert min(marked.values()) > 1


def test_traps_hold_a_name_of_their_house_and_are_nobodys_name() -> None:
    names = {_strip(name) for row in read_catalogue() for name in _names(row)}
    for row in read_catalogue():
        own = {_strip(name) for name in _names(row)}
        for trap in row.traps:
            assert any(name in trap.casefold() for name in own), (row.publisher_id, trap)
            assert _strip(trap) not in names, (row.publisher_id, trap)


def test_everyday_words_are_single_names_of_their_house() -> None:
    for entry in ENTRIES:
        for word in entry.everyday:
            assert word in _names(entry.publisher), entry.publisher.publisher_id
            assert re.fullmatch(r"\w+", word), word


def test_no_entry_says_a_thing_twice() -> None:
    for row in read_catalogue():
        assert row.name not in row.aliases, row.publisher_id
        for values in (row.aliases, row.traps):
            assert len(set(values)) == len(values), row.publisher_id
        assert not set(row.aliases) & set(row.domains), row.publisher_id


def test_agencies_are_the_same_houses_as_in_datelines() -> None:
    ids = {row.publisher_id for row in read_catalogue()}
    ours = {name for name in AGENCY_DOMAINS if not name.endswith(("ansa.it", "apnews.com"))}
    assert ours - {"reuters.com"} <= ids


def test_a_declared_house_inherits_and_keeps_its_own_name() -> None:
    own = PublisherSettings("spiegel", "SPIEGEL-Gruppe", domains=("spiegel.de",), aliases=("SPG",))
    listed = derive_publishers(Settings(publishers=(own,)), ())
    assert listed[0].publisher_id == "spiegel"
    assert listed[0].name == "SPIEGEL-Gruppe"
    assert listed[0].aliases[:2] == ("SPG", "Der Spiegel")
    assert "Spiegel Online" in listed[0].aliases
    assert "Spiegel im Bad" in listed[0].traps
    assert listed[0].domains == ("spiegel.de",)
    assert "spiegel.de" not in {row.publisher_id for row in listed}


def test_inherit_false_takes_nothing_and_use_false_names_nobody() -> None:
    own = PublisherSettings("spiegel", "SPG", domains=("spiegel.de",), inherit=False)
    listed = derive_publishers(Settings(publishers=(own,)), ("zeit.de",))
    assert listed[0].aliases == listed[0].traps == ()
    assert "spiegel.de" not in {row.publisher_id for row in listed}
    none = Settings(publishers=(SPIEGEL,), catalogue=CatalogueSettings(use=False))
    assert [(row.publisher_id, row.name) for row in derive_publishers(none, ("zeit.de",))] == [
        ("spiegel", "SPIEGEL-Gruppe"),
        ("zeit.de", "zeit.de"),
    ]


def test_hosts_belong_to_the_declared_then_the_catalogue_then_themselves() -> None:
    hosts = ("www.spiegel.de", "blog.bento.de", "www.jetzt.de", "m.youtube.com", "a.example")
    held = {row.host: row for row in derive_holdings(Settings(publishers=(SPIEGEL,)), hosts)}
    assert {host: (row.publisher_id, row.reason) for host, row in held.items()} == {
        "www.spiegel.de": ("spiegel", "declared domain spiegel.de"),
        "blog.bento.de": ("bento.de", "undeclared domain"),
        "www.jetzt.de": ("sueddeutsche.de", "catalogue"),
        "m.youtube.com": ("youtube.com", "platform"),
        "a.example": ("a.example", "undeclared domain"),
    }


def test_a_name_of_beleg_toml_is_not_shared_with_the_catalogue() -> None:
    own = PublisherSettings("kurier-x", "Der Kurier", domains=("kurier.example",), aliases=("SZ",))
    listed = {r.publisher_id: r for r in derive_publishers(Settings(publishers=(own,)), ())}
    assert listed["kurier.at"].name == "kurier.at"
    assert "SZ" not in listed["sueddeutsche.de"].aliases
    assert listed["sueddeutsche.de"].name == "Süddeutsche Zeitung"


def test_questions_are_branded_by_declared_houses_alone() -> None:
    rows = [PanelRow("p", f"Was schreibt die {name}?", None, "de", 1.0) for name in ("FAZ", "XYZ")]
    own = PublisherSettings("x", "XYZ")
    prompts = derive_prompts(Settings(publishers=(own,)), rows, ())
    assert {prompt.text[-4:-1]: prompt.branded for prompt in prompts} == {
        "FAZ": False,
        "XYZ": True,
    }


def test_beleg_toml_adds_to_an_entry_and_adds_entries(tmp_path: Path) -> None:
    path = tmp_path / "beleg.toml"
    path.write_text(
        '[[catalogue.publishers]]\nname = "Neues Blatt"\ndomains = ["www.neues.example"]\n'
        '[[catalogue.publishers]]\nname = "taz Verlag"\ndomains = ["taz.de", "taz.example"]\n',
        encoding="utf-8",
    )
    known = {row.publisher_id: row for row in list_known(read_settings(path).catalogue)}
    assert known["neues.example"].name == "Neues Blatt"
    assert known["taz.de"].name == "taz Verlag"
    assert known["taz.de"].aliases[0] == "taz"
    assert known["taz.de"].domains == ("taz.de", "taz.example")
    assert len(known) == len(ENTRIES) + 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[catalogue]\nuse = true\n[[catalogue.publishers]]\nname = ""\ndomains = ["a.de"]\n', 4),
        ('[[catalogue.publishers]]\nname = "A"\ndomains = ["not a domain"]\n', 3),
        (
            (
                '[[publishers]]\nid = "a"\nname = "A"\ndomains = ["a.de"]\n'
                '[[catalogue.publishers]]\nname = "A"\ndomains = ["www.a.de"]\n'
            ),
            7,
        ),
        ("[catalogue]\nusage = true\n", 2),
    ],
)
def test_a_bad_addition_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "beleg.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"beleg\.toml:{line}: "):
        read_settings(path)


@given(st.sets(st.sampled_from([row.publisher_id for row in read_catalogue()]), max_size=8))
def test_a_domain_has_one_holder_whoever_is_declared(ids: set[str]) -> None:
    chosen = [row for row in read_catalogue() if row.publisher_id in ids]
    declared = [
        Publisher(f"own-{r.publisher_id}", "X", r.level, r.domains[:1], (), (), r.mandate, True)
        for r in chosen
    ]
    free = list_free(read_catalogue(), declared)
    assert len(free) == len(ENTRIES) - len(ids)
    held = [domain for row in (*free, *declared) for domain in row.domains]
    assert len(held) == len(set(held))


def test_names_of_the_catalogue_are_found_and_everyday_words_are_not() -> None:
    names = list_names(read_catalogue())
    text = (
        "Die Frankfurter Rundschau berichtet, die Neue Zürcher Zeitung ebenso. "
        "Ein Moment Profil, heute trend und eine Krone, die Glocke läutet, 20 Minuten lang."
    )
    found = {hit.entity_id for hit in find_in_text(text, names) if hit.probability >= 0.5}
    assert found == {"fr.de", "nzz.ch"}
    shared = find_in_text("Die BZ schrieb darüber.", names)
    assert len(shared) > 1
    assert max(hit.probability for hit in shared) < 0.5


def _real(path: str) -> Path:
    found = DATA / path
    if not found.exists():
        pytest.skip(f"{found} is not there")
    return found


@pytest.mark.real
def test_press_pages_and_news_domains_are_covered() -> None:
    domains = {domain for row in read_catalogue() for domain in row.domains}
    press = set()
    for file in sorted(_real("pages/fundus").glob("*/meta.info")):
        rows = json.loads(file.read_text(encoding="utf-8"))
        press |= {
            registrable_domain(re.sub(r"^https?://([^/]+).*", r"\1", str(row["url"])))
            for row in rows.values()
        }
    assert press - domains == set()
    lines = _real("news_domains/list_of_news_domains.csv").read_text(encoding="utf-8").split()
    german = {line for line in lines[1:] if line.endswith((".de", ".at", ".ch"))}
    listed = sum(row.publisher_id in lines for row in read_catalogue())
    covered = {line for line in german if registrable_domain(line) in domains}
    print(
        f"{len(ENTRIES)} publishers, {len(domains)} domains; {listed} publishers in news_domains"
    )
    print(f"{len(press)} hosts of pages/fundus: all; {len(covered)} of {len(german)} German ones")
    assert len(covered) >= 0.8 * len(german)


@pytest.mark.real
def test_german_news_hosts_that_engines_cite_are_covered() -> None:
    domains = {domain for row in read_catalogue() for domain in row.domains}
    news = set(_real("news_domains/list_of_news_domains.csv").read_text(encoding="utf-8").split())
    cited = set()
    for folder in ("answers", "overviews"):
        for file in sorted(_real(folder).glob("*.jsonl.gz")):
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                for line in lines:
                    cited |= set(
                        re.findall(r"https?://(?:www\.)?([a-z0-9.-]+\.(?:de|at|ch))\b", line)
                    )
    german = {host for host in map(registrable_domain, cited) if host in news}
    print(f"cited German, Austrian and Swiss news domains: {len(german)}: {sorted(german)}")
    assert german
    assert german <= domains | {"ipcc.ch"}
