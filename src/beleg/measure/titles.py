"""Which names are everyday words, and what is known of them: gender, first names, language."""

from __future__ import annotations

import re

ARTICLES = frozenset("der die das des dem den the".split())

COMMON_WORDS = frozenset(
    """abendblatt allgemeine anker anzeiger bazaar bild blatt blick bote börse brigitte bunte
    business capital cash chip chronicle chronik cicero correctiv courier deutschland echo
    economist emma eltern entscheider europa exclusiv express falter fakt familie faktum
    fokus focus fortune forum freitag freundin futurezone gala gamer geo globe guardian
    handel heimat herald heute hörzu impulse independent insider inside journal kicker
    kompakt krone kultur kurier life lisa mail marie merkur meta metro mirror mittag
    mittelbayerische monitor morgen nachrichten nation national nature news observer outlook
    pacific panorama parlament people petra post presse profil profile progress prisma
    publik punkt puls quartz radius reporter reuters rundschau schöner science sentinel
    sonntag spectator spiegel sport standard star stern stimme sun süddeutsche tag tageblatt
    tageszeitung tatler telegraph tempo time times tina today tribune trend variety vogue
    volksblatt volksstimme vorwärts vox wald week welt westen wired woche wochenblatt
    wochenzeitung woman world zeit zeitung""".split()
) - frozenset({"correctiv", "reuters", "hörzu", "futurezone", "süddeutsche", "geo"})
"""Titles that are everyday words of German or English, or first names; such a name counts only
where its surroundings speak for the title. Names with an article ("Der Anker") are treated alike,
unless they are built as only titles are ("Der Tagesspiegel")."""

COMMON_PHRASES = frozenset(
    [
        "bild der frau", "bild der wissenschaft", "das beste", "deutsche zeitung", "die woche",
        "frau im spiegel", "freie presse", "freie zeitung", "gute frage", "guter rat",
        "junge welt", "lokale nachrichten", "neue nachrichten", "neue post", "neue presse",
        "neue welt", "neue woche", "neue zeit", "neue zeitung", "neues deutschland",
        "schöner wohnen",
    ]
)  # fmt: skip
"""Titles of several words that are everyday phrases too, folded; with a capital on each word, and
not behind an adjective's other ending, they are titles more often than not."""

_TITLE_COMPOUND = re.compile(
    r"^(?=.{9})(?!wasser|meeres|blut|rück|presse|schul|luft|flaschen|amts|extra|flug|wochen|feld|ball"
    r"|licht|grund|hormon|zucker|cortisol|fernseh|brief|feld)\w+"
    r"(?:spiegel|zeitung|blatt|bote|anzeiger|kurier|post|rundschau|presse|nachrichten|echo|merkur"
    r"|stimme|blick|welt|tipp)$"
)
_GENERIC = frozenset(
    """tageszeitung wochenzeitung lokalzeitung boulevardzeitung regionalzeitung tageblatt
    wochenblatt kleinanzeiger weltpresse""".split()
)


_TITLES_ALONE = frozenset("weltwoche rheinpfalz landbote".split())
"""Titles with an article whose word nobody uses for anything else in the news."""


def is_everyday(words: tuple[str, ...], *, has_article: bool) -> bool:
    """Tell whether a name, its article taken off, is an everyday word or phrase.

    Args:
        words: The words of the name as written.
        has_article: Whether the name was written with one ("Der Anker").
    """
    whole = " ".join(words).lower()
    if len(words) > 1:
        return whole in COMMON_PHRASES
    if whole in COMMON_WORDS or whole in _GENERIC:
        return True
    if whole in _TITLES_ALONE:
        return False
    return has_article and not _TITLE_COMPOUND.match(whole) and not words[0].isupper()


def is_short(word: str) -> bool:
    """Tell abbreviations that mean much else: two letters ("SZ"), and some of three."""
    return word.isupper() and (len(word) < 3 or word in {"APA", "SDA", "WIR", "TAG", "ZEIT"})


FEMININE = frozenset(
    """zeit welt bild presse brigitte post rundschau zeitung woche stimme bunte gala emma
    freundin krone nation börse chronik taz nzz sz faz vogue heimat petra lisa tina
    sueddeutsche süddeutsche allgemeine tageszeitung wochenzeitung""".split()
)
"""Titles with *die*; *Bild* is one although the picture is *das*."""
MASCULINE = frozenset(
    """anker anzeiger blick bote express falter focus freitag kicker kurier merkur spiegel
    standard stern""".split()
)
"""Titles with *der*."""
NOUN_ARTICLES = {"bild": frozenset("das dem im ins vom zum am beim".split())}
"""Articles that speak for the everyday word where its gender is not the title's: die *Bild*."""
FIRST_NAMES = frozenset("brigitte emma petra lisa tina marie".split())
"""Titles that are first names: who says something is then no title."""
NOT_GERMAN = frozenset(
    """business capital courier chronicle economist express fortune globe guardian herald
    independent life mail mirror nation nature news observer people science sentinel
    spectator sun telegraph time times today tribune variety week wired woman world""".split()
) - {"express"}
"""Everyday words of English alone: with a capital in a German text they name something."""
NOT_ENGLISH = frozenset(
    """anker anzeiger bild blick bote börse freitag kurier krone merkur presse spiegel stimme
    woche welt zeit zeitung falter volksblatt profil""".split()
)
"""Everyday words of German alone: in an English text they are a name of something."""
GERMAN_HOUSES = frozenset(
    "capital focus chip stern kicker standard express dpa epd mdr lto tz woz profil".split()
)
"""Titles of German houses that English writes for something else, as a word or an abbreviation."""
DOUBTED = {
    "presse": -3.2,
    "people": -0.6,
    "tageszeitung": -6.0,
    "wochenzeitung": -3.0,
    "news": -1.0,
    "nachrichten": -1.0,
    "heute": -1.5,
    "morgen": -1.0,
    "sonntag": -1.0,
    "freitag": -0.3,
    "sport": -1.0,
    "deutschland": -1.5,
    "europa": -1.5,
}
"""Log odds taken off words that mean the everyday thing even where something is said: the press
reports, too."""
