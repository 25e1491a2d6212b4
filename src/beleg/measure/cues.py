"""The words around a name that speak for a title or for the everyday word, German and English."""

from __future__ import annotations

import re

SAYING_DE = frozenset(
    """berichtet berichtete berichten berichteten schreibt schrieb schreiben schrieben meldet
    meldete melden meldeten zitiert zitierte zitieren titelt titelte titeln enthüllt
    enthüllte recherchiert recherchierte veröffentlicht veröffentlichte veröffentlichten
    kommentiert kommentierte interviewte interviewt befragt befragte druckte druckt kürte
    kürt urteilt bilanziert spekuliert spekulierte erfuhr erfuhren publizierte publiziert
    resümiert konstatiert analysiert analysierte porträtiert rezensiert rezensierte
    thematisiert beruft beriefen berief rekonstruiert rekonstruierte aufdeckte dokumentierte
    dokumentiert ergänzt behauptet behauptete aktualisiert""".split()
)
"""Verbs of the press; the everyday noun rarely does it."""
DOING_DE = frozenset(
    """nennt nannte sieht sah hält hielt bezeichnet bezeichnete spricht sprach bewertet
    bewertete listet listete empfiehlt empfahl rät riet warnt warnte fordert forderte
    kritisiert kritisierte lobt lobte wirft warf beleuchtet beleuchtete sammelt sammelte
    begleitet begleitete verglich vergleicht testete testet prüfte stuft stufte stützt
    stützte widmet widmete erscheint mahnt rechnet vermutet fragt fragte griffen übernahmen
    widersprach widerspricht verteidigt verteidigte machte deckte stellte stellten zählt
    zählte hakt hakte beschreibt beschrieb erzählt erklärt erwähnt erwähnte entschuldigte
    ordnet liefert verlinkt zweifelt rügt folgert druckten bestätigt bestätigte gelten
    lobten führen wertet werteten wertete bewerten verspricht verlangt bemängelt sprachen
    warnt fasst startet""".split()
)
"""What a paper does and other things do too: half a sign."""
DONE_DE = frozenset(
    """berichtet geschrieben gemeldet zitiert enthüllt recherchiert nachrecherchiert
    veröffentlicht nachgefragt befragt gesprochen ausgewertet eingesehen aufgedeckt
    überprüft interviewt verglichen getestet nachgezählt publiziert abgedruckt gedruckt
    beleuchtet thematisiert aufgegriffen erfahren kommentiert dokumentiert begleitet erwähnt
    angefragt vorliegen erhalten ausgezeichnet gekürt geprüft rezensiert besprochen titelte
    porträtiert bezeichnet genannt nachgehakt gebeten verweigert""".split()
)
FINDING_DE = frozenset(
    """finden bestätigen verifizieren einsehen nachweisen erfahren belegen prüfen überprüfen
    nachvollziehen auswerten nehmen sprechen haben äußern""".split()
)
HAVING_DE = frozenset("hat hatte habe haben hatten".split())
CAN_DE = frozenset("konnte konnten kann will wollte wollten".split())
TELLING_DE = frozenset(
    """sagte sagt sagten erklärte erklärt bestätigte bestätigten verriet schilderte gab
    antwortete versicherte bestritt nannte sprach äußerte beteuerte berichtete erzählte
    kündigte""".split()
)
"""What people do to a paper: "sagte dem Kurier"."""
LYING = frozenset(
    "vorliegen vorliegt vorlag vorlagen vorliegende vorliegenden vorliegender".split()
)
STANDING_DE = frozenset(
    """erschien erscheint erschienen hieß heißt stand steht stammt stammen schreibt schrieb
    fragt fragte erzählt erzählte kommentiert kündigte verteidigt verteidigte rechnet
    begründet begründete erklärt erklärte äußerte äußert fordert forderte kritisiert
    kritisierte veröffentlicht zitiert findet sagte sagt sprach rät riet warnt warnte
    besprochen abgedruckt gedruckt lesen publiziert schrieben räumte argumentiert plädiert
    beschreibt nannte bekannt gelobt porträtiert druckte war""".split()
)
"""What is done in a paper: "im Spiegel hieß es"."""
SOURCES = frozenset("""laut gemäß via darunter seitens according per lt""".split())
NOUNS_OF_PAPERS = re.compile(
    r"(?:Berichte?n?s?|Artikeln?|Informationen|Angaben|Recherchen?|Interviews?|Gesprächs?|Ausgaben?"
    r"|Redaktion(?:en)?|Reporter(?:in|innen|n|s)?|Redakteur(?:e|en|in|innen|s)?"
    r"|Korrespondent(?:en|in|innen)?|Chefredak\w+|Umfragen?|Faktenchecks?|Kommentar(?:e|s)?"
    r"|Kolumn\w+|Titel(?:geschichte|seite|blatt|bild|story)?|Archiv|Abo(?:nnement|nnent\w*)?"
    r"|Auflage|Verlag\w*|Verleger\w*|Gründer\w*|Herausgeber\w*|Leser(?:n|in|innen|schaft|s)?"
    r"|Podcasts?|Feuilletons?|Leitartikel\w*|Website|Webseite|Homepage|Online\w*|Gastbeitr\w+"
    r"|Gastkommentar\w*|Meldung(?:en)?|Autor(?:en|in|innen)?|Journalist(?:en|in|innen)?|Beitr\w+"
    r"|Ressort\w*|Sonderheft\w*|Serie|Liste|\w+liste|Ranking\w*|Kritik\w*|Rezension\w*|Essays?"
    r"|Dossiers?|Porträts?|Texte?|Anfrage|Auftrag|Enthüllung\w*|Schlagzeilen?|Kampagne|Story"
    r"|Anzeigen?kunden|Newsletter\w*|Live\w*|Ticker\w*|Volont\w+|Forsa|Reportagen?|Hinweise?"
    r"|reports?|articles?|story|stories|investigations?|interviews?|reporters?|journalists?"
    r"|editors?|columnists?|columns?|correspondents?|readers|coverage|covers?|polls?|piece|op-ed"
    r"|editorials?|reviews?|reviewed|published|appeared|writing|wrote|writes|subscribers?|issue"
    r"|pages|website|analysis|study|paper|statement|critics?|told|tells|by|quoted|cited|via)$"
)
"""What a paper has, before "des", "von", "im", "by", "in" or its name."""
KINDS_OF_PAPERS = re.compile(
    r"(?:\w*[Zz]eitung(?:en)?|\w*[Zz]eitschrift(?:en)?|\w*[Mm]agazins?|\w*[Mm]agazine|\w*[Bb]latt(?:s|es)?"
    r"|\w*medium|\w*portals?|Medien|Titel|Blätter|newspapers?|magazines?|daily|weekly|tabloids?"
    r"|outlets?|broadsheets?|papers?|journals?|publications?|site)$"
)
HEADS = re.compile(
    r"(?:Bericht|Redak|Report|Interview|Recherche|Titel|Journalis|Information|Chef|Autor|Artikel"
    r"|Umfrage|Leser|Korrespondent|Kolumn|Ausgabe|Story|Geschichte|Gespräch|Beitrag|Beitr|Team"
    r"|Meldung|Gruppe|Zeitung|Magazin|Verlag|Online|ONLINE|Kommentar|Studie|Liste|Rangliste|Ranking"
    r"|Abo|Archiv|Heraus|Podcast|Newsletter|Ressort|Immobilienkompass|Bestseller|Affäre|Cover"
    r"|Gründer|Reportage|Essay|Gast|Kritik|Enthüllung|Diät|Test|Mitarbeiter|Büro|Exklusiv|Faktencheck"
    r"|Volont|Schlagzeile|Foto|Plus|TV|Live|Ticker|Urteil|Dossier|Serie|Rezension|Beilage|Heft"
    r"|Kampagne|Quelle|Vize|Vorstand|Ombuds|Hauptstadt|Moderator|Sprecher|Porträt|Debatte"
    r"|owned|style)"
)
"""Heads of compounds that only a paper has: "Spiegel-Bericht"."""
SUFFIX = re.compile(r" (?:Online|ONLINE|online|TV|Plus|Print|E-Paper|[Mm]agazine?|[Nn]ewspaper)\b")
NONE_OF_IT = re.compile(
    r"^(?:(?:k?ein|mein|dein|sein|unser|euer)(?:e[nrms]?)?|eure[nrms]?|ihr(?:e[nrms]?)?"
    r"|(?:dies|jen|jed|manch|welch|solch)(?:e[nrms]?)|alle[nrms]?|viele?[nrms]?|mehr|genug|wenig"
    r"|einige[nrms]?|beide[nrms]?|zwei|drei|vier|fünf|ganze[nrms]?|halbe[nrms]?|etwas|a|an|my|your"
    r"|his|her|its|our|their|this|that|every|each|some|no|any|all|of)$",
    re.IGNORECASE,
)
"""Determiners that titles do not have: "ein Spiegel"."""
FITTING_ADJECTIVE = re.compile(
    r"^(?:aktuell|londoner|kölner|wiener|berliner|neuest|britisch|deutsch|österreichisch|schweiz|heutig|gestrig|damalig|liberal"
    r"|konservativ|linke|link|angesehen|renommiert|einflussreich|genannt|besagt|hamburg|german)"
)
ADJECTIVE = re.compile(r"^[a-zäöüß-]{3,}(?:e|en|er|es|em)$")
NO_ADJECTIVE = (
    frozenset(
        """laut unter gegen über neben wegen oder aber weder außer gegenüber wie sowie etwa ohne
    eine keine eines einer einem einen bitte heute gerne sogar nahe gemeinsame gemeinsam
    seite ehe bevor später immer wieder weiter sehen lesen lese schreiben sagte schrieb
    meldete berichtete zitierte sagten berichteten waren wurden wurde hatte hatten haben
    werden würde neben zwischen bisher jahrelang jahre heißen hier aber oder""".split()
    )
    | SAYING_DE
)
PLAIN_PREPOSITIONS = frozenset("ab seit bis am vor nach jeden".split())
TIMES = frozenset("freitag sonntag heute morgen mittag heimat zeit".split())
"""Titles that are times: "ab Freitag"."""
AGAINST_PLACE = frozenset(
    "auf vor hinter neben um durch über unter an am seit während zu zur gegen per".split()
)
"""Prepositions that go with the everyday noun: "vor dem Spiegel", "auf der Welt"."""
COMPLEMENTS = frozenset("des der eines einer von voller ohne bis nach ist war sind of".split())
"""What follows an everyday noun: "Die Welt der Mode", "Der Spiegel der Ostsee"."""
WORK = frozenset(
    """arbeitet arbeitete volontierte wechselt wechselte wechselten schreibt schrieb kolumnist
    redakteur redakteurin reporter reporterin journalist journalistin autor autorin
    volontariat korrespondent chefredakteur gründete verantwortet ging redaktion praktikum
    anzeige""".split()
)
ABOUT_WORDS = frozenset(
    """wort begriff satz song lied film album roman kategorie vokabel titelsong slogan word
    term song film movie novel phrase band zeichen namens""".split()
)
"""What stands before quoted words that are only spoken about: 'Das Wort „Zeit“'."""

SAYING_EN = frozenset(
    """reported reports wrote writes revealed published publishes claimed claims noted notes
    quoted quotes described describes understands printed apologised apologized ranked ranks
    estimates estimated tested tests retracted named covered covers obtained broke argued
    argues called learned confirmed speculated investigated reviewed endorsed ran rated
    disclosed interviewed suggested editorialized editorialised commented explained explains
    profiled cites cited denied found speaks spoke details detailed lists listed gives
    recommends issued praised criticised criticized accused""".split()
)
DONE_EN = frozenset(
    """reported seen learned published covered obtained revealed verify confirmed spoken
    contacted approached reviewed examined written apologised apologized quoted interviewed
    asked verified confirm tested""".split()
)
AFTER_EN = frozenset(
    """newspaper magazine journal investigation reporter reporters journalist journalists
    columnist editor editors editorial article report poll readers op-ed analysis story
    interview website correspondent review front cover coverage critic reviewer piece
    tabloid weekly restaurant's staff newsroom column source""".split()
)
FOR_TITLES_EN = frozenset("of by in for at with from to told via per see read and or".split())
SKY = frozenset(
    """earth moon kilometres kilometers miles orbit orbits solar rises sets planet planets
    corona light hot shines sky star stars setting astronomers spacecraft overhead equator
    eclipse telescope horizon diameter radiation heat surface erde mond sonne planet
    planeten galaxie licht astronomen""".split()
)
"""What a sentence about the sky holds: *The Sun* then is the sun."""

GERMAN = frozenset(
    """der die das und ist in den von zu mit sich des auf für nicht ein eine als auch es an
    nach wie im dem bei aus er sie hat dass wird war einen einem einer eines über am sind um
    zum zur noch vom laut kein keine ich wir wurde hatte haben dazu oder beim gibt""".split()
)
ENGLISH = frozenset(
    """the of and to in is that for it as was with on by at from are this be has have had an or
    not were which its but his her their he she they a said about been who will would there
    could i did no more what how""".split()
)
