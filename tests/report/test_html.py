"""The file as a whole. Golden files: `make golden` writes them anew; review them as code."""

import dataclasses
import hashlib
import os
import random
import re
from base64 import b64encode
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import lxml.html
import pytest

from beleg.records import EstimateStatus
from beleg.report.charts import draw_interval, draw_step
from beleg.report.html import render, safe_url
from beleg.report.summary import ReportSettings
from beleg.tables import TABLES, empty

GOLDEN = Path(__file__).parents[1] / "golden"
LANGUAGES = ("de", "en")


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request, tables, settings):
    return request.param, render(tables, settings=settings, language=request.param)


def text_of(html):
    root = lxml.html.fromstring(html)
    for node in root.xpath("//style|//script"):
        node.drop_tree()
    return " ".join(root.text_content().split())


def test_golden(page):
    language, html = page
    path = GOLDEN / f"report.{language}.html"
    if os.environ.get("BELEG_GOLDEN") == "write":
        path.write_text(html, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == html, "BELEG_GOLDEN=write pytest tests/report"


def test_shuffled_rows_give_the_same_bytes(page, world, settings):
    language, html = page
    dice = random.Random(7)
    for rows in world.rows.values():
        dice.shuffle(rows)
    assert render(world.tables(), settings=settings, language=language) == html


def test_loads_nothing(page):
    root = lxml.html.fromstring(page[1])
    assert not root.xpath("//*[@src]|//link|//img|//iframe|//object|//form|//*[@style]")
    for node in root.xpath("//*[@href]"):
        href = node.get("href")
        if not href.startswith("#"):
            assert (node.tag, node.get("rel")) == ("a", "noreferrer nofollow"), href
    assert "url(" not in page[1]
    assert "@import" not in page[1]


def test_policy_allows_this_style_and_script_alone(page):
    root = lxml.html.fromstring(page[1])
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    for tag in ("style", "script"):
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", page[1], re.DOTALL)
        assert len(found) == 1
        digest = b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_structure(page):
    language, html = page
    root = lxml.html.fromstring(html)
    assert root.get("lang") == language
    levels = [int(node.tag[1]) for node in root.xpath("//h1|//h2|//h3|//h4")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    for href in root.xpath("//a[starts-with(@href, '#')]/@href"):
        assert href[1:] in ids
    assert all(svg.xpath("./title")[0].text for svg in root.xpath("//svg"))


def test_flag_stands_beside_every_naming_of_the_engine(page):
    root = lxml.html.fromstring(page[1])
    named = [node for node in root.xpath("//span[@class='engine']") if node.text == "Grok"]
    assert named
    for node in named:
        assert node.getnext() is not None
        assert node.getnext().get("class") == "flag"


def test_flag_stands_at_every_chart_table_and_advice(page):
    root = lxml.html.fromstring(page[1])
    (section,) = (
        node
        for node in root.xpath("//section[@class='of-engine']")
        if "Grok" in node.xpath("./h3")[0].text_content()
    )
    captions = section.xpath(".//caption")
    assert len(captions) == len(section.xpath(".//table")) > 1
    assert all(caption.xpath("./strong[@class='flag']") for caption in captions)
    flag = root.xpath("//strong[@class='flag']")[0].text
    for node in root.xpath("//section[@id='todo']//li"):
        assert "Grok" not in node.text_content() or flag in node.text_content()


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nobody_is_declared_nothing_is_counted_as_used(world, language):
    rows = world.rows["publishers"]
    rows[:] = [dataclasses.replace(row, declared=False) for row in rows]
    html = render(world.tables(), settings=ReportSettings(), language=language)
    root = lxml.html.fromstring(html)
    assert root.xpath("//h2[@id='uncredited-h']/span[@class='count']")[0].text == "–"
    assert not root.xpath("//section[@id='uncredited']/ol")
    (examples,) = root.xpath("//section[@id='uncredited']/details")
    assert examples.xpath(".//li")
    assert "open" not in examples.attrib


def test_thin_is_said_and_never_a_number(page):
    root = lxml.html.fromstring(page[1])
    thin = root.xpath("//*[local-name()='line' and contains(@class, 'thin')]/..")
    assert thin
    for svg in thin:
        assert not svg.xpath(".//*[local-name()='circle']")
        assert "%" not in svg.xpath("./title")[0].text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("us", [(), ("anker",)])
def test_empty_tables(language, us):
    html = render({}, settings=ReportSettings(us=us), language=language)
    assert html == render(
        {name: empty(name) for name in TABLES}, settings=ReportSettings(us=us), language=language
    )
    assert len(lxml.html.fromstring(html).xpath("//main/section")) == 5


@pytest.mark.parametrize("missing", sorted(TABLES))
def test_every_table_may_be_empty(tables, settings, missing):
    left = dict(tables) | {missing: empty(missing)}
    assert "</html>" in render(left, settings=settings, language="de")


def test_what_others_wrote_stays_text(world, settings):
    evil = "<script>alert('x')</script> {{ 7*7 }} [1]"
    at = datetime(2026, 11, 12, tzinfo=UTC)
    world.prompt("evil", f"Was ist {evil}?")
    world.answer("evil", "evil", "openai", evil, at, model="<b>m</b>", flags=("<i>",))
    world.link("evil", 1, "javascript:alert(1)", "evil.example", (39, 42))
    world.claim("c-evil", "evil", evil, evil[:27])
    world.support("c-evil", "heat", "Die Opposition stimmte dagegen.", 9999)
    rows = world.rows["documents"]
    rows[:] = [dataclasses.replace(row, url="JavaScript:alert(2)", title=evil) for row in rows]
    html = render(world.tables(), settings=settings, language="de")
    root = lxml.html.fromstring(html)
    assert len(root.xpath("//script")) == 1
    assert "alert" not in root.xpath("//script")[0].text
    assert not [href for href in root.xpath("//@href") if "alert" in href]
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in html
    assert "49" not in [word.strip("?") for word in text_of(html).split("Was ist")[1].split()][:6]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y=1", True),
        ("HTTP://a.example", True),
        ("javascript:alert(1)", False),
        (" java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example/x", False),
        ("https://", False),
        ("http://[broken", False),
        (None, False),
    ],
)
def test_safe_urls(url, safe):
    assert bool(safe_url(url)) == safe


def test_unknown_us_and_language_are_refused(tables):
    with pytest.raises(ValueError, match="nobody"):
        render(tables, settings=ReportSettings(us=("nobody",)), language="de")
    with pytest.raises(ValueError, match="language"):
        render(tables, settings=ReportSettings(), language="fr")


def test_pot_shows_the_way_to_check_it(page, settings):
    folder, root = settings.statements["press"]
    assert f"beleg verify {folder} --root {root}" in page[1]
    assert "Simulation" in text_of(page[1])
    assert "12/25" in text_of(page[1])


def test_interval_positions(world):
    (row,) = (
        row
        for row in world.rows["estimates"]
        if (row.measure, row.subject, row.engine, row.segment)
        == ("citation_rate", "anker", "grok", "unbranded")
    )
    row = dataclasses.replace(row, value=0.25, low=0.2, high=0.3, status=EstimateStatus.OK)
    svg = draw_interval(row, 0.5, "a <b>")
    assert 'x1="40%" x2="60%"' in svg
    assert 'cx="50%"' in svg
    assert "a &lt;b&gt;" in svg
    missing = dataclasses.replace(row, value=None, status=EstimateStatus.NOT_MEASURED)
    assert "circle" not in draw_interval(missing, 0.5, "x")
    assert 'x="25%" width="50%"' in draw_step(25, 75, 100, "payee", "x")
