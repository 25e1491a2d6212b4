"""The page that lies beside every statement: what the files are and how to check them."""

README = """\
ABRECHNUNG / STATEMENT

Deutsch
=======
Dieser Ordner belegt, wie ein Topf verteilt wurde. Jede Zahl lässt sich nachrechnen, ohne dem zu
vertrauen, der sie berechnet hat.

  ledger.jsonl    das Buch: eine Zeile je Eintrag (Topf, Berechtigungen, Vorträge, Antworten,
                  Aussagen, Belege, Anteile, Auszahlungen, Seiten); nur Kennungen, gesalzene
                  Hashwerte und Zahlen
  texts.jsonl     Anhang für Prüfer: öffnet die Hashwerte (Fragen, Aussagen, Passagen, Namen)
  payee-*.json    je Berechtigtem: sein Geld bis hinab zu Aussage und Passage; Mitbewerber stehen
                  darin nur als Hashwert mit ihrer Belegstärke
  payee-*.html    dasselbe zum Lesen und Drucken, ebenso payee-*.pdf, deutsch und englisch;
                  payee-*.csv je Aussage eine Zeile
  payouts.csv     alle Auszahlungen und die vier Zeilen ohne Auszahlung, für die Buchhaltung
  manifest.json   Größe und SHA-256 jeder Datei, Wurzel des Merkle-Baums über das Buch

Prüfen:   beleg verify ORDNER
          beleg verify ORDNER --root WURZEL
          beleg verify ORDNER --key SCHLÜSSEL   (mit dem unterschriebenen Journal in ledger/)
Eine Datei payee-*.json mit ihren Seiten lässt sich auch allein prüfen. Die Seiten nennen die
Wurzel des Buchs ohne die Zeilen "file", in denen ihre eigenen Hashwerte stehen. Die Prüfung
arbeitet ohne Netz und ohne die Programmteile, die gerechnet haben. Wer Dateien und Hashwerte
zugleich fälscht, wird nur an der Wurzel erkannt: lassen Sie sich die Wurzel auf anderem Weg geben
(veröffentlicht, gedruckt) und nennen Sie sie mit --root.

Wem eine Passage zählt, steht beim Beleg ("basis"): dem eigenen Haus (own); als Abschrift oder
Umschrift dem Haus, das den Text zuerst hatte (copy, rewrite), mit dessen Passage ("origin");
dem Haus, dessen Seite sie selbst als die maßgebliche nennt (canonical); der Agentur (agency),
wenn der Topf es so bestimmt; niemandem, wenn der Ursprung strittig ist (disputed).
So wird gerechnet: Eine Aussage ist so viel wert wie ihr stärkster Beleg. Der Wert wird in Stufen
geteilt: Wer eine Stufe der Belegstärke erreicht, teilt sie zu gleichen Teilen mit allen, die sie
auch erreichen (Regel "airport"); nach der Regel "expected" gilt die Belegstärke als Chance, und
wer die Aussage belegt, teilt sie mit allen, die es auch tun.
Was niemand belegt, geht auf die Zeile "unsupported"; was Häusern ohne
Wahrnehmungsauftrag zufiele, auf "no_mandate"; was auf nicht ermittelte Berechtigte entfällt, auf
"holder_not_found"; Strittiges auf "disputed". Gerundet wird einmal, nach größtem Rest, gleiche
in der Reihenfolge der Kennungen (Anhang); der Rest steht als genauer Bruch im Übertrag. Beträge
stehen in der kleinsten Einheit der Währung (Cent).
Steht im Topf "existence": "published", so galt auch die eigene Angabe der Häuser, wann ein Text
erschienen ist; bei "seen" galt nur, was belegt vor der Antwort vorlag.
Der Anhang enthält Namen und Texte: geben Sie ihn nur, wem sie zustehen.

English
=======
This folder proves how a pot was shared. Every figure can be recomputed without trusting whoever
computed it.

  ledger.jsonl    the book: one line an entry (pot, entitlements, answers, claims, stakes, shares,
                  payouts); nothing but ids, salted hashes and numbers
  texts.jsonl     annex for auditors: opens the hashes (questions, claims, passages, names)
  payee-*.json    for each rightsholder: its money down to claim and passage; rivals stand in it
                  only as a hash with their support
  payee-*.html    the same to read and print, as payee-*.pdf is, German and English;
                  payee-*.csv has a line a claim
  payouts.csv     all payouts and the four unpaid lines, for bookkeeping
  manifest.json   size and SHA-256 of every file, root of the Merkle tree over the book

To check: beleg verify FOLDER
          beleg verify FOLDER --root ROOT
          beleg verify FOLDER --key KEY   (with the signed journal in ledger/)
A file payee-*.json with its pages can be checked alone too. Pages name the root of the book
without the lines "file", in which their own hashes stand.
The check works offline and without the code that did the computing. Whoever forges files and
hashes together is found by the root alone: have the root told to you by another way (published,
printed) and name it with --root.

For whom a passage counts stands at the stake ("basis"): for its own house (own); as a copy or
a rewrite for the house that had the text first (copy, rewrite), with that house's passage
("origin"); for the house whose page it names as the canonical one (canonical); for the agency
(agency), where the pot says so; for nobody where the origin is in dispute (disputed).
How it is computed: a claim is worth its strongest support. The worth is shared in steps: whoever
reaches a step of support shares it equally with all who reach it too (rule "airport"); by the rule
"expected" support is a chance, and whoever carries the claim shares it with all who do.
What nobody supports goes to the line "unsupported"; what would fall to publishers without a
mandate, to "no_mandate"; what belongs to rightsholders who are not found, to "holder_not_found";
what is in dispute, to "disputed". Rounding happens once, by largest remainder, equal ones in
order of the ids (annex);
what it took or gave stands in the carry as an exact fraction. Amounts are in the smallest unit of
the currency (cents).
Where the pot says "existence": "published", the publishers' own word on when a text appeared was
believed too; with "seen" only what is shown to have existed before the answer.
The annex holds names and texts: give it only to those who may have them.
"""
