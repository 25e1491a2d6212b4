# ruff: noqa: ISC004 # a sentence over two lines is one sentence
"""Invented events, each told by three houses in sentences written apart.

A fact is a tuple of three sentences, one a house; they share names, figures and one quotation,
as reports do whose writers stood in the same room.
"""

NAMES = (
    "Karla Brandstetter", "Tobias Wenk", "Selma Okafor", "Hinrich Lüders", "Mira Castellan",
    "Jonas Achterberg", "Edda Rosenquist", "Pavel Dornick", "Ruth Ammerland", "Liv Haugstad",
)  # fmt: skip

FIGURES = {
    "de": {
        "quote": "{a} sagte vor {n} Zuhörern: {q}",
        "quote_2": "Auf {n} Zuhörer wirkte ruhig, was {a} ihnen zurief: {q}",
        "tail": ", während {a} und {b} mit {n} Euro rechnen.",
        "said": (
            "„Wir haben lange genug gewartet und werden jetzt handeln, auch gegen Widerstand.“",
            "„Niemand in dieser Stadt muss fürchten, im nächsten Winter ohne Wärme dazustehen.“",
            "„Das Geld ist da, es fehlt allein der Mut, es für die Schulen auszugeben.“",
        ),
    },
    "en": {
        "quote": "{a} told an audience of {n}: {q}",
        "quote_2": "A crowd numbering {n} heard how {a} put it. {q}",
        "tail": ", while {a} and {b} reckon with {n} pounds.",
        "said": (
            "“We have waited long enough and we are going to act now, whatever the resistance.”",
            "“Nobody in this town has to fear standing there without heat in the coming winter.”",
            "“The money is there, all that is missing is the courage to spend it on schools.”",
        ),
    },
}

EVENTS = {
    "de": [
        [
            ("In Harkenburg wird die alte Schleuse nun doch saniert, das entschied der Rat am "
             "Dienstagabend mit {n} Stimmen.",
             "Der Stadtrat von Harkenburg hat sich festgelegt: {n} Mitglieder votierten dafür, "
             "die marode Schleuse instand zu setzen.",
             "Nach vier Stunden Debatte stand es fest, {n} Hände gingen hoch, und Harkenburg "
             "behält seine Schleuse."),
            ("Veranschlagt sind {m} Millionen Euro, verteilt auf {k} Jahre.",
             "Rechnen muss die Kämmerei mit Ausgaben von {m} Millionen Euro; die Bauzeit gibt die "
             "Verwaltung mit {k} Jahren an.",
             "Teuer wird es allemal: {m} Millionen Euro stehen im Plan, und erst in {k} Jahren "
             "soll das letzte Tor hängen."),
            ("Bürgermeisterin {a} zeigte sich erleichtert: „Ohne dieses Bauwerk stünde die halbe "
             "Altstadt bei jedem Hochwasser unter Wasser.“",
             "„Ohne dieses Bauwerk stünde die halbe Altstadt bei jedem Hochwasser unter Wasser“, "
             "begründete {a} den Vorstoß der Rathausspitze.",
             "{a}, die das Rathaus führt, fand dafür deutliche Worte. „Ohne dieses Bauwerk stünde "
             "die halbe Altstadt bei jedem Hochwasser unter Wasser.“"),
            ("Widerspruch kam von {b}, der einen Neubau flussabwärts für günstiger hält.",
             "Als einziger Fraktionschef stimmte {b} dagegen; seine Leute hätten lieber weiter "
             "unten neu gebaut.",
             "Nicht überzeugt ist die Opposition um {b}: Sie hatte vorgerechnet, dass ein Ersatz "
             "an anderer Stelle weniger verschlingt."),
            ("Die Arbeiten beginnen im Frühjahr, zuerst werden die Spundwände erneuert.",
             "Sobald der Frost vorbei ist, rücken Bagger an und ziehen neue Wände in den Grund.",
             "Los geht es nach der Schneeschmelze mit dem Fundament, die Schiffer müssen "
             "solange umladen."),
            ("Fördermittel des Landes sind beantragt, ein Bescheid steht aus.",
             "Ob sich das Land beteiligt, wollte das Ministerium auf Anfrage nicht sagen.",
             "Offen bleibt, wie viel davon aus der Landeskasse kommt."),
        ],
        [
            ("Ein Feuer hat in der Nacht die Lagerhalle einer Großbäckerei in Tiefenau zerstört, "
             "{k} Menschen wurden verletzt.",
             "Großbrand in Tiefenau: Beim Einsatz an einer Bäckerei erlitten {k} Personen "
             "Rauchvergiftungen, die Halle ist verloren.",
             "Von der Halle der Tiefenauer Brotfabrik steht nur noch das Gerippe; {k} Verletzte "
             "zählten die Sanitäter bis zum Morgen."),
            ("{m} Feuerwehrleute kämpften bis zum Morgen gegen die Flammen.",
             "Aus dem ganzen Kreis eilten Löschzüge herbei, am Ende waren {m} Kräfte vor Ort.",
             "Die Wehren boten {m} Frauen und Männer auf, die letzten rückten um neun Uhr ab."),
            ("Einsatzleiter {a} sagte: „Als wir ankamen, schlugen die Flammen schon meterhoch aus "
             "dem Dach, da war nichts mehr zu retten.“",
             "„Als wir ankamen, schlugen die Flammen schon meterhoch aus dem Dach, da war nichts "
             "mehr zu retten“, schilderte Kreisbrandmeister {a} die Lage.",
             "Wie schnell es ging, beschrieb {a} von der Feuerwehr: „Als wir ankamen, schlugen "
             "die Flammen schon meterhoch aus dem Dach, da war nichts mehr zu retten.“"),
            ("Die Ursache ist unklar, Ermittler vermuten einen technischen Defekt an einem Ofen.",
             "Warum es brannte, prüft nun ein Gutachter; im Verdacht steht eine Backstraße.",
             "Auf Brandstiftung deutet nach Auskunft der Kripo nichts, eher auf eine überhitzte "
             "Anlage."),
            ("Inhaberin {b} schätzt den Schaden auf {n} Millionen Euro und will neu bauen.",
             "Den Verlust beziffert Firmenchefin {b} mit {n} Millionen Euro, aufgeben will sie "
             "nicht.",
             "{n} Millionen Euro sind verbrannt, überschlägt {b}, der das Werk gehört, und "
             "kündigt den Wiederaufbau an."),
            ("Anwohner sollten Fenster und Türen geschlossen halten.",
             "Eine Warnung vor Rauch hob das Landratsamt gegen Mittag auf.",
             "In der Nachbarschaft roch es noch am Nachmittag verkohlt."),
        ],
        [
            ("Die Volleyballerinnen aus Wiesenfurt stehen im Finale, sie schlugen den "
             "Titelverteidiger mit 3:1.",
             "Sensation in der Halle am See: Mit 3:1 warf Wiesenfurt den Meister aus dem "
             "Wettbewerb und spielt um den Pokal.",
             "Wiesenfurt hat es geschafft. Gegen den Favoriten gelang ein 3:1, das Endspiel ist "
             "erreicht."),
            ("Überragend war {a} mit {n} Punkten.",
             "{n} Zähler steuerte allein Außenangreiferin {a} bei.",
             "Niemand traf öfter als {a}, auf deren Konto {n} Punkte gingen."),
            ("Trainer {b} sagte: „So eine Abwehr habe ich in zwanzig Jahren an der Linie nicht "
             "gesehen, das war ein Geschenk.“",
             "„So eine Abwehr habe ich in zwanzig Jahren an der Linie nicht gesehen, das war ein "
             "Geschenk“, jubelte Coach {b} nach dem Matchball.",
             "{b}, seit dem Sommer im Amt, rang um Fassung: „So eine Abwehr habe ich in zwanzig "
             "Jahren an der Linie nicht gesehen, das war ein Geschenk.“"),
            ("{m} Zuschauer sorgten für eine Kulisse wie selten.",
             "Ausverkauft war das Haus nicht, doch {m} Fans machten Lärm für das Doppelte.",
             "Auf den Rängen saßen {m} Leute, die meisten trugen Grün."),
            ("Im Endspiel in {k} Tagen wartet der Sieger der Partie am Sonntag.",
             "Der Gegner wird am Wochenende ermittelt, gespielt wird in {k} Tagen.",
             "{k} Tage bleiben zur Erholung; wer dann auf der anderen Seite des Netzes steht, "
             "zeigt sich am Sonntag."),
            ("Verletzt fehlte Zuspielerin Nummer sieben, sie soll bald zurückkehren.",
             "Ohne ihre Spielmacherin hatte kaum jemand mit diesem Abend gerechnet.",
             "Dass die Stammkraft auf der Bank saß, fiel nach dem zweiten Satz nicht mehr auf."),
        ],
        [
            ("Forscher der Universität Ostermoor haben eine Moosart entdeckt, die Nitrat bindet.",
             "Ein unscheinbares Moos könnte Bächen helfen: In Ostermoor fand ein Team heraus, "
             "dass es Nitrat festhält.",
             "Was Landwirte auf Felder bringen, schluckt offenbar ein Moos, berichten "
             "Biologinnen aus Ostermoor."),
            ("In {m} Proben sank der Gehalt um {n} Prozent.",
             "Gemessen wurde an {m} Stellen, der Rückgang betrug im Mittel {n} Prozent.",
             "{n} Prozent weniger, das ergab die Auswertung von {m} Gläsern Wasser."),
            ("Leiterin {a} sagte: „Wir hätten nie gedacht, dass ein so kleines Gewächs mit einer "
             "ganzen Kläranlage mithalten kann.“",
             "„Wir hätten nie gedacht, dass ein so kleines Gewächs mit einer ganzen Kläranlage "
             "mithalten kann“, staunt die Projektchefin {a}.",
             "Selbst {a}, die den Versuch ersann, war überrascht: „Wir hätten nie gedacht, dass "
             "ein so kleines Gewächs mit einer ganzen Kläranlage mithalten kann.“"),
            ("Das Land fördert das Vorhaben {k} Jahre lang.",
             "Geld für {k} weitere Jahre hat das Ministerium zugesagt.",
             "Bezahlt wird die Arbeit aus einem Programm, das noch {k} Jahre läuft."),
            ("{b} vom Bauernverband warnte vor verfrühter Freude.",
             "Skeptisch bleibt {b}: Der Verband der Landwirte will erst Versuche im Freien sehen.",
             "Für die Höfe spricht {b}, und der bremst die Erwartungen."),
            ("Im Herbst soll an einem Graben erprobt werden, was im Labor gelang.",
             "Der nächste Schritt führt hinaus an ein Gewässer, geplant ist er nach der Ernte.",
             "Ob das auch draußen klappt, zeigt sich frühestens, wenn die Blätter fallen."),
        ],
    ],
    "en": [
        [
            ("Marlow Haven council voted by {n} to spend money on saving the old lifting bridge.",
             "The lifting bridge at Marlow Haven is to be repaired after {n} councillors backed "
             "the scheme on Tuesday night.",
             "It took four hours, but with {n} hands in the air Marlow Haven decided to keep its "
             "bridge."),
            ("The bill comes to {m} million pounds over {k} years.",
             "Officers put the price at {m} million pounds and expect builders on site for {k} "
             "years.",
             "None of it is cheap: {m} million pounds have been set aside, and the last girder "
             "will not be in place for {k} years."),
            ("Mayor {a} was relieved. “Without that bridge half of the old town would be cut off "
             "whenever the river comes up.”",
             "“Without that bridge half of the old town would be cut off whenever the river comes "
             "up,” argued {a}, who leads the council.",
             "{a} had pressed the case for months: “Without that bridge half of the old town "
             "would be cut off whenever the river comes up.”"),
            ("{b} objected that a new crossing downstream would be cheaper.",
             "Only {b}, who wanted to build from scratch elsewhere, led a group against it.",
             "The opposition under {b} remains unconvinced and favours replacing the thing "
             "altogether."),
            ("Work starts in spring with the foundations of both towers.",
             "Once frosts are over, divers will go down to look at what holds the piers.",
             "Engineers move in after the thaw, and boats will have to wait."),
            ("A grant has been applied for and no answer has come.",
             "Whether Whitehall chips in is something the ministry would not say.",
             "How much of this the state will shoulder is anyone's guess."),
        ],
        [
            ("A fire destroyed the warehouse of a large bakery in Deepmere overnight and injured "
             "{k} people.",
             "{k} people were treated for smoke after a blaze tore through a Deepmere bread "
             "factory, leaving its store a ruin.",
             "Only the frame still stands of the bakery depot at Deepmere, where medics counted "
             "{k} casualties by dawn."),
            ("{m} firefighters battled the flames until morning.",
             "Engines came from across the county and at the height of it {m} crew were there.",
             "The brigade fielded {m} women and men, the last of whom left at nine."),
            ("Incident commander {a} said: “By the time we arrived the flames were metres above "
             "the roof and there was nothing left to save.”",
             "“By the time we arrived the flames were metres above the roof and there was nothing "
             "left to save,” recalled station chief {a}.",
             "How quickly it went was described by {a} of the brigade. “By the time we arrived "
             "the flames were metres above the roof and there was nothing left to save.”"),
            ("The cause is unknown; investigators suspect a faulty oven.",
             "An assessor will now look at why it burned, with one production line in the frame.",
             "Nothing points to arson, detectives say, and a good deal to overheated machinery."),
            ("Owner {b} estimates the damage at {n} million pounds and means to rebuild.",
             "{b}, who runs the firm, puts her loss at {n} million pounds but refuses to give up.",
             "Some {n} million pounds went up in smoke by the reckoning of {b}, who promises a "
             "fresh start."),
            ("Residents were told to keep doors and windows shut.",
             "A warning about fumes was lifted by the county around noon.",
             "Streets nearby still smelled of charcoal in the afternoon."),
        ],
        [
            ("Meadowford's volleyball women are in the final after beating the holders 3-1.",
             "There was a shock by the lake as Meadowford knocked the champions out 3-1 to reach "
             "the cup's last match.",
             "Meadowford did it: a 3-1 against the favourites puts them one game from the "
             "trophy."),
            ("{a} was outstanding with {n} points.",
             "Outside hitter {a} alone contributed {n}.",
             "Nobody scored more than {a}, who finished on {n} points."),
            ("Coach {b} said: “I have not seen defending like that in twenty years on the "
             "touchline, it was a gift.”",
             "“I have not seen defending like that in twenty years on the touchline, it was a "
             "gift,” cheered trainer {b} when it was over.",
             "{b}, appointed last summer, was lost for words and then found some. “I have not "
             "seen defending like that in twenty years on the touchline, it was a gift.”"),
            ("A crowd of {m} made for a rare atmosphere.",
             "The hall was not full, yet {m} supporters were loud enough for twice as many.",
             "In the stands sat {m} people, most of them in green."),
            ("The final is in {k} days against the winner of Sunday's tie.",
             "Their opponents will be known at the weekend, with {k} days to go until the "
             "decider.",
             "{k} days remain to rest; who waits beyond the net then is settled on Sunday."),
            ("The setter with number seven missed out injured and should be back soon.",
             "Without their playmaker few had given them a chance.",
             "That a regular was sitting on the bench went unnoticed from the second set."),
        ],
        [
            ("Researchers at Eastmoor University have found a moss that binds nitrate.",
             "An unremarkable moss might help streams, for a team at Eastmoor saw it hold on to "
             "nitrate.",
             "What farmers put on fields seems to be swallowed by a moss, biologists from "
             "Eastmoor report."),
            ("In {m} samples the level fell by {n} per cent.",
             "They measured at {m} spots and the average decline was {n} per cent.",
             "Down {n} per cent: that is what {m} jars of water showed."),
            ("Lead author {a} said: “We would never have thought that such a tiny plant could "
             "keep up with an entire sewage works.”",
             "“We would never have thought that such a tiny plant could keep up with an entire "
             "sewage works,” marvels {a}, who heads the project.",
             "Even {a}, whose idea the trial was, did not expect it. “We would never have thought "
             "that such a tiny plant could keep up with an entire sewage works.”"),
            ("The state funds the project for {k} years.",
             "Money for {k} more years has been promised by the ministry.",
             "The work is paid for by a programme with {k} years left to run."),
            ("{b} of the farmers' union warned against premature joy.",
             "{b} stays sceptical, since the union of growers wants to see trials in the open.",
             "Speaking for the farms, {b} dampens hopes."),
            ("In autumn what worked in the laboratory will be tried on a ditch.",
             "The next step leads outdoors to a watercourse once the harvest is in.",
             "Whether it holds in the wild will not be clear before leaves fall."),
        ],
    ],
}  # fmt: skip
"""Language to events to facts to one sentence a house."""
