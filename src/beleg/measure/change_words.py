"""The words in which people read changes, German and English alike."""

from __future__ import annotations

from beleg.formats import NBSP, Language, format_date, format_number, format_percent
from beleg.measure.changes import Change, Verdict
from beleg.measure.discontinuities import Break, BreakKind

VERDICTS: dict[Language, dict[Verdict, str]] = {
    "en": {
        Verdict.CHANGED: "changed",
        Verdict.ENGINE_SUSPECTED: "engine changed?",
        Verdict.ENGINE_CHANGED: "engine changed",
        Verdict.WITHIN_NOISE: "within noise",
        Verdict.TOO_LITTLE_DATA: "too little data",
    },
    "de": {
        Verdict.CHANGED: "verändert",
        Verdict.ENGINE_SUSPECTED: "Maschine geändert?",
        Verdict.ENGINE_CHANGED: "Maschine geändert",
        Verdict.WITHIN_NOISE: "im Rahmen des Zufalls",
        Verdict.TOO_LITTLE_DATA: "zu wenige Daten",
    },
}


def format_signed(value: float, language: Language) -> str:
    """Write a difference of shares in percentage points, always with its sign."""
    text = format_number(round(value * 100, 9), language, 1)
    return f"+{text}" if value > 0 and text.strip("0,.") else text


def say_verdict(row: Change, language: Language) -> str:
    """Say what may be said of a change; of a changed figure also how far it went."""
    word = VERDICTS[language][row.verdict]
    if row.verdict != Verdict.CHANGED or row.change is None:
        return word
    points = format_number(round(abs(row.change) * 100, 9), language, 1)
    if language == "de":
        way = "gestiegen" if row.change > 0 else "gefallen"
        return f"{word}: um {points} Punkte {way}"
    return f"{word}: {'up' if row.change > 0 else 'down'} by {points} points"


def say_change(row: Change, language: Language) -> str:
    """Say one changed figure as a sentence without its subject: from, to and interval."""
    if row.before is None or row.after is None or row.low is None or row.high is None:
        return VERDICTS[language][row.verdict]
    sides = [format_percent(value, language, 1) for value in (row.before, row.after)]
    limits = [format_signed(value, language) for value in (row.low, row.high)]
    if language == "de":
        way = f"von {sides[0]} auf {sides[1]} ({limits[0]} bis {limits[1]})"
        return f"{say_verdict(row, 'de')}, {way}"
    return f"{say_verdict(row, 'en')}, from {sides[0]} to {sides[1]} ({limits[0]} to {limits[1]})"


def format_p(p: float | None, language: Language) -> str:
    """Write a p value with two digits that tell, never as 0."""
    if p is None:
        return ""
    if p < 0.0001:
        return f"<{NBSP}{format_number(0.0001, language, 4)}"
    return format_number(p, language, 2 if p >= 0.095 else 3 if p >= 0.0095 else 4)


def say_break(found: Break, language: Language) -> str:
    """Say what is known of the engine itself in the two windows."""
    engine = found.engine
    if found.kind == BreakKind.NAMED:
        sides = [_say_models(side, language) for side in (found.before, found.after)]
        on = format_date(found.day, language) if found.day else ""
        if language == "de":
            since = f", ab {on}" if on else ""
            return (
                f"{engine}: Maschine geändert: vorher {sides[0]}, nachher {sides[1]}{since}. "
                "Veränderungen sagen hier nichts über einzelne Häuser."
            )
        since = f", since {on}" if on else ""
        return (
            f"{engine}: engine changed: before {sides[0]}, after {sides[1]}{since}. "
            "Changes here say nothing about a publisher."
        )
    if found.kind == BreakKind.SUSPECTED and found.day is not None:
        on, p = format_date(found.day, language), format_p(found.p, language)
        if language == "de":
            return (
                f"{engine}: Maschine geändert? Am {on} springt {SIGNS['de'][found.sign]} über "
                f"alle Fragen zugleich (p {p}). Ein Verdacht; das Modell wird nicht genannt."
            )
        return (
            f"{engine}: engine changed? On {on} {SIGNS['en'][found.sign]} jumped in all questions "
            f"at once (p {p}). A suspicion; the model is not named."
        )
    if found.kind == BreakKind.NO_SIGN:
        if language == "de":
            return f"{engine}: Modell nicht genannt; kein Sprung an {found.n_days} Tagen."
        return f"{engine}: model not named; no jump in {found.n_days} days."
    if found.kind == BreakKind.UNKNOWN:
        if language == "de":
            return (
                f"{engine}: Modell nicht genannt, und {found.n_days} Tage mit Antworten sind zu "
                "wenige, um einen Sprung zu erkennen."
            )
        return (
            f"{engine}: model not named, and {found.n_days} days with answers are too few to "
            "tell a jump."
        )
    same = _say_models(found.after, language)
    if language == "de":
        return f"{engine}: dasselbe Modell in beiden Zeiträumen ({same})."
    return f"{engine}: the same model in both windows ({same})."


SIGNS: dict[Language, dict[str, str]] = {
    "en": {
        "answered": "the rate of answers",
        "links": "the number of links",
        "length": "the length of the answers",
        "publishers": "the mix of publishers",
        "": "",
    },
    "de": {
        "answered": "die Antwortquote",
        "links": "die Zahl der Links",
        "length": "die Länge der Antworten",
        "publishers": "die Mischung der Häuser",
        "": "",
    },
}


def _say_models(shares: tuple[tuple[str, float], ...], language: Language) -> str:
    parts = [
        name if share > 0.995 else f"{name} {format_percent(share, language, 0)}"
        for name, share in shares
    ]
    return ", ".join(parts)
