"""Denials and opposites: "nicht", "kein", "never", "failed to"; "stieg" and "sank".

A denial of one side is looked for where the other side says the same; a denial beside it counts,
however it is put. "Nicht nur … sondern auch" denies nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from beleg.ground.alignment import Alignment, find_stretch
from beleg.ground.readings import ClaimReading, PassageReading
from beleg.ground.tokens import Mark, Token

STRONG = frozenset(
    """nicht nichts kein keine keinen keinem keiner keines nie niemals niemand niemanden niemandem
    nirgends nirgendwo weder keinerlei keineswegs not no never none neither nor nobody nothing
    nowhere cannot without ohne""".split()
)
WEAK = frozenset(
    """kaum wenig wenige selten bestreitet bestritt bestritten dementiert dementierte verneint
    verneinte lehnt lehnte abgelehnt ablehnen verweigert verweigerte weigert weigerte gescheitert
    scheiterte fehlt fehlen fehlte unmöglich hardly barely rarely scarcely few little fail
    fails failed failing deny denies denied refuse refuses refused lack lacks lacked unable
    reject rejected rejects impossible unlikely""".split()
)
"""Words that may say the same as a denial on the other side, and are none of their own."""
_ONLY = frozenset(
    "nur zuletzt only just merely simply least doubt brainer wonder zweifel wunder".split()
)
_FIRST = int(Mark.FIRST)
_AROUND = 5
"""Tokens around a stretch in which a denial still belongs to it."""

_OPPOSITES = """
    stieg:sank,fiel gestiegen:gesunken,gefallen steigen:sinken,fallen steigt:sinkt,fällt
    stiegen:sanken,fielen mehr:weniger gewann:verlor gewonnen:verloren gewinnt:verliert
    gewinnen:verlieren höher:niedriger,tiefer höhere:niedrigere höheren:niedrigeren
    größer:kleiner größere:kleinere größeren:kleineren größte:kleinste größten:kleinsten
    besser:schlechter bessere:schlechtere besseren:schlechteren beste:schlechteste
    zugenommen:abgenommen zunahme:abnahme,rückgang erhöht:gesenkt,verringert erhöhen:senken
    erhöhte:senkte erhöhung:senkung anstieg:rückgang vor:nach,hinter vorher:nachher
    erste:letzte,zweite ersten:letzten,zweiten erster:letzter erstes:letztes positiv:negativ
    positive:negative positiven:negativen gegen:für jünger:älter jüngere:ältere jüngste:älteste
    öffnet:schließt geöffnet:geschlossen sieg:niederlage siege:niederlagen stark:schwach
    stärker:schwächer früher:später frühere:spätere links:rechts oben:unten innen:außen
    männer:frauen mann:frau männlich:weiblich gewinn:verlust gewinne:verluste befürwortet:ablehnt
    zugestimmt:abgelehnt legal:illegal öffentlich:privat maximal:mindestens höchstens:mindestens
    nördlich:südlich östlich:westlich norden:süden osten:westen mit:ohne alle:keine immer:nie
    lang:kurz längere:kürzere länger:kürzer schneller:langsamer teurer:billiger,günstiger
    warm:kalt viele:wenige viel:wenig meisten:wenigsten import:export freund:feind
    beginn:ende begann:endete stürzte:stieg kaufte:verkaufte gekauft:verkauft kaufen:verkaufen
    increased:decreased,fell,declined,dropped increase:decrease,decline increases:decreases
    increasing:decreasing rose:fell,dropped rise:fall,drop rises:falls rising:falling
    risen:fallen grew:shrank,declined growth:decline,contraction growing:shrinking
    more:fewer,less won:lost wins:loses win:lose winning:losing winner:loser higher:lower
    highest:lowest high:low bigger:smaller biggest:smallest larger:smaller largest:smallest
    better:worse best:worst before:after first:last,second positive:negative opened:closed
    opens:closes open:closed opening:closing strong:weak stronger:weaker victory:defeat
    gain:loss gains:losses earlier:later early:late up:down above:below over:under
    accepted:rejected approved:rejected approve:reject most:least,fewest maximum:minimum
    men:women man:woman male:female northern:southern eastern:western north:south east:west
    left:right inside:outside legal:illegal public:private always:never many:few
    bought:sold buy:sell longer:shorter long:short faster:slower hotter:colder hot:cold
    started:ended,stopped begin:end began:ended older:younger oldest:youngest support:oppose
    supported:opposed supports:opposes for:against success:failure succeeded:failed
    allow:ban allowed:banned with:without upper:lower top:bottom"""


def _pair_opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in _OPPOSITES.casefold().split():
        one, others = entry.split(":")
        for other in others.split(","):
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = MappingProxyType(_pair_opposites())
"""Folded words to their opposites."""


def _is_strong(form: str) -> bool:
    return form in STRONG or form.endswith(("n't", "n’t"))


def _is_void(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether the word behind a denial takes it back: "nicht nur", "no doubt", "no. 1"."""
    if at + 1 == len(tokens):
        return False
    following = tokens[at + 1]
    return following.form in _ONLY or (tokens[at].form == "no" and following.number is not None)


def find_denials(tokens: Sequence[Token]) -> list[int]:
    """Find the places of words that deny; "nicht nur", "not only" and "nicht zuletzt" do not."""
    return [
        index
        for index, token in enumerate(tokens)
        if _is_strong(token.form) and not _is_void(tokens, index)
    ]


def _count_denials(tokens: Sequence[Token], start: int, end: int, known: frozenset[str]) -> int:
    """Count what denies in a stretch or near it, within its sentence.

    Args:
        tokens: One side's tokens.
        start: The stretch's first token.
        end: The token behind it.
        known: Weak denials that both sides have: they explain no difference.
    """
    low = start
    while low > max(start - _AROUND, 0) and not (low < len(tokens) and tokens[low].marks & _FIRST):
        low -= 1
    high = end
    while high < min(end + _AROUND, len(tokens)) and not tokens[high].marks & _FIRST:
        high += 1
    return sum(
        (_is_strong(t.form) or (t.form in WEAK and t.form not in known))
        and not _is_void(tokens, at)
        for at, t in enumerate(tokens[low:high], low)
    )


def _turn(claim: ClaimReading, alignment: Alignment) -> Iterator[tuple[int, int]]:
    """Give the aligned content words as (place in the passage, place in the claim)."""
    del claim
    for place, there in zip(alignment.rows, alignment.places, strict=True):
        if there >= 0:
            yield there, place


def _nearest(
    tokens: Sequence[Token], aligned: dict[int, int], index: int, step: int
) -> tuple[int, bool] | None:
    """Find the claim's place of the next content word on one side of a passage's token.

    Returns:
        The place, and True; (-1, False) where the sentence ends first; None where the next
        content word is not the claim's.
    """
    place, content = index + step, 0
    while 0 <= place < len(tokens):
        if (step > 0 and tokens[place].marks & _FIRST) or (
            step < 0 and tokens[place + 1].marks & _FIRST
        ):
            return -1, False
        if place in aligned:
            return aligned[place], True
        content += bool(tokens[place].term)
        if content > 1:
            return None
        place += step
    return -1, False


def find_denial_conflict(
    claim: ClaimReading, passage: PassageReading, alignment: Alignment
) -> bool:
    """Tell whether one side denies what the other says at the same place."""
    known = WEAK & passage.forms & {token.form for token in claim.tokens}
    for index in find_denials(claim.tokens):
        stretch = find_stretch(claim, passage, alignment, index, index)
        if (
            stretch is not None
            and stretch.both
            and not _count_denials(passage.tokens, stretch.start, stretch.end, known)
        ):
            return True
    aligned = dict(_turn(claim, alignment))
    for index in find_denials(passage.tokens):
        left = _nearest(passage.tokens, aligned, index, -1)
        right = _nearest(passage.tokens, aligned, index, 1)
        if left is None or right is None or not (left[1] or right[1]):
            continue
        low = left[0] if left[1] else right[0] - 1
        high = right[0] if right[1] else left[0] + 1
        if low > high or high - low > 8:
            continue
        if not _count_denials(claim.tokens, low, high + 1, known):
            return True
    return False
