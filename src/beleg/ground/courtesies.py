"""Sentences that state nothing: courtesies, offers, "I could not find anything", disclaimers.

A list of openings, German and English. An opening that only leads to a statement ("Sure, the dam
is safe", "I could not find a date, but the mill was sold") makes no courtesy of it: what follows
decides.
"""

from __future__ import annotations

import re

from beleg.text import STOPWORDS, find_words

_SMALL = STOPWORDS["en"] | STOPWORDS["de"]
_SPEAKER_EN = r"(?:i|we)"
_DENIES_EN = (
    r"(?:could\ not|couldn['’]t|cannot|can['’]t|did\ not|didn['’]t|do\ not|don['’]t|was\ not|"
    r"wasn['’]t|have\ not|haven['’]t)"
)
_FINDS_EN = (
    r"(?:find|found|locate|have|access|provide|give|know|see|identify|confirm|determine|verify|"
    r"able|offer|share|answer|help|assist|browse|search)"
)
_SOURCES_EN = (
    r"(?:(?:search|provided|given|available|retrieved|cited|current)\ ){1,2}"
    r"(?:search\ )?(?:results?|sources?|information|texts?|documents?|articles?|context|data)"
)
_LACK_EN = (
    r"(?:no|do(?:es)?\ not|did\ not|don['’]t|doesn['’]t|didn['’]t|contains?\ no|lacks?|"
    r"provides?\ no|includes?\ no|offers?\ no|gives?\ no|mentions?\ no)"
)
_TOLD_EN = (
    r"(?:information|results?|mentions?|mentioned|contain|provide|include|specify|state|say|"
    r"indicate|give|details?|data|address|discuss|answer)"
)
_FINDS_DE = (
    r"(?:finden|gefunden|feststellen|ermitteln|beantworten|bestätigen|sagen|geben|liefern|"
    r"nennen|vor|verfügbar|bekannt|enthalten)"
)
_SOURCES_DE = (
    r"(?:suchergebnisse|quellen|ergebnisse|dokumente|texte|informationen|daten|artikel|"
    r"unterlagen|angaben)n?"
)
_TOLD_DE = (
    r"(?:finden|gefunden|genannt|enthalten|erwähnt|informationen|angaben|hinweise|hervor|"
    r"beantwortet|aufgeführt|angegeben|details|einzelheiten)"
)
_DIGEST_EN = (
    r"(?:summar(?:y|ies)|overview|answer|list|points?|facts?|takeaways?|breakdown|details?|"
    r"findings?|highlights?|information|look|explanation|comparison|examples?|steps?|results?|"
    r"sources?|options|insights|ways|tips|reasons|table)"
)
_DIGEST_DE = (
    r"(?:zusammenfassung|überblick|übersicht|antwort|liste|punkte|fakten|ergebnisse?|details|"
    r"informationen|einzelheiten|vergleich|tabelle|beispiele|schritte|quellen|erklärung|tipps|"
    r"gründe|angaben|aufstellung)"
)

_ANNOUNCEMENTS = (
    (
        r"(?:here|below)(?:['’]s|\ is|\ are)\b.{0,160}:$|hier\ (?:ist|sind|finden\ sie|findest\ "
        r"du)\b.{0,160}:$"
    ),
    rf"(?:here|below)(?:['’]s|\ is|\ are)\ (?!where|when|why|how).{{0,80}}\b{_DIGEST_EN}\b",
    r"here(?:['’]s|\ is)\ what\ (?:i|we)\b",
    (
        rf"the\ (?:following|table\ below|list\ below)\ (?:\w+\ )?{_DIGEST_EN}?\ ?(?:shows?|"
        r"lists?|summari[sz]es?|provides?|gives?|outlines?|explains?|presents?|compares?)\b"
    ),
    (
        rf"hier\ (?:ist|sind|folgt|folgen|kommt|kommen|finden\ sie|findest\ du)\ .{{0,80}}"
        rf"{_DIGEST_DE}\b"
    ),
    (
        r"(?:im\ folgenden|nachfolgend|nachstehend|unten)\ (?:finden|findest|sehen|siehst|ist|"
        rf"sind|steht|stehen|folgt|werden|gebe|fasse|habe)\b.{{0,80}}{_DIGEST_DE}"
    ),
    (
        rf"die\ (?:folgende|nachfolgende|untenstehende)n?\ (?:\w*{_DIGEST_DE})\ (?:zeigt|zeigen|"
        r"fasst|gibt|geben|listet|nennt|nennen|enthält|bietet)\b"
    ),
    (
        r"this\ (?:answer|summary|overview|response)\ (?:is|was)\b|diese\ (?:antwort|"
        r"zusammenfassung|übersicht)\ (?:beruht|basiert|wurde|ist|stützt)\b"
    ),
    (
        r"(?:based\ on|according\ to|basierend\ auf|laut|anhand)\ .{1,80}\b(?:here(?:['’]s|\ is|"
        r"\ are)|the\ following|folgende[sn]?)\b.{0,80}:$"
    ),
)
_OPENINGS = (
    # nothing found, not known
    rf"{_SPEAKER_EN}(?:['’](?:m|re)|\ am|\ are|\ was|\ were)?\ (?:unable|not\ able)\ to\b",
    rf"{_SPEAKER_EN}\ {_DENIES_EN}\ (?:\w+\ ){{0,2}}{_FINDS_EN}\b",
    rf"the\ {_SOURCES_EN}\ {_LACK_EN}\ (?:\w+\ ){{0,3}}{_TOLD_EN}\b",
    (
        r"there\ (?:is|was|were|are)\ (?:currently\ )?no\ (?:\w+\ ){0,2}(?:information|results?|"
        r"mentions?|details?|data)\b"
    ),
    rf"(?:none|nothing)\ (?:of|in)\ the\ {_SOURCES_EN}\b",
    (
        r"no\ (?:relevant\ |matching\ |specific\ |further\ |reliable\ )*(?:results?|information|"
        r"sources?)\ (?:was|were|is|are)\ (?:found|available|given|provided)\b"
    ),
    (
        r"(?:my|the)\ (?:knowledge|training\ data|training)\ (?:cutoff|ends?|is\ limited|only|"
        r"goes|does)\b"
    ),
    (
        r"(?:leider\ )?(?:ich|wir)\ (?:konnten?|kann|können|habe|haben)\ .{0,80}"
        rf"\b(?:nichts?|keinen?)\b.{{0,160}}\b{_FINDS_DE}\b"
    ),
    (
        r"(?:leider\ )?(?:ich|wir)\ (?:habe|haben|besitze)\ (?:leider\ )?keinen?\ (?:direkten\ "
        r")?(?:zugriff|zugang|informationen|angaben|kenntnis)\b"
    ),
    (
        r"(?:leider|dazu|hierzu|darüber)\ (?:konnten?|kann|können|habe|haben|liegen|gibt|finde|"
        r"lässt)\ (?:ich|wir|es|mir|uns|sich)\b.{0,200}\b(?:nichts?|keiner?n?)\b"
    ),
    (
        r"(?:es|mir|uns)\ (?:wurden|liegen|konnten)\ .{0,80}\b(?:keine|nichts)\b.{0,100}"
        rf"\b{_FINDS_DE}\b"
    ),
    (
        r"(?:zu[mr]?|über)\ .{1,80}\b(?:liegen|liegt)\ (?:mir\ |uns\ |derzeit\ |leider\ "
        r")*(?:keine|nichts)\b"
    ),
    (
        rf"in\ den\ (?:\w+\ ){{0,2}}{_SOURCES_DE}\b.{{0,80}}\b(?:keine|nichts|nicht)\b.{{0,100}}"
        rf"\b{_TOLD_DE}\b"
    ),
    rf"aus\ den\ (?:\w+\ ){{0,2}}{_SOURCES_DE}\ geht\ nicht\b",
    (
        r"die\ (?:vorliegenden|verfügbaren|gefundenen|bereitgestellten|angegebenen)\ "
        rf"{_SOURCES_DE}\ .{{0,60}}\b(?:keine|nichts|nicht)\b"
    ),
    (
        r"die\ (?:suchergebnisse|quellen)\ (?:enthalten|nennen|liefern|geben|machen)\ .{0,30}"
        r"\b(?:keine|nichts|nicht)\b"
    ),
    (
        rf".{{1,80}}\b(?:sind|ist|werden|wird)\ in\ den\ (?:\w+\ ){{0,2}}{_SOURCES_DE}\ nicht\ "
        rf"{_TOLD_DE}\b"
    ),
    r"mein(?:e)?\ (?:wissensstand|wissen|trainingsdaten|kenntnisse)\b",
    (
        r"eine\ (?:rechts|medizinische|steuer|anlage|finanz)\w*\ ?(?:beratung|auskunft|"
        r"diagnose)?\ (?:kann|darf)\ ich\b"
    ),
    # the engine about itself and its work
    (
        r"(?:i['’]m|i\ am)\ (?:sorry|afraid|an?\ ai|here\ to|happy\ to|just\ an?)\b|sorry\b|"
        r"unfortunately,?\ i\b|i\ apologi[sz]e\b"
    ),
    r"as\ an?\ (?:ai|large\ language)\b|i\ found\ (?!(?:that|out)\b)",
    (
        r"i(?:['’]ve|\ have)?\ (?:just\ )?(?:searched|looked|checked|reviewed|analy[sz]ed|"
        r"gathered|compiled|summari[sz]ed|consulted)\b"
    ),
    r"i['’]m\ having\ (?:problems|trouble|difficult)|it\ could\ be\ an\ error\b",
    r"i\ need\ (?:more|some|further|a\ bit)\b",
    r"i(?:['’]d|\ would)\ (?:be\ (?:happy|glad)|recommend\ (?:checking|consulting|visiting))\b",
    r"i(?:['’]ll|\ will|\ can)\ (?:also\ |now\ |try\ |only\ |gladly\ )*\w+\b",
    r"let(?:\ me|['’]s|\ us)\b|allow\ me\ to\b",
    r"als\ (?:ki|sprachmodell)\b|(?:es\ )?tut\ mir\ leid\b|entschuldigung\b",
    (
        r"ich\ (?:habe|hab)\ .{0,120}\b(?:gesucht|recherchiert|durchsucht|geprüft|"
        r"zusammengefasst|zusammengestellt|nachgesehen)\b"
    ),
    (
        r"ich\ (?:hoffe|helfe|kann|könnte|werde|erkläre|fasse|gebe|stelle|liste|zeige|"
        r"beantworte|versuche|freue)\b"
    ),
    (
        r"(?:gerne?|das|hier)\ (?:kann|mache|fasse|erkläre|helfe|gebe|stelle|zeige|beantworte|"
        r"liste)\ ich\b"
    ),
    r"(?:schauen|sehen|werfen|gehen|kommen)\ wir\b|lassen?\ (?:sie\ )?(?:mich|uns)\b",
    # agreements and farewells
    r"(?:great|good|excellent|interesting)\ question\b|you['’]re\ (?:very\ )?welcome\b",
    r"gern\ geschehen\b|(?:gute|tolle|interessante|spannende)\ frage\b",
    (
        r"(?:hello|hi|hey|hallo|guten\ (?:tag|morgen|abend)|moin|servus)(?:\ (?:there|"
        r"zusammen))?\s*[!,.]*$"
    ),
    (
        r"i\ hope\ (?:this|that|it)\b|hope\ (?:this|that|it)\ helps\b|(?:please\ )?(?:just\ "
        r")?(?:let\ me\ know|feel\ free)\b"
    ),
    (
        r"if\ you(?:['’]d|['’]re|\ would|\ are)?\ (?:like|have|need|want|interested)\b.{0,200}"
        r"\b(?:let\ me|i\ can|i['’]ll|i['’]d|feel\ free|tell\ me|just\ ask|please\ ask)\b"
    ),
    (
        r"you\ can\ (?:also\ )?find\ (?:more|further|general|additional|detailed)\ "
        r"(?:information|details)\b"
    ),
    r"refer\ to\ the\ official\b",
    (
        r"for\ (?:more|further|additional)\ (?:details|information|help)\b.{0,120}?,?\ (?:you\ "
        r"can\ |please\ |just\ )*(?:ask|let|see|visit|check|refer|consult|contact)\b"
    ),
    r"would\ you\ like\b|thank\ you\b|thanks(?!\ to)\b",
    (
        r"(?:have|enjoy)\ (?:a|an|your)\ (?:\w+\ )?(?:day|evening|weekend|time|visit|trip|stay|"
        r"meal|journey)\b|(?:good\ luck|happy\ \w+ing|take\ care)\s*[!.]*$"
    ),
    (
        r"(?:vielen|herzlichen|besten)?\ ?dank(?:e)?\b(?:\ für\ (?:ihre|deine|die)\ "
        r"(?:an)?frage|\s*[!,.]*$)|vielen\ dank\b"
    ),
    (
        r"(?:viel|viele|guten?|schönen?|einen\ schönen|alles)\ (?:spaß|erfolg|glück|freude|gute|"
        r"appetit|tag|abend|aufenthalt|reise|wochenende)\b"
    ),
    (
        r"(?:wenn|falls|sollten?|solltest)\ (?:sie|du|ihr)\b.{0,200}\b(?:fragen|frag|lassen\ sie|"
        r"lass\ es|sagen\ sie|sag\ mir|melde|melden\ sie|helfe\ ich|kann\ ich|stehe\ ich|"
        r"\w+e\ ich(?:\ \w+)?)\b"
    ),
    (
        r"(?:bei|für)\ (?:weiteren?|mehr)\ (?:fragen|informationen|details|"
        r"hilfe)\b.{0,60}\b(?:stehe|melden|fragen|wenden|helfe|zögern|besuchen)\b"
    ),
    r"(?:lassen\ sie|lass)\ (?:es\ )?mich\ wissen\b|(?:möchten\ sie|möchtest\ du|soll\ ich)\b",
    (
        r"(?:sagen\ sie|sag|schreiben\ sie|schreib|geben\ sie|gib)\ (?:mir\ )?(?:einfach|gern|"
        r"bescheid)\b|(?:fragen\ sie|frag)\ (?:mich|einfach|gern)\b"
    ),
    # disclaimers, dates of the answer, sources
    (
        r"this\ (?:is|does)\ not\ (?:\w+\ ){0,2}(?:medical|legal|financial|professional|tax|"
        r"investment)\ (?:advice|opinion|counsel|diagnosis|guidance)\b"
    ),
    (
        r"(?:dies|das)\ (?:ist|ersetzt|stellt)\ keine\ (?:\w+\ )?\w*(?:beratung|diagnose|"
        r"empfehlung)\b|diese\ (?:informationen|angaben)\ ersetzen\b"
    ),
    (
        r"(?:please\ |always\ |it['’]s\ always\ ){1,2}(?:consult|verify|double[- ]check|check|"
        r"refer\ to)\b"
    ),
    (
        r"(?:consult|check\ with|ask)\ (?:a|an|your|the)\ (?:\w+\ ){0,2}(?:doctor|physician|"
        r"pharmacist|lawyer|attorney|adviser|advisor|professional|expert)s?\b(?!:)"
    ),
    (
        r"check\ the\ (?:official|latest)\b|for\ the\ (?:most|latest|exact)\ .{1,80}\b(?:check|"
        r"visit|refer|see|consult|contact)\b"
    ),
    (
        r"bitte\ (?:prüfen|überprüfen|fragen|konsultieren|wenden|informieren|kontaktieren|"
        r"besuchen|lesen)\ sie\b"
    ),
    (
        r"(?:please\ note\ that\ )?(?:ai|gen(?:erative)?\ ai|ai-generated)\b.{0,40}\b(?:may|can|"
        r"might|is\ experimental)\b|ki[ -].{0,40}\bkönnen\ .{0,30}\b(?:fehler|ungenau|falsch)"
    ),
    (
        r"(?:please\ note\ (?:that\ )?)?(?:the\ |these\ |this\ )?(?:prices?|information|details|"
        r"schedules?|hours|availability|figures)\ (?:may|can|might|could)\ (?:change|vary|be\ "
        r"(?:outdated|subject|inaccurate))\b.{0,80}$"
    ),
    (
        r"(?:die\ |alle\ )?(?:preise|angaben|informationen|öffnungszeiten|daten)\ (?:können\ "
        r".{0,30}(?:ändern|abweichen|veraltet)|(?:sind\ )?ohne\ gewähr)\b"
    ),
    (
        r"(?:\()?(?:stand|last\ (?:updated?|modified|checked)|updated|as\ of|zuletzt\ "
        r"aktualisiert|aktualisiert)\b:?\ (?:am\ |on\ |in\ |vom\ "
        r")?[\w.,/ -]{0,20}\d{2,4}\)?[.)]*$"
    ),
    r"chatgpt\ said\b|(?:ai|ki)[- ](?:overview|übersicht)\b",
)
_ANNOUNCES = re.compile("|".join(f"(?:{o})" for o in _ANNOUNCEMENTS), re.IGNORECASE | re.VERBOSE)
_NO_CLAIM = re.compile("|".join(f"(?:{o})" for o in _OPENINGS), re.IGNORECASE | re.VERBOSE)
_AGREEMENT = re.compile(
    r"(?:unfortunately|sure(?:\ thing)?|certainly|of\ course|absolutely|okay|ok|gladly|great|"
    r"gerne?|natürlich|selbstverständlich|klar|sicher|aber\ (?:gern|sicher|klar)|"
    r"in\ ordnung|alles\ klar)"
    r"\s*(?:[!,.:]|$)\s*",
    re.IGNORECASE | re.VERBOSE,
)
_TURN = re.compile(
    r"[,;–—]\s+(?:but|however|although|though|yet|aber|allerdings|jedoch|doch)\b,?\s+",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"\(?(?:sources?|quellen?|references?|quellenangaben?|via|bildquelle|foto|photo)\s?:(?P<rest>.*)",
    re.IGNORECASE,
)
_FEWEST_SMALL = 3
"""Function words from which what is called a source is a sentence: "Source: The figure comes from
an internal letter." states something, "Source: Report of the City" nothing."""
_FEWEST_BEHIND_TURN = 4
"""Words from which what follows a "but" is looked at as a statement of its own."""
_MAX_READ = 600


def _opens_nothing(words: str) -> bool:
    return bool(_NO_CLAIM.match(words) or _ANNOUNCES.match(words))


def _is_sentence(words: str) -> bool:
    """Tell a sentence from a title by its point and its function words."""
    small = [word for word in find_words(words) if word.form.casefold() in _SMALL]
    return words.endswith((".", "!")) and len(small) >= _FEWEST_SMALL


def announces(head: str) -> bool:
    """Tell whether what stands before a colon only announces what follows it.

    Args:
        head: "Sure, here is a summary:", colon included.
    """
    words = " ".join(head[:_MAX_READ].split())
    agreed = _AGREEMENT.match(words)
    return _ANNOUNCES.match(words[agreed.end() if agreed else 0 :]) is not None


def states_nothing(sentence: str) -> bool:
    """Tell whether a sentence is a courtesy, an offer, or says that nothing was found.

    Args:
        sentence: One sentence, marks blanked, no white space at its ends. Only its first few
            hundred characters are read.
    """
    words = " ".join(sentence[:_MAX_READ].split())
    agreed = _AGREEMENT.match(words)
    if agreed is not None:
        words = words[agreed.end() :]
        if not words:
            return True
    source = _SOURCE.match(words)
    if source is not None:
        return not _is_sentence(source["rest"])
    if not _opens_nothing(words):
        return False
    turn = _TURN.search(words)
    if turn is None:
        return True
    behind = words[turn.end() :]
    return len(behind.split()) < _FEWEST_BEHIND_TURN or _opens_nothing(behind)
