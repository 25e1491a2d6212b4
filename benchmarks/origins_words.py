"""Words of like meaning, for light rewrites: written for the purpose, in both languages."""

_DE = """
sagte=erklärte erklärte=sagte teilte=gab heute=nun gestern=tags-zuvor aber=jedoch auch=ebenfalls
etwa=ungefähr rund=circa mehr=zusätzlich viele=zahlreiche zahlreiche=viele Menschen=Leute
Leute=Menschen Polizei=Beamten Unternehmen=Firma Firma=Unternehmen Stadt=Kommune
Regierung=Staatsführung Land=Staat Jahr=Kalenderjahr Jahren=Lebensjahren Woche=Wochenfrist
Monaten=Monatsfrist Kinder=Jungen-und-Mädchen Frau=Dame Mann=Herr Problem=Schwierigkeit
Probleme=Schwierigkeiten Ziel=Absicht Angaben=Auskünften wichtig=bedeutsam groß=gewaltig
große=gewaltige großen=gewaltigen klein=gering kleine=geringe neu=frisch neue=frische
neuen=frischen gut=ordentlich schnell=rasch langsam=gemächlich zeigt=belegt zeigen=belegen
bekommt=erhält bekommen=erhalten erhalten=bekommen beginnt=startet begann=startete endet=schließt
kritisierte=rügte forderte=verlangte fordert=verlangt plant=beabsichtigt geplant=vorgesehen
bereits=schon schon=bereits zudem=außerdem außerdem=überdies deshalb=daher jedoch=allerdings
allerdings=jedoch während=indes nach=im-Anschluss-an seit=ab Auto=Wagen Haus=Gebäude Geld=Mittel
Arbeit=Tätigkeit Mitarbeiter=Beschäftigte Chef=Leiter Krieg=Waffengang Angriff=Attacke
Angriffe=Attacken Spiel=Partie Mannschaft=Elf Trainer=Coach Sieg=Erfolg Saison=Spielzeit
Entscheidung=Beschluss Bericht=Meldung Berichten=Meldungen Gesetz=Regelwerk Wahl=Abstimmung
Politiker=Volksvertreter Experten=Fachleute Forscher=Wissenschaftler Studie=Untersuchung
Ergebnis=Resultat Ergebnisse=Resultate Preis=Kosten Preise=Kosten stieg=kletterte
steigen=klettern sank=fiel sinken=fallen Grund=Ursache Folge=Konsequenz Folgen=Konsequenzen
derzeit=gegenwärtig aktuell=gegenwärtig künftig=fortan oft=häufig immer=stets besonders=vor-allem
insgesamt=zusammen möglich=denkbar schwer=ernst deutlich=klar weiterhin=nach-wie-vor
Hilfe=Unterstützung Kosten=Ausgaben Tag=Datum Tage=Termine Beispiel=Fall Teil=Abschnitt
Platz=Raum
"""

_EN = """
said=stated says=states told=informed announced=declared today=now yesterday=the-day-before
but=yet also=additionally about=roughly around=roughly many=numerous people=persons
police=officers company=firm companies=firms firm=company city=town government=administration
country=nation year=twelvemonth years=seasons week=seven-day-span month=four-week-span
children=youngsters woman=lady man=gentleman problem=difficulty problems=difficulties goal=aim
important=significant big=large large=big small=little new=fresh good=decent quickly=rapidly
shows=demonstrates show=demonstrate gets=receives get=receive begins=starts began=started
ends=finishes criticized=rebuked demanded=insisted-on plans=intends plan=scheme already=by-now
however=still therefore=hence car=vehicle house=home money=funds work=labour employees=staff
workers=labourers boss=head war=conflict attack=assault attacks=assaults game=match team=side
coach=trainer win=victory season=campaign decision=ruling report=account reports=accounts
law=statute election=vote politicians=lawmakers experts=specialists researchers=scientists
study=investigation result=outcome results=outcomes price=cost prices=costs rose=climbed
fell=dropped reason=cause currently=presently often=frequently always=constantly
especially=particularly possible=conceivable clearly=plainly help=assist costs=expenses
part=portion first=initial last=final made=produced make=produce used=employed use=employ
including=among-them because=since while=whereas after=following before=ahead-of near=close-to
against=versus found=discovered find=discover wants=wishes want=wish need=require needs=requires
began=started called=named like=such-as officials=authorities home=residence world=globe
public=general long=lengthy great=superb
"""


def _read(words: str) -> dict[str, str]:
    pairs = (word.split("=") for word in words.split())
    return {one: other.replace("-", " ") for one, other in pairs}


SYNONYMS = {"de": _read(_DE), "en": _read(_EN)}
"""Language to word to another one, exact forms."""
