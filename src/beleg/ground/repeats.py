"""Repeats: which texts share so much that one may come from the other.

A join over fingerprints of neighbouring stems, as Ibis steps from table to table; all columns are
integers and ties are broken by number, so that every engine gives the same pairs. A fingerprint
that stands in very many texts (a cookie notice, a byline, a turn of phrase) finds nothing: that
also bounds the join, at MAX_TEXTS rows for each fingerprint of a text.
"""

from __future__ import annotations

from typing import Any

import ibis

Expr = Any
"""An Ibis table expression; Ibis ships no types."""

MAX_TEXTS = 40
"""A fingerprint in more texts is boilerplate: it finds nothing and counts for nothing."""
MIN_SHARED = 4
"""Fingerprints that two texts must share to be compared; a sentence has about ten."""
FLOOD_TENTHS = 3
"""Part of a text's fingerprints that stand in very many texts, from which it may be one of a flood
of copies; an alignment decides."""
MAX_PARTNERS = 40
"""Texts that a text is compared with, those that share most."""
MAX_FIRST = 10
"""Texts beside them, the first seen of those that share half as much as the best: among many
copies the origin must not be lost."""


def count_texts(prints: Expr) -> Expr:
    """Count the texts that hold each fingerprint.

    Args:
        prints: text_no, pair; distinct.

    Returns:
        pair, frequency: one row per fingerprint that at least two texts hold.
    """
    counted = prints.group_by("pair").agg(frequency=prints.count())
    return counted.filter(counted.frequency >= 2)


def keep_telling(prints: Expr, frequencies: Expr, most: int = MAX_TEXTS) -> Expr:
    """Keep the fingerprints that some other text holds, and not many do.

    Returns:
        text_no, pair.
    """
    telling = frequencies.filter(frequencies.frequency <= most)
    return prints.semi_join(telling, "pair")


def list_boilerplate(frequencies: Expr, most: int = MAX_TEXTS) -> Expr:
    """List the fingerprints that stand in very many texts, sorted: column ``pair``."""
    frequent = frequencies.filter(frequencies.frequency > most)
    return frequent.select("pair").order_by("pair")


def pair_texts(block: Expr, telling: Expr, least: int = MIN_SHARED) -> Expr:
    """Count what each text of a block shares with every other text.

    Args:
        block: text_no, pair: a part of ``telling``.
        telling: text_no, pair.
        least: Fingerprints that must be shared.

    Returns:
        text_no, other_no, shared: one row per ordered pair of different texts.
    """
    other = telling.select("pair", other_no=telling.text_no)
    met = block.join(other, "pair")
    met = met.filter(met.text_no != met.other_no)
    shared = met.group_by("text_no", "other_no").agg(shared=met.count())
    return shared.filter(shared.shared >= least)


def keep_partners(
    pairs: Expr, sight: Expr, most: int = MAX_PARTNERS, first: int = MAX_FIRST
) -> Expr:
    """Keep for each text the texts that share most with it, and the first seen of such; by number.

    Args:
        pairs: text_no, other_no, shared.
        sight: text_no, rank: in which order the texts were first seen.
        most: How many that share most.
        first: How many of the first seen.

    Returns:
        text_no, other_no, shared.
    """
    seen = sight.select(other_rank=sight["rank"], seen_no=sight.text_no)
    t = pairs.join(seen, pairs.other_no == seen.seen_no)
    mine = ibis.window(group_by="text_no")
    t = t.mutate(
        place=ibis.row_number().over(
            ibis.window(group_by="text_no", order_by=[t.shared.desc(), t.other_no])
        ),
        is_near=t.shared * 2 >= t.shared.max().over(mine),
    )
    t = t.mutate(
        nth=ibis.row_number().over(
            ibis.window(group_by="text_no", order_by=[t.is_near.desc(), t.other_rank])
        )
    )
    kept = t.filter((t.place < most) | (t.is_near & (t.nth < first)))
    return kept.select("text_no", "other_no", "shared")


def pair_floods(prints: Expr, frequencies: Expr, sight: Expr, most: int = MAX_TEXTS) -> Expr:
    """Pair the texts of a flood, which are nearly one, with those of it that were seen first.

    Copies under so many addresses make their own words boilerplate; without this step a flood
    would be nobody's copy.

    Args:
        prints: text_no, pair; distinct.
        frequencies: As :func:`count_texts` gives them.
        sight: text_no, rank: in which order the texts were first seen.
        most: As in :func:`keep_telling`.

    Returns:
        text_no, other_no: ordered pairs; at most ``most`` a text, the first seen.
    """
    frequent = prints.semi_join(frequencies.filter(frequencies.frequency > most), "pair")
    total = prints.group_by("text_no").agg(n_all=prints.count())
    counted = frequent.group_by("text_no").agg(n_frequent=frequent.count())
    both = counted.join(total, "text_no")
    flooded = both.filter(both.n_frequent * 10 >= both.n_all * FLOOD_TENTHS)
    mine = frequent.join(flooded.select("text_no", "n_all"), "text_no")
    ranked = mine.join(sight, "text_no")
    first = ranked.mutate(
        place=ibis.row_number().over(ibis.window(group_by="pair", order_by="rank"))
    )
    first = first.filter(first.place < most)
    other = first.select("pair", other_no=first.text_no, other_rank=first["rank"])
    met = mine.join(other, "pair")
    met = met.filter(met.text_no != met.other_no)
    shared = met.group_by("text_no", "other_no", "other_rank", "n_all").agg(shared=met.count())
    alike = shared.filter(shared.shared * 10 >= shared.n_all * FLOOD_TENTHS)
    by_sight = ibis.window(group_by="text_no", order_by="other_rank")
    placed = alike.mutate(place=ibis.row_number().over(by_sight))
    return placed.filter(placed.place < most).select("text_no", "other_no")
