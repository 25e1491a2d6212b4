"""What stands before a point that ends no sentence: abbreviations, months, leads to an ordinal."""

from __future__ import annotations

from beleg.text import STOPWORDS

ABBREVIATIONS = frozenset(
    """abschn abt adr allg anm apr approx aufl aug ausg az bde best betr bez bgbl bl bspw bzgl bzw
    capt cf col dept dez dgl dipl dr ebd ed eds eg einschl engl est ev evtl feb fr frl geb gef
    gegr gem gen gest ggf ggfs gov hg hl hon hr hrsg ie ing inkl insb jan jg jul jun kath lat lt
    ltd mind mr mrs ms mt mwst nachm nov o.ä okt oct p.a prof pt qm rd rep rev rsp sen sep sept
    sgt sog sr st stellv supt tel univ usf verf verl vgl vorm vs zit zt zzgl z.b d.h u.a z.t
    i.d.r e.g i.e v.a a.m o.d a.d med phil jur habil rer h.c""".split()
)
"""Forms before a point that end no sentence, lower case, without the last point."""

MAY_END = frozenset(
    """al bros chr co corp d.c etc et ff ft inc jh jhs jr llc ltd mio mrd n.chr mwst okt nov dez
    ph.d sr std str tsd u.s u.k u.n e.u usd v.chr o.ä u.a p.a""".split()
)
"""Abbreviations that may stand at a sentence's end: they do before a capital opener."""

HOURS = frozenset({"a.m", "p.m"})
AFTER_HOURS = frozenset(
    """eastern central pacific mountain et est edt ct cst cdt pt pst pdt gmt utc cet cest bst local
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december""".split()
)
"""What goes on with a sentence behind "5 p.m."."""

BEFORE_FIGURES = frozenset(
    "abb abs art bd ca fig figs hs kap max min no nos nr p pp s tab vol z".split()
)
"""Abbreviations only where a figure follows: "modern art. He" ends, "Art. 5 GG" does not."""

MONTHS = frozenset(
    """januar jänner februar feber märz april mai juni juli august september oktober november
    dezember january february march may june july october december jan feb apr jun jul aug sep
    sept okt oct nov dez dec jahrhundert jahrhunderts jahrtausend weltkrieg weltkriegs jahrestag
    geburtstag todestag klasse liga bundesliga spieltag minute runde platz stock etage kapitel
    auflage tag mal lebensjahr quartal halbjahr jh jhs""".split()
)
"""What follows an ordinal: "22. November", "3. Stock"."""

ORDINAL_LEADS = frozenset(
    """am vom zum beim im dem der die das den des bis ab seit einem einen einer eines zur ihr ihre
    ihren ihrem sein seine seinen seinem und oder jeder jede jeden mit montag dienstag mittwoch
    donnerstag freitag samstag sonntag""".split()
)
"""What stands before an ordinal: "am 3.", "der 1."."""

OPENERS = (
    STOPWORDS["en"]
    | STOPWORDS["de"]
    | frozenset(
        """another both everybody everyone everything here members nobody nothing now others
        several somebody someone something today two three yet yesterday dort heute niemand
        trotzdem bisher zuletzt zuvor beide zwei drei""".split()
    )
)
"""Words that open a sentence where they are written with a capital."""
