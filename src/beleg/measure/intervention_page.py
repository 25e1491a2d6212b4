"""The one page about an intervention: what was found, and what may be concluded of it."""

from __future__ import annotations

from collections.abc import Sequence

from beleg.formats import Language, format_date, format_percent
from beleg.measure.change_words import format_p, format_signed
from beleg.measure.discontinuities import Break, BreakKind
from beleg.measure.interventions import ALL_ENGINES, Result, Row
from beleg.measure.windows import format_window
from beleg.templates import open_templates

_DRAWN: dict[Language, dict[str, str]] = {
    "en": {
        "checked": "Which prompts were treated was drawn at random; repeated from its seed, the "
        "draw agrees. A difference beyond chance may be called an effect.",
        "failed": "The plan says random, but its seed draws other prompts. Treat it as chosen by "
        "hand: the arms may differ for another reason.",
        "unseeded": "The plan says random without a seed, which nobody can check.",
        "chosen": "Which prompts were treated was chosen, not drawn. What else set the arms apart "
        "in this time cannot be told from an effect.",
    },
    "de": {
        "checked": "Welche Fragen behandelt wurden, ist ausgelost; die Auslosung wurde aus ihrem "
        "Startwert wiederholt und stimmt. Was über den Zufall hinausgeht, darf Wirkung heißen.",
        "failed": "Laut Plan ausgelost, doch der Startwert ergibt andere Fragen. Wie von Hand "
        "ausgewählt zu lesen: Die Gruppen können sich aus anderem Grund unterscheiden.",
        "unseeded": "Laut Plan ausgelost, aber ohne Startwert; das kann niemand prüfen.",
        "chosen": "Welche Fragen behandelt wurden, ist ausgewählt und nicht ausgelost. Was die "
        "Gruppen in dieser Zeit sonst trennte, ist von einer Wirkung nicht zu unterscheiden.",
    },
}
_NOTES: dict[Language, tuple[str, ...]] = {
    "en": (
        "It is about prompts like those compared, at these engines, in this time.",
        (
            "Untreated prompts may have gained too (pages on related subjects): then the "
            "difference is too small. Keep treated and untreated subjects apart."
        ),
        (
            "Several figures, looked at until one pleases, are no test: this page counts what "
            "the plan named."
        ),
    ),
    "de": (
        "Die Aussage gilt für Fragen wie die verglichenen, bei diesen Maschinen, in dieser Zeit.",
        (
            "Auch unbehandelte Fragen können gewonnen haben (Seiten zu verwandten Themen): Dann "
            "ist die Differenz zu klein. Behandelte und unbehandelte Themen auseinanderhalten."
        ),
        (
            "Mehrere Werte ansehen, bis einer gefällt, ist keine Prüfung: Hier zählt, was der "
            "Plan genannt hat."
        ),
    ),
}


def say_row(row: Row, level: float, language: Language) -> str:
    """Say what was found at one engine, in one sentence."""
    german = language == "de"
    engine = row.engine
    if engine == ALL_ENGINES:
        engine = "alle Maschinen, gewichtet" if german else "all engines, weighted"
    arms = (
        f"{row.n_treated} behandelte, {row.n_control} unbehandelte Fragen"
        if german
        else f"{row.n_treated} treated, {row.n_control} untreated prompts"
    )
    if row.value is None or row.low is None or row.high is None or row.p is None:
        return f"{engine}: {'zu wenige Daten' if german else 'too little data'} ({arms})"
    real = row.p < 1.0 - level
    limits = [format_signed(value, language) for value in (row.low, row.high)]
    points, p = format_signed(row.value, language), format_p(row.p, language)
    if german:
        word = "mehr als Zufall" if real else "im Rahmen des Zufalls"
        return f"{engine}: {points} Punkte ({limits[0]} bis {limits[1]}), p {p}: {word}; {arms}"
    word = "more than chance" if real else "within noise"
    return f"{engine}: {points} points ({limits[0]} to {limits[1]}), p {p}: {word}; {arms}"


def say_sides(row: Row, language: Language) -> str:
    """Say from where to where both arms went; empty over engines."""
    if row.sides is None:
        return ""
    values = [format_percent(value, language, 1) for value in row.sides]
    if language == "de":
        return f"behandelt {values[0]} auf {values[1]}, unbehandelt {values[2]} auf {values[3]}"
    return f"treated {values[0]} to {values[1]}, untreated {values[2]} to {values[3]}"


def say_placebo(row: Row, level: float, language: Language) -> str:
    """Say whether the arms drifted apart before anything was done."""
    german = language == "de"
    if row.placebo is None or row.placebo_p is None:
        return (
            "Vorlauf: zu wenige Daten, um ihn zu prüfen"
            if german
            else "before: too little data to check whether the arms moved alike"
        )
    points, p = format_signed(row.placebo, language), format_p(row.placebo_p, language)
    apart = row.placebo_p < 1.0 - level
    if german:
        word = "die Gruppen liefen schon auseinander, Vorsicht" if apart else "kein Unterschied"
        return f"Vorlauf (erste gegen zweite Hälfte): {points} Punkte, p {p}: {word}"
    word = "the arms already moved apart, beware" if apart else "no difference"
    return f"before (first against second half): {points} points, p {p}: {word}"


def say_engine(found: Break, language: Language) -> str:
    """Warn of an engine that changed: it drops out of the difference only if it hit both arms."""
    day = format_date(found.day, language) if found.day else ""
    doubt = "?" if found.kind == BreakKind.SUSPECTED else ""
    if language == "de":
        return (
            f"{found.engine}: Maschine geändert{doubt} ({day}). Das fällt aus der Differenz nur "
            "heraus, wenn es beide Gruppen gleich traf."
        )
    return (
        f"{found.engine}: engine changed{doubt} ({day}). It drops out of the difference only if "
        "it hit both arms alike."
    )


def lay_out(
    result: Result, level: float, language: Language, warnings: Sequence[str] = ()
) -> dict[str, object]:
    """Give the page's parts as text: title, time, rows and notes, ``warnings`` first."""
    sides = [format_window(window, language) for window in result.windows]
    plan = result.plan
    return {
        "language": language,
        "title": plan.name,
        "about": f"{plan.measure}, {plan.subject}; {sides[1]} "
        f"{'gegen' if language == 'de' else 'against'} {sides[0]}; "
        f"{'Vertrauensbereich' if language == 'de' else 'interval'} "
        f"{format_percent(level, language, 0)}",
        "rows": [
            {
                "found": say_row(row, level, language),
                "sides": say_sides(row, language),
                "placebo": say_placebo(row, level, language),
            }
            for row in result.rows
        ],
        "head": "Was daraus folgt" if language == "de" else "What may be concluded",
        "notes": [*warnings, _DRAWN[language][result.drawn], *_NOTES[language]],
    }


def write_text(
    result: Result, level: float, language: Language, warnings: Sequence[str] = ()
) -> str:
    """Write the page as plain text."""
    page = lay_out(result, level, language, warnings)
    lines = [str(page["title"]), str(page["about"]), ""]
    for row in page["rows"]:  # type: ignore[attr-defined]
        lines.append(row["found"])
        lines += [f"    {row[key]}" for key in ("sides", "placebo") if row[key]]
    lines += ["", f"{page['head']}:", *(f"- {note}" for note in page["notes"])]  # type: ignore[attr-defined]
    return "\n".join(lines)


def write_html(
    result: Result, level: float, language: Language, warnings: Sequence[str] = ()
) -> str:
    """Write the page as one HTML file that needs nothing else, and prints on one sheet."""
    template = open_templates("beleg.measure").get_template("intervention.html.j2")
    return template.render(lay_out(result, level, language, warnings))
