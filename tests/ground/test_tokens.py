from decimal import Decimal
from itertools import pairwise

from hypothesis import given, strategies as st

from beleg.ground.tokens import count_negations, find_tokens, fingerprint, language_of


def terms(text, language):
    return [token.term for token in find_tokens(text, language) if token.term]


def test_a_sentence_by_hand():
    text = "Am 05.03.2026 zahlte die Stadt-Kasse 1,2 Mio. Euro, drei Prozent mehr."
    found = find_tokens(text, "de")
    assert [(text[t.start : t.end], t.term) for t in found] == [
        ("Am", ""), ("05", "#5"), ("03", "#3"), ("2026", "#2026"), ("zahlte", "zahlt"),
        ("die", ""), ("Stadt", "stadt"), ("Kasse", "kass"), ("1,2 Mio. Euro", "#1200000"),
        ("drei", "#3"), ("Prozent", "prozent"), ("mehr", ""),
    ]  # fmt: skip
    assert found[8].number == Decimal(1_200_000)
    assert found[8].unit == "EUR"


def test_figures_are_the_same_in_both_languages():
    assert terms("1,2 Mio.", "de") == terms("1.2 million", "en") == ["#1200000"]
    assert terms("5,0", "de") == terms("five", "en") == terms("fünf", "de") == ["#5"]


@given(st.text(st.sampled_from("abÄß09.,-%€ '’Mio\n"), max_size=120) | st.text())
def test_tokens_keep_their_places(text):
    for language in ("de", "en"):
        found = find_tokens(text, language)
        assert all(0 <= t.start < t.end <= len(text) for t in found)
        assert all(a.end <= b.start for a, b in pairwise(found))


def test_fingerprints_are_fixed():
    # sha256 of nothing begins e3b0c44298fc1c14; the first 63 bits of it
    assert fingerprint("") == 0xE3B0C44298FC1C14 >> 1
    assert fingerprint("haus") < 2**63


def test_negations():
    assert count_negations(find_tokens("Er kam nicht, und keiner wusste es.", "de")) == 2
    assert count_negations(find_tokens("She didn't come and never will.", "en")) == 2
    assert count_negations(find_tokens("Er kam.", "de")) == 0


def test_language_of_a_text():
    assert language_of("Wärmeplan", None) == "de"
    assert language_of("Kubectl rollout", "de-DE") == "de"
    assert language_of("Kubectl rollout", "fr") == "en"
    assert language_of("The council has adopted the plan.", "de") == "en"
