"""Which links an answer shows at which of its claims."""

from __future__ import annotations

import re
from collections.abc import Sequence

from beleg.records import Citation, Claim

_NO_WORD = re.compile(r"[\W_]*")


def _host_claim(text: str, claims: Sequence[Claim], start: int, end: int) -> int | None:
    """Find the claim that a mark at ``start`` belongs to: around it, before it, else behind it.

    ``text`` has its marks blanked, so that several marks in a row lead to the same claim.
    """
    for number, claim in enumerate(claims):
        if claim.start <= start < claim.end:
            return number
        if claim.start >= end:
            before = number - 1
            break
    else:
        number, before = len(claims), len(claims) - 1
    if before >= 0 and _NO_WORD.fullmatch(text, claims[before].end, start):
        same_line = "\n" not in text[claims[before].end : start]
        alone = not text[end:].partition("\n")[0].strip(" .,;)")
        if same_line or alone:
            return before
    if number < len(claims) and _NO_WORD.fullmatch(text, end, claims[number].start):
        return number if "\n" not in text[end : claims[number].start] else None
    return None


def link_claims(
    text: str, claims: Sequence[Claim], citations: Sequence[Citation]
) -> dict[str, frozenset[str]]:
    """Find the pages that an answer links at each of its claims.

    Args:
        text: The answer's text with its marks blanked.
        claims: The answer's claims in order.
        citations: The answer's citations. Links that were only retrieved are no links. Where no
            shown link has a place, each counts for every claim.

    Returns:
        claim_id to canonical URLs; claims without a link are left out.
    """
    shown = [c for c in citations if c.shown and c.canonical_url is not None]
    linked: dict[str, set[str]] = {}
    if all(c.start is None for c in citations if c.shown):
        urls = frozenset(c.canonical_url for c in shown if c.canonical_url is not None)
        return {claim.claim_id: urls for claim in claims} if urls else {}
    for citation in shown:
        if citation.start is None or citation.end is None or citation.canonical_url is None:
            continue
        if citation.span_is_mark:
            host = _host_claim(text, claims, citation.start, citation.end)
            at = [] if host is None else [claims[host]]
        else:
            at = [c for c in claims if c.start < citation.end and citation.start < c.end]
        for claim in at:
            linked.setdefault(claim.claim_id, set()).add(citation.canonical_url)
    return {claim_id: frozenset(urls) for claim_id, urls in linked.items()}
