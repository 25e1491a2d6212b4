"""From support to stakes: what enters the game, as Ibis steps from table to table.

Each step is a function that can be looked at alone (``ibis.to_sql(step)``). Weights are integers:
millionths of a prompt's weight, or of an impression. Nothing is divided by an engine but whole
numbers that divide without remainder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from beleg.errors import InputError
from beleg.money import format_amount
from beleg.records import Frame, Pot, Status
from beleg.settlement import MILLIONTHS

if TYPE_CHECKING:
    import ibis.expr.types as ir

MAX_WEIGHT = 2**53
"""Largest weight of one answer. Ibis writes ``//`` as a quotient of doubles and a floor: exact
for multiples up to here, which is 9 thousand million impressions of one answer."""


def list_runs(answers: ir.Table, observations: ir.Table, pot: Pot) -> ir.Table:
    """List what came back within the pot's half-open period, false repeats taken out.

    Args:
        answers: Table ``answers``; those without a time are never in a period, and errors are no
            runs: nothing came back.
        observations: Table ``observations``; an answer that repeats another does not count,
            also not by its impressions: two captures of one cached reply tell of the same ones.
        pot: Whose period it is.

    Returns:
        answer_id, prompt_id, engine, status, asked_at, impressions, amount_minor, currency,
        ``run`` (0-based place among the runs of its prompt and engine, by time and id): one row
        a run.
    """
    repeats = observations.filter(observations.repeat_of.notnull())
    within = (answers.asked_at >= pot.starts_at) & (answers.asked_at < pot.ends_at)
    kept = answers.filter((answers.status != Status.ERROR.value) & within)
    kept = kept.anti_join(repeats, "answer_id")
    upward = ibis.window(group_by=["prompt_id", "engine"], order_by=["asked_at", "answer_id"])
    columns = ("answer_id", "prompt_id", "engine", "status", "asked_at")
    money = ("impressions", "amount_minor", "currency")
    return kept.select(*columns, *money, run=ibis.row_number().over(upward).cast("int64"))


def count_answers(answers: ir.Table, observations: ir.Table, pot: Pot) -> ir.Table:
    """Keep what engines answered within the pot's half-open period, false repeats taken out.

    Args:
        answers: Table ``answers``.
        observations: Table ``observations``.
        pot: Whose period it is.

    Returns:
        The rows of :func:`list_runs` that are answers.
    """
    runs = list_runs(answers, observations, pot)
    return runs.filter(runs.status == Status.ANSWERED.value)


def keep_in_frame(runs: ir.Table, frame: Frame) -> ir.Table:
    """Keep the first runs of the frame's questions by its engines.

    A run that gave no answer is one too: who asks again until an answer pleases gains nothing.

    Args:
        runs: As :func:`list_runs` gives them, those without an answer included.
        frame: What was committed.

    Returns:
        The rows within the frame.
    """
    prompts = ibis.memtable(pa.table({"prompt_id": pa.array(frame.prompt_ids, pa.string())}))
    kept = runs.semi_join(prompts, "prompt_id")
    if frame.engines:
        kept = kept.filter(kept.engine.isin(list(frame.engines)))
    return kept if frame.runs is None else kept.filter(kept.run < frame.runs)


def keep_with_amount(answers: ir.Table, currency: str) -> ir.Table:
    """Keep the answers that bring an amount of a currency; nothing is ever converted."""
    fits = answers.amount_minor.notnull() & (answers.currency == currency)
    return answers.filter(fits.fill_null(False))  # noqa: FBT003 - ibis' signature


def keep_first_said(claims: ir.Table, answers: ir.Table) -> ir.Table:
    """Keep each statement of an answer once: its first claim stands for the repetitions.

    Saying a thing twice, or one claim without a content word, weighs nothing.

    Returns:
        answer_id, claim_id, content_words: one row per (answer_id, statement_id), of the given
        answers only.
    """
    said = ibis.window(group_by=["answer_id", "statement_id"], order_by=["start", "claim_id"])
    mine = claims.filter(claims.content_words > 0).semi_join(answers, "answer_id")
    ranked = mine.mutate(nth=ibis.row_number().over(said))
    return ranked.filter(ranked.nth == 0).select("answer_id", "claim_id", "content_words")


def weigh_by_impressions(answers: ir.Table) -> ir.Table:
    """Weigh each answer by its impressions, in millionths.

    Returns:
        answer_id, weight: one row an answer.
    """
    return answers.select("answer_id", weight=answers.impressions * MILLIONTHS)


def weigh_by_amounts(answers: ir.Table) -> ir.Table:
    """Weigh each answer by the amount that it brings, in millionths of a minor unit.

    A claim's share of all weight is then its part of its answer times the answer's part of the
    money: the pooled game over these weights is the sum of the answers settled each alone.

    Returns:
        answer_id, weight: one row an answer.
    """
    return answers.select("answer_id", weight=answers.amount_minor * MILLIONTHS)


def weigh_by_prompts(answers: ir.Table, prompts: ir.Table) -> ir.Table:
    """Divide each prompt's weight among its answers, in millionths.

    What does not divide goes, one millionth each, to the first answers in the order of their ids.

    Returns:
        answer_id, weight: one row an answer; the weights of a prompt's answers sum to the
        prompt's weight.
    """
    units = (prompts.weight * MILLIONTHS).round().cast("int64")
    known = answers.join(prompts.select("prompt_id", units=units), "prompt_id")
    ranked = known.mutate(
        n=known.count().over(ibis.window(group_by="prompt_id")),
        nth=ibis.row_number().over(ibis.window(group_by="prompt_id", order_by="answer_id")),
    )
    rest = ranked.units % ranked.n
    extra = ibis.ifelse(ranked.nth < rest, 1, 0)
    return ranked.select("answer_id", weight=(ranked.units - rest) // ranked.n + extra)


def spread_weights(weights: ir.Table, claims: ir.Table) -> ir.Table:
    """Spread each answer's weight over its claims by content words, largest remainder first.

    With weight W, N words in all and n in a claim, W * n / N is cut into q * n + (r * n) / N,
    where W = q * N + r: no product leaves 64 bits. Ties go in the order of claim_id.

    Args:
        weights: answer_id, weight.
        claims: As :func:`keep_first_said` gives them.

    Returns:
        answer_id, claim_id, weight: the weights of an answer's claims sum to the answer's.
    """
    answer = ibis.window(group_by="answer_id")
    t = claims.join(weights, "answer_id")
    t = t.mutate(words=t.content_words.sum().over(answer).cast("int64"))
    t = t.mutate(rest=t.weight % t.words)
    t = t.mutate(part=t.rest * t.content_words, base=(t.weight - t.rest) // t.words)
    t = t.mutate(remainder=t.part % t.words)
    whole = t.base * t.content_words + (t.part - t.remainder) // t.words
    t = t.mutate(whole=whole)
    t = t.mutate(
        missing=t.weight - t.whole.sum().over(answer).cast("int64"),
        nth=ibis.row_number().over(
            ibis.window(group_by="answer_id", order_by=[t.remainder.desc(), t.claim_id])
        ),
    )
    extra = ibis.ifelse(t.nth < t.missing, 1, 0)
    return t.select("answer_id", "claim_id", weight=t.whole + extra)


def keep_eligible(supports: ir.Table, pot: Pot) -> ir.Table:
    """Keep the supports that the pot pays for: of its kinds, at or above its threshold.

    A support of 0 is none, whatever the threshold.
    """
    paid = supports.filter(
        (supports.support >= max(pot.threshold, 1)) & supports.kind.isin(list(pot.kinds))
    )
    return paid.select("claim_id", "document_id", "passage_id", "support")


def keep_paid(supports: ir.Table, pot: Pot) -> ir.Table:
    """Keep the supports that still reach the pot's threshold when origins are applied."""
    return supports.filter(supports.support >= max(pot.threshold, 1))


def keep_existing(
    supports: ir.Table, answers: ir.Table, documents: ir.Table, citations: ir.Table, pot: Pot
) -> ir.Table:
    """Keep supports by documents that are shown to have existed when the answer was given.

    Evidence is that we held the text by then (``first_seen_at``), that the answer itself links
    to the page, or that its engine delivered the text with this very answer. A link speaks for
    the version of the page that we saw first: what was put there later, the answer cannot have
    read. Under ``published`` the publisher's own claim (``published_at``) is believed too.

    Args:
        supports: answer_id, claim_id, document_id, passage_id, support.
        answers: answer_id, asked_at.
        documents: Table ``documents``.
        citations: Table ``citations``; shown or only retrieved, the engine held the page.
        pot: Names which evidence counts.

    Returns:
        claim_id, asked_at, host, passage_id, support: one row a support that stands.
    """
    pages = documents.select(
        "document_id",
        "host",
        "first_seen_at",
        "published_at",
        page_url=documents.canonical_url,
        delivered_by=documents.answer_id,
    )
    # What an answer delivered is no version of the page: a teaser of it, perhaps.
    collected = documents.filter(documents.answer_id.isnull())
    versions = collected.group_by("canonical_url").aggregate(
        first_version_at=collected.first_seen_at.min()
    )
    versions = versions.select("first_version_at", version_url=versions.canonical_url)
    pages = pages.left_join(versions, pages.page_url == versions.version_url)
    is_changed = pages.delivered_by.isnull() & (pages.first_seen_at > pages.first_version_at)
    pages = pages.mutate(is_changed=is_changed.fill_null(False))  # noqa: FBT003 - ibis' signature
    linked = citations.filter(citations.canonical_url.notnull())
    links = linked.select(linking=linked.answer_id, link_url=linked.canonical_url).distinct()
    t = supports.join(answers.select("answer_id", "asked_at"), "answer_id")
    t = t.join(pages, "document_id")
    t = t.left_join(links, [t.answer_id == links.linking, t.page_url == links.link_url])
    evidence = [
        t.first_seen_at <= t.asked_at,
        t.linking.notnull() & ~t.is_changed,
        t.delivered_by == t.answer_id,
    ]
    if pot.existence == "published":
        evidence.append(t.published_at <= t.asked_at)
    stands = ibis.or_(*(one.fill_null(False) for one in evidence))  # noqa: FBT003 - ibis' signature
    return t.filter(stands).select("claim_id", "asked_at", "host", "passage_id", "support")


def keep_strongest(supports: ir.Table, players: ir.Table, weights: ir.Table) -> ir.Table:
    """Keep each player's strongest support of each claim.

    Of equals its own passage goes before one that repeats it, then the smallest passage_id.

    Args:
        supports: claim_id, asked_at, host, passage_id, support, origin_passage_id, basis: as
            :func:`beleg.share.origins.redirect` gives them.
        players: As :func:`beleg.share.players.find_players` gives them.
        weights: answer_id, claim_id, weight.

    Returns:
        answer_id, claim_id, publisher_id, weight, support, passage_id, origin_passage_id, basis,
        appeal_id (null): one row per (claim_id, publisher_id); ``publisher_id`` is the player.
    """
    t = supports.join(players, "host")
    t = t.filter((t.asked_at >= t.from_at) & (t.asked_at < t.to_at))
    t = t.mutate(elsewhere=ibis.ifelse(t.basis == "own", 0, 1))
    strongest = ibis.window(
        group_by=["claim_id", "player_id"],
        order_by=[t.support.desc(), t.elsewhere, t.passage_id],
    )
    ranked = t.mutate(nth=ibis.row_number().over(strongest))
    found = ("support", "passage_id", "origin_passage_id", "basis")
    best = ranked.filter(ranked.nth == 0).select("claim_id", "player_id", *found)
    staked = best.join(weights, "claim_id")
    return staked.select(
        "answer_id",
        "claim_id",
        "weight",
        *found,
        publisher_id=staked.player_id,
        appeal_id=ibis.null("string"),
    )


def check_amounts(answers: ir.Table, pot: Pot) -> None:
    """Check that the answers of a pot bring its money.

    Args:
        answers: Those that count, as :func:`keep_with_amount` gives them.
        pot: Of mode ``per_answer``.

    Raises:
        InputError: An amount is out of range, or their sum is not the pot's gross amount.
    """
    (seen,) = (
        answers.aggregate(
            low=answers.amount_minor.min(),
            high=answers.amount_minor.max(),
            total=answers.amount_minor.sum(),
        )
        .to_pyarrow()
        .to_pylist()
    )
    low, high, total = seen["low"] or 0, seen["high"] or 0, seen["total"] or 0
    if low < 0 or high * MILLIONTHS > MAX_WEIGHT:
        raise InputError(
            f"the answers' amounts run from {low} to {high}, must be 0 to "
            f"{MAX_WEIGHT // MILLIONTHS} minor units.",
            "Mend the answers' amounts.",
        )
    if total != pot.gross_minor:
        raise InputError(
            f"its answers bring {format_amount(total, pot.currency)}, and the pot holds "
            f"{format_amount(pot.gross_minor, pot.currency)}.",
            f"Write amount = 'answers {pot.currency}', or give the answers' sum.",
        )


def check_weights(answers: ir.Table, prompts: ir.Table) -> str:
    """Say by what the answers of a pot are weighed: ``impressions`` or ``prompts``.

    Raises:
        InputError: Known and unknown impressions are mixed; a weight is out of range; a prompt
            is missing.
    """
    unknown = answers.impressions.isnull()
    seen = (
        answers.aggregate(
            n_known=answers.count(where=~unknown),
            n_unknown=answers.count(where=unknown),
            low=answers.impressions.min(),
            high=answers.impressions.max(),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    if seen["n_known"] and seen["n_unknown"]:
        raise InputError(
            f"impressions are known of {seen['n_known']} answers and unknown of "
            f"{seen['n_unknown']}: the two are never mixed in one pot.",
            "Give impressions for all answers of the period, or for none.",
        )
    if seen["n_known"]:
        if seen["low"] < 0 or seen["high"] * MILLIONTHS > MAX_WEIGHT:
            raise InputError(
                f"impressions run from {seen['low']} to {seen['high']}, "
                f"must be 0 to {MAX_WEIGHT // MILLIONTHS}.",
                "Mend the answers' impressions.",
            )
        return "impressions"
    found = answers.left_join(prompts.select("prompt_id", "weight"), "prompt_id")
    fits = (found.weight > 0) & (found.weight <= MAX_WEIGHT // MILLIONTHS)
    wrong = found.filter(~fits.fill_null(False)).count().to_pyarrow().as_py()  # noqa: FBT003 - same
    if wrong:
        raise InputError(
            f"{wrong} answers have a prompt without a weight above 0 and up to "
            f"{MAX_WEIGHT // MILLIONTHS}.",
            "Mend the panel's weights.",
        )
    return "prompts"
