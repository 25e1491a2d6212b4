import pytest
from ground_tables import a_document, pages, tables

from beleg.ground import corpus as module
from beleg.ground.corpus import cut_tokens, list_passages, list_terms, read_corpus
from beleg.ground.passages import find_windows, make_passage
from beleg.ground.tokens import find_tokens, fingerprint
from beleg.records import Document, Passage
from beleg.tables import from_arrow

LONG = " ".join(f"Am Montag sprach der {n}. Redner im Saal {n}." for n in range(9))
SHORT = "Das Rathaus bleibt geschlossen."


def a_corpus(documents_with_texts):
    _, _, documents, texts = tables([], [], documents_with_texts)
    return read_corpus(from_arrow(documents, Document), texts)


def silent(*_):
    return None


@pytest.fixture
def corpus():
    return a_corpus(
        pages(
            ("https://a.example/", LONG),
            ("https://b.example/", LONG),
            ("https://c.example/", SHORT),
        )
    )


def test_windows_are_numbered_through_and_say_where_they_stand(corpus):
    assert sorted(corpus.texts) == sorted([LONG, SHORT])
    assert corpus.first_window[-1] == len(corpus.starts)
    for text_no in range(len(corpus.texts)):
        found = [corpus.window(number) for number in corpus.windows_of(text_no)]
        assert found == find_windows(corpus.texts[text_no])
    carriers = {len(carriers) for carriers in corpus.documents}
    assert carriers == {1, 2}
    assert corpus.texts[0:2] == [corpus.texts[0], corpus.texts[1]]


@pytest.mark.parametrize("batch", [1, 500_000])
def test_terms_of_every_window_by_batches(corpus, monkeypatch, batch):
    monkeypatch.setattr(module, "_BATCH", batch)
    listed = list(list_terms(corpus, silent))
    rows = [tuple(row.values()) for table in listed for row in table.to_pylist()]
    wanted = []
    for text_no, text in enumerate(corpus.texts):
        tokens = find_tokens(text, corpus.languages[text_no])
        for window_no in corpus.windows_of(text_no):
            inside = cut_tokens(tokens, corpus.window(window_no))
            terms = {fingerprint(token.term) for token in inside if token.term}
            wanted += [(window_no, text_no, term) for term in sorted(terms)]
    assert rows == wanted
    assert len(listed) == (len(corpus.texts) + 1 if batch == 1 else 1)


@pytest.mark.parametrize("batch", [2, 500_000])
def test_passages_of_every_document_by_batches(corpus, monkeypatch, batch):
    monkeypatch.setattr(module, "_BATCH", batch)
    found = from_arrow(list_passages(corpus), Passage)
    wanted = [
        make_passage(document.document_id, corpus.window(number))
        for text_no, carriers in enumerate(corpus.documents)
        for document in carriers
        for number in corpus.windows_of(text_no)
    ]
    assert found == sorted(wanted, key=lambda passage: passage.passage_id)
    assert len(found) == 2 * len(find_windows(LONG)) + 1


def test_a_document_without_a_text_is_left_out():
    known, unknown = (
        a_document(SHORT, "https://a.example/"),
        a_document(LONG, "https://b.example/"),
    )
    *_, texts = tables([], [], [(known, SHORT)])
    corpus = read_corpus([known, unknown], texts)
    assert corpus.documents == [[known]]


def test_an_empty_corpus_lists_nothing():
    corpus = a_corpus([])
    assert list_passages(corpus).num_rows == 0
    assert [table.num_rows for table in list_terms(corpus, silent)] == [0]
