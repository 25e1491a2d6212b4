"""Who could be seen and what was asked: derived from beleg.toml and from what was collected.

Everything here is recomputed at each run, so that a changed domain, alias or weight changes the
whole history.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce

from beleg.catalogue import inherit, list_free, list_known, plain_domain
from beleg.money import Amount, parse_amount, parse_period
from beleg.records import (
    Answer,
    Entitlement,
    Frame,
    Holding,
    Level,
    Mandate,
    Ownership,
    Pot,
    Prompt,
    Publisher,
    Rightsholder,
)
from beleg.settings import PanelRow, Settings
from beleg.settlement import MILLIONTHS, RULE_VERSIONS
from beleg.terms import read_gross
from beleg.text import find_words, guess_language, normalise_question, prompt_id_of
from beleg.urls import find_domain, registrable_domain

PLATFORMS = frozenset(
    """amazon.com archive.org bsky.app facebook.com flipboard.com github.com google.com
    instagram.com linkedin.com mastodon.social medium.com msn.com pinterest.com quora.com
    reddit.com slideshare.net substack.com t.me telegram.org threads.net tiktok.com
    tumblr.com twitter.com vimeo.com wordpress.com x.com yahoo.com youtu.be youtube.com""".split()
)
"""Registrable domains where others post: they hold no rights in what stands there, so they are
measured and never play for money, unless beleg.toml declares them."""


def _list_declared(settings: Settings) -> list[Publisher]:
    return [
        Publisher(
            publisher_id=item.id,
            name=item.name,
            level=item.level,
            domains=tuple(plain_domain(domain) for domain in item.domains),
            aliases=item.aliases,
            people=item.people,
            mandate=item.mandate,
            declared=True,
            traps=item.traps,
        )
        for item in settings.publishers
    ]


def derive_publishers(settings: Settings, hosts: Iterable[str]) -> list[Publisher]:
    """List the declared publishers, the catalogue's others, and the domains of nobody.

    A declared publisher takes over what the catalogue knows of one of its domains. Who is in the
    catalogue alone is looked for by name like a declared one, and has no mandate. Each registrable
    domain that neither has is a publisher of its own.
    """
    catalogue, declared = list_known(settings.catalogue), _list_declared(settings)
    by_domain = {domain: known for known in catalogue for domain in known.domains}
    named = list_free(catalogue, declared)
    for item, own in zip(settings.publishers, declared, strict=True):
        known = [by_domain[domain] for domain in own.domains if domain in by_domain]
        named.append(reduce(inherit, known if item.inherit else (), own))
    named.sort(key=lambda row: not row.declared)
    taken = {publisher.publisher_id for publisher in named}
    found = {holding.publisher_id for holding in derive_holdings(settings, hosts)} - taken
    return named + [
        Publisher(name, name, Level.TITLE, (name,), (), (), Mandate.MEASURED, declared=False)
        for name in sorted(found)
    ]


def derive_holdings(settings: Settings, hosts: Iterable[str]) -> list[Holding]:
    """Say for each host which publisher holds it: the longest declared domain that ends it.

    Else the longest domain of the catalogue, where its publisher has not been declared; else it
    belongs to its registrable domain (public suffix list), or to itself where it has none (an IP
    address).
    """
    declared = _list_declared(settings)
    owners = {domain: row.publisher_id for row in declared for domain in row.domains}
    free = list_free(list_known(settings.catalogue), declared)
    known = {domain: row.publisher_id for row in free for domain in row.domains}
    holdings = []
    for host in sorted(set(hosts)):
        bare = host.removeprefix("www.")
        own, listed = find_domain(bare, owners), find_domain(bare, known)
        domain = registrable_domain(host)
        if own is not None:
            holder, reason = owners[own], f"declared domain {own}"
        elif domain in PLATFORMS:
            holder, reason = domain, "platform"
        elif listed is not None:
            holder, reason = known[listed], "catalogue"
        else:
            holder, reason = domain, "undeclared domain"
        holdings.append(Holding(host, holder, None, None, reason))
    return holdings


def derive_ownerships(settings: Settings) -> list[Ownership]:
    """List who owns whom, from when to when."""
    return [
        Ownership(item.id, item.owner, item.owner_since, item.owner_until)
        for item in settings.publishers
        if item.owner is not None
    ]


def derive_rightsholders(settings: Settings) -> list[Rightsholder]:
    """List who can be paid: those named, and each publisher for itself."""
    named = [Rightsholder(item.id, item.name, item.found) for item in settings.rightsholders]
    taken = {holder.rightsholder_id for holder in named}
    return named + [
        Rightsholder(item.id, item.name, found=True)
        for item in settings.publishers
        if item.id not in taken
    ]


def derive_entitlements(settings: Settings) -> list[Entitlement]:
    """List the quotas; a publisher of which beleg.toml says nothing receives its own share.

    A dispute is booked as what it is, a counter-claim: of twice the share, so that the quotas
    exceed 1 whatever else is entitled, and the money waits.
    """
    listed = []
    for item in settings.entitlements:
        quota = Fraction(item.quota)
        listed.append(
            Entitlement(
                publisher_id=item.publisher,
                rightsholder_id=item.rightsholder,
                right=item.right,
                quota_numerator=quota.numerator,
                quota_denominator=quota.denominator,
                valid_from=item.valid_from,
                valid_to=item.valid_to,
                recorded_at=item.recorded_at,
                basis=item.basis,
            )
        )
    covered = {item.publisher_id for item in listed}
    listed += [
        Entitlement(item.id, item.id, "all", 1, 1, None, None, None, "default: the publisher")
        for item in settings.publishers
        if item.id not in covered
    ]
    return listed + [
        Entitlement(
            publisher_id=item.publisher,
            rightsholder_id=f"dispute over {item.publisher}",
            right=item.right,
            quota_numerator=2,
            quota_denominator=1,
            valid_from=item.since,
            valid_to=item.until,
            recorded_at=None,
            basis=f"dispute: {item.reason}",
        )
        for item in settings.disputes
    ]


def hash_frame(frame: Frame) -> str:
    """Hash what a frame says, so that it can be committed before its period opens.

    Returns:
        SHA-256, in hexadecimal digits, of the canonical JSON (RFC 8785: sorted keys, no spaces,
        whole numbers) of coverage, engines (sorted), name, prompts (pairs of prompt_id and
        weight in millionths, sorted), runs, seed and source; ``frame_id`` is not read.
    """
    said = {
        "coverage": frame.coverage,
        "engines": sorted(frame.engines),
        "name": frame.name,
        "prompts": sorted(zip(frame.prompt_ids, frame.units, strict=True)),
        "runs": frame.runs,
        "seed": frame.seed,
        "source": frame.source,
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def derive_frames(settings: Settings, panels: Sequence[PanelRow]) -> list[Frame]:
    """List the frames of beleg.toml with the questions of their panels."""
    frames = []
    for item in settings.frames:
        units = {
            prompt_id_of(normalise_question(row.text)): round(row.weight * MILLIONTHS)
            for row in panels
            if row.panel in item.panels
        }
        frame = Frame(
            frame_id="",
            name=item.name,
            prompt_ids=tuple(sorted(units)),
            units=tuple(units[name] for name in sorted(units)),
            engines=tuple(sorted(set(item.engines))),
            runs=item.runs,
            seed=item.seed,
            source=item.source,
            coverage=item.coverage,
        )
        frames.append(replace(frame, frame_id=hash_frame(frame)))
    return frames


def derive_pots(
    settings: Settings, default_threshold: int, frames: Iterable[Frame] = ()
) -> list[Pot]:
    """Lay out the pots of beleg.toml with their periods in UTC and their money in minor units.

    Args:
        settings: Checked settings.
        default_threshold: Least support that is paid, where a pot names none, 0..10000.
        frames: As :func:`derive_frames` gives them; those that a pot names must be there.
    """
    by_name = {row.name: row for row in frames}
    pots = []
    for item in settings.pots:
        period = parse_period(item.period, settings.timezone)
        gross = read_gross(item)
        frame = by_name[item.frame] if item.frame is not None else None
        taken = [
            parse_amount(text) if text else Amount(0, gross.currency)
            for text in (item.deductions, item.reserve)
        ]
        pots.append(
            Pot(
                pot_id=item.id,
                right=item.right,
                period=period.name,
                starts_at=period.starts_at,
                ends_at=period.ends_at,
                timezone=settings.timezone,
                currency=gross.currency,
                gross_minor=gross.minor,
                deductions_minor=taken[0].minor,
                reserve_minor=taken[1].minor,
                distributable_minor=gross.minor - taken[0].minor - taken[1].minor,
                due=item.due,
                rule=item.rule,
                rule_version=RULE_VERSIONS[item.rule],
                level=item.level,
                threshold=default_threshold if item.threshold is None else item.threshold,
                kinds=tuple(kind.value for kind in item.kinds),
                existence=item.existence,
                coverage=frame.coverage if frame else item.coverage,
                agency_text=item.agency_text,
                mode=item.mode,
                series=item.series,
                frame=frame.frame_id if frame else None,
            )
        )
    return pots


def set_gross(pot: Pot, gross_minor: int) -> Pot:
    """Give a pot the sum that its answers bring; deductions and reserve are taken from it."""
    left = gross_minor - pot.deductions_minor - pot.reserve_minor
    return replace(pot, gross_minor=gross_minor, distributable_minor=left)


def _brand_forms(settings: Settings) -> set[tuple[str, ...]]:
    """Word sequences by which a question names a publisher; single words keep their case."""
    forms = set()
    for item in settings.publishers:
        for name in (item.name, *item.aliases):
            words = [word.form for word in find_words(name)]
            forms.add(tuple(w.casefold() for w in words) if len(words) > 1 else tuple(words))
        forms.update((domain.casefold(),) for domain in item.domains)
    return forms - {()}


def _is_branded(text: str, forms: set[tuple[str, ...]]) -> bool:
    words = [word.form for word in find_words(text)]
    folded = [word.casefold() for word in words]
    longest = max((len(form) for form in forms), default=0)
    for start, word in enumerate(words):
        if (word,) in forms or ("." in word and (folded[start],) in forms):
            return True
        for length in range(2, longest + 1):
            if tuple(folded[start : start + length]) in forms:
                return True
    return False


def derive_prompts(
    settings: Settings, panels: Sequence[PanelRow], answers: Iterable[Answer]
) -> list[Prompt]:
    """List the questions that were asked or stand in a panel.

    A question's text is the panel's, else the variant asked most often. ``branded`` is True
    where the text names a declared publisher; single-word names count in their own case only.
    """
    planned = {normalise_question(row.text): row for row in panels}
    asked: dict[str, Counter[str]] = {}
    for answer in answers:
        asked.setdefault(answer.prompt_id, Counter())[answer.question] += 1
    texts = {
        prompt_id: min(variants, key=lambda text: (-variants[text], text))
        for prompt_id, variants in asked.items()
    }
    rows = {prompt_id_of(key): row for key, row in planned.items()}
    forms = _brand_forms(settings)
    prompts = []
    for prompt_id in sorted(texts.keys() | rows.keys()):
        row = rows.get(prompt_id)
        text = row.text if row else texts[prompt_id]
        prompts.append(
            Prompt(
                prompt_id=prompt_id,
                text=text,
                panel=row.panel if row else None,
                topic=row.topic if row else None,
                language=row.language if row and row.language else guess_language(text),
                weight=row.weight if row else 1.0,
                branded=_is_branded(text, forms),
            )
        )
    return prompts
