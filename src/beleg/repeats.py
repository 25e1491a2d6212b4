"""Which answers count, and which repeat one that does: cached replies are no new evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from beleg.records import Answer, Citation, Observation, Status

REPEAT_WINDOW = timedelta(hours=24)
"""Within it, equal replies are one observation: three captures of one engine within 30 minutes
were byte-identical, six days later hosts agreed at .42 to .475 (docs/theory/statistics.md)."""


def find_repeats(answers: Iterable[Answer], citations: Iterable[Citation]) -> list[Observation]:
    """Tell answers that count from false repeats: cached replies are no new evidence.

    Answers of one engine and prompt with the same text, or the same ordered links, within 24
    hours of the first (or at an unknown time) are one observation; so are overviews that were
    absent twice. Errors are never repeats: nothing was observed. Each answer is compared with
    those that count, so that a chain of repeats reaches no further than 24 hours.

    Returns:
        One row an answer, sorted by answer_id.
    """
    links: dict[str, set[tuple[int, str]]] = {}
    for citation in citations:
        if citation.shown:
            links.setdefault(citation.answer_id, set()).add((citation.rank, citation.url))
    groups: dict[tuple[str, ...], list[Answer]] = {}
    for answer in answers:
        key = (answer.engine, answer.prompt_id, answer.status.value)
        groups.setdefault(key, []).append(answer)
    rows = []
    for group in groups.values():
        # Untimed answers come last: a timed one must not become the repeat of what no pot can pay.
        group.sort(key=lambda a: (a.asked_at is None, a.asked_at, a.answer_id))
        rows += _find_in_group(group, links)
    return sorted(rows, key=lambda row: row.answer_id)


def _find_in_group(
    group: Sequence[Answer], links: Mapping[str, set[tuple[int, str]]]
) -> list[Observation]:
    """Compare answers of one engine, prompt and status, in order of time, in one pass.

    Of those that count and are equal, only the latest can lie within the window: it counts
    because the one before lies outside. Any will do for an answer without a time, which takes the
    first.
    """
    counted: list[Answer] = []
    first: dict[object, int] = {}
    latest: dict[object, int] = {}
    rows = []
    for answer in group:
        ours = tuple(sorted(links.get(answer.answer_id, ())))
        keys: list[object] = [key for key in (answer.text, ours) if key not in (None, ())]
        keys = keys or [None]  # nothing was shown: equal to all that shows nothing
        known = latest if answer.asked_at else first
        equal = [] if answer.status == Status.ERROR else [known[k] for k in keys if k in known]
        near = sorted(at for at in equal if _is_within(answer, counted[at]))
        rows.append(Observation(answer.answer_id, counted[near[0]].answer_id if near else None))
        if not near:
            for key in keys:
                first.setdefault(key, len(counted))
                latest[key] = len(counted)
            counted.append(answer)
    return rows


def _is_within(answer: Answer, first: Answer) -> bool:
    """Say whether an answer came within the window after another one, as far as is known."""
    if answer.asked_at is None or first.asked_at is None:
        return True
    return answer.asked_at - first.asked_at < REPEAT_WINDOW
