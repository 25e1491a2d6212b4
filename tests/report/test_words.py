import re
from pathlib import Path

from beleg.report.words import WORDS, word

TEMPLATES = Path(__file__).parents[2] / "src/beleg/report/templates"


def test_both_languages_say_everything():
    for key, words in WORDS.items():
        assert words.keys() == {"de", "en"}, key
        assert all(text.strip() for text in words.values()), key


def test_both_languages_fill_in_the_same():
    for key, words in WORDS.items():
        for language in words:
            for form in words[language].split("|"):
                names = set(re.findall(r"\{(\w+)\}", form))
                everything = set(re.findall(r"\{(\w+)\}", "".join(words.values())))
                assert names == everything, (key, language)
        assert words["de"].count("|") == words["en"].count("|") or "|" not in words["en"], key


def test_templates_hold_no_words_of_their_own():
    for path in TEMPLATES.glob("*.j2"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
        text = re.sub(r"<pre.*?</pre>|<[^>]*>|&nbsp;", "", text, flags=re.DOTALL)
        assert not set(re.findall(r"[^\W\d_]{2,}", text)) - {"Beleg", "n/k"}, path.name


def test_templates_ask_for_words_that_exist():
    for path in TEMPLATES.glob("*.j2"):
        asked = re.findall(r'\bw\("([^"]+)"\s*[,)]', path.read_text(encoding="utf-8"))
        assert set(asked) <= WORDS.keys(), path.name


def test_one_and_several():
    assert word("n_answers", "de", n=1) == "1 Antwort"
    assert word("n_answers", "en", n=1234) == "1,234 answers"
    assert word("n_answers", "de", n=1234) == "1.234 Antworten"
