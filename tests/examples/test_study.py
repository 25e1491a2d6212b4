"""The study: on the sample alliance everywhere, on real answers where they lie beside it."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from beleg.console import ProgressLines

EXAMPLES = Path(__file__).parents[2] / "examples"
DATA = Path(__file__).parents[3] / "shared" / "data"
sys.path.insert(0, str(EXAMPLES))

import study  # noqa: E402
import study_page  # noqa: E402


class _Reader(HTMLParser):
    """Collects the text, the links that would load something, and elements left open."""

    def __init__(self):
        super().__init__()
        self.text, self.loads, self.open = [], [], []

    def handle_starttag(self, tag, attrs):
        self.loads += [value for name, value in attrs if name in {"src", "srcset", "data"}]
        self.loads += [v for n, v in attrs if n == "href" and not v.startswith("#")]
        if tag not in {"meta", "br", "line", "circle", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in {"line", "circle"}:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


def read(html):
    reader = _Reader()
    reader.feed(html)
    assert reader.open == []
    assert reader.loads == []
    return re.sub(r"\s+", " ", " ".join(reader.text))


@pytest.fixture(scope="module")
def of_sample():
    return study.make_study(EXAMPLES, ProgressLines(quiet=True))


def test_the_sample_is_ranked(of_sample):
    assert [engine.name for engine in of_sample.engines] == [
        "google_ai_overview", "openai", "perplexity",
    ]  # fmt: skip
    assert of_sample.invented == []
    for engine in of_sample.engines:
        assert engine.ranked[0].publisher_id == "der-anker.example"
        assert engine.ranked[0].value == pytest.approx(engine.values["der-anker.example"]["value"])
        assert engine.n_linking <= engine.n_answers
        assert engine.news is None
    assert len(of_sample.overlaps) == 3


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_says_what_was_computed(of_sample, language):
    text = read(study_page.render(of_sample, language))
    first = of_sample.engines[1].ranked[0]
    assert f"{first.low} {'bis' if language == 'de' else 'to'} {first.high}" in text
    assert "der-anker.example" in text
    missing = {"de": "Der Anteil der Nachrichten ist nicht gemessen", "en": "is not measured"}
    assert missing[language] in text
    assert "gemini" not in text.lower()
    assert "{" not in text


def test_both_languages_have_every_word():
    for key, words in study_page.read_words().items():
        assert words.keys() == {"de", "en"}, key
        fields = [set(re.findall(r"{(\w+)}", words[language])) for language in ("de", "en")]
        assert fields[0] == fields[1], key


def test_every_word_is_used():
    source = (EXAMPLES / "study_page.py").read_text(encoding="utf-8")
    source += (EXAMPLES / "study" / "study.html.j2").read_text(encoding="utf-8")
    unused = {
        key
        for key in study_page.read_words()
        if f'"{key}"' not in source and not key.startswith(("nav_", "engine_"))
    }
    assert unused == set()


def test_links_that_were_made_up_stand_apart(tmp_path):
    answers = tmp_path / "answers"
    answers.mkdir()
    for name, target in (("perplexity.jsonl", "perplexity"), ("openai.jsonl", "gemini")):
        text = (EXAMPLES / "answers" / name).read_text(encoding="utf-8")
        (answers / f"{target}.jsonl").write_text(text, encoding="utf-8")
    study_made = _with_invented(tmp_path, "gemini.jsonl")
    assert [engine.name for engine in study_made.invented] == ["openai"]
    assert study_made.invented[0].ranked == []
    assert "openai" not in {engine.name for engine in study_made.engines}
    assert not study_made.overlaps
    html = study_page.render(study_made, "en")
    assert "links invented" in read(html)
    assert html.index('id="invented"') > html.index('id="spread"')


def _with_invented(folder, name):
    patch = pytest.MonkeyPatch()
    with patch.context() as context:
        context.setattr(study, "INVENTED_FILES", (name,))
        return study.make_study(folder, ProgressLines(quiet=True))


def test_news_are_known_by_their_domain():
    news = frozenset({"bote.example", "news.portal.example"})
    assert study.is_news("www.bote.example", news)
    assert study.is_news("news.portal.example", news)
    assert not study.is_news("portal.example", news)
    assert not study.is_news("anbote.example", news)


def test_share_of_news_is_of_all_links(tmp_path):
    (tmp_path / "answers").mkdir()
    (tmp_path / "news_domains").mkdir()
    name = "perplexity.jsonl"
    text = (EXAMPLES / "answers" / name).read_text(encoding="utf-8")
    (tmp_path / "answers" / name).write_text(text, encoding="utf-8")
    file = tmp_path / "news_domains" / "list_of_news_domains.csv"
    file.write_text("domain\nder-anker.example\nuferfunk.example\n", encoding="utf-8")
    made = study.make_study(tmp_path, ProgressLines(quiet=True))
    (engine,) = made.engines
    assert engine.news is not None
    share = engine.news.share
    assert 0 < share["low"] < share["value"] < share["high"] < 1
    assert engine.news.concentration.n_publishers == 2
    assert made.pooled_top[10] == 1.0
    assert "der-anker.example, uferfunk.example" in read(study_page.render(made, "de"))


def test_without_answers_the_remedy_is_named(tmp_path, capsys):
    assert study.main([str(tmp_path), "--output", str(tmp_path / "x.html")]) == 1
    error = capsys.readouterr().err
    assert "no answers there" in error
    assert "../shared/data" in error
    assert not (tmp_path / "x.html").exists()


def test_the_command_writes_the_file(tmp_path, capsys):
    output = tmp_path / "studie.html"
    assert study.main([str(EXAMPLES), "--output", str(output), "--language", "de"]) == 0
    assert 'lang="de"' in output.read_text(encoding="utf-8")
    assert "3 engines" in capsys.readouterr().out


@pytest.mark.real
@pytest.mark.skipif(not (DATA / "answers").is_dir(), reason="../shared/data is not there")
def test_real_answers():
    made = study.make_study(DATA, ProgressLines(quiet=True))
    engines = {engine.name: engine for engine in made.engines}
    assert [engine.name for engine in made.invented] == ["gemini"]
    assert engines["perplexity"].ranked[0].publisher_id == "wikipedia.org"
    assert engines["perplexity"].ranked[0].high == 1
    assert len(engines["grok"].ranked) == 1  # its file links x.com alone
    ours, theirs = made.pooled_top, made.published
    assert theirs == {10: 0.23, 20: 0.335}
    # Other questions and models: the same size is all that can be asked.
    assert ours[10] == pytest.approx(theirs[10], abs=0.05)
    assert ours[20] == pytest.approx(theirs[20], abs=0.05)
    assert sum(made.areas.values()) == 912
    text = read(study_page.render(made, "de"))
    assert "Links erfunden" in text
    assert "796 davon zu Nachrichten" in text


@pytest.mark.real
@pytest.mark.skipif(not (DATA / "answers").is_dir(), reason="../shared/data is not there")
def test_host_overlap_is_that_of_the_collector(tmp_path):
    """benchmarks/bench_collect.py measures .1068 on the last answer to each of 169 questions."""
    files = [
        DATA / "answers" / f"{name}.jsonl.gz" for name in ("perplexity", "chatgpt_search_200")
    ]
    tables = study.collect(tmp_path, files, ProgressLines(quiet=True))
    rows = study.find_overlaps(study.read_shown(tables, "host"), {})
    (between,) = (row for row in rows if row.weeks_apart is None)
    assert between.jaccard.value == pytest.approx(0.1068, abs=0.002)
    assert between.jaccard.low < 0.1068 < between.jaccard.high
