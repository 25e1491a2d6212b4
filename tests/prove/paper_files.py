"""A pot's files and receipts, and a statement of any size, for what is written from them."""

import hashlib
import json
from dataclasses import replace
from fractions import Fraction
from functools import cache

from beleg.prove.paper import read_head
from beleg.prove.statements import build_files
from beleg.share import share
from oracles import settlement as world

STRANGE = "Głos <b>&Çağ</b> Ωμέγα Правда 日本 שלום 😀 é̂ \u202e99,00 €\u202c"


@cache
def files(coverage="complete", name="Der Bote", currency="EUR"):
    """The hand-made world as files, with deductions and a reserve."""
    rows = world.rows()
    money = {"gross_minor": 12_000, "deductions_minor": 1_500, "reserve_minor": 500}
    rows["pots"] = [replace(world.POT, coverage=coverage, currency=currency, **money)]
    rows["publishers"][1] = replace(rows["publishers"][1], name=name)
    return build_files(world.settle(share, rows), "licence", world.KEY)


def ledger(found):
    return [json.loads(line) for line in found["ledger.jsonl"].splitlines()]


def openings(found):
    return [json.loads(line) for line in found["texts.jsonl"].splitlines()]


def head(found):
    return read_head(ledger(found), json.loads(found["manifest.json"])["root"])


def receipt(found, payee_id):
    for name, data in found.items():
        if name.startswith("payee-") and name.endswith(".json"):
            row = json.loads(data)
            names = {text["commitment"]: text["id"] for text in row["texts"]}
            if names[row["payee"]] == payee_id:
                return row
    raise LookupError(payee_id)


def commitment(*parts):
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()


def large(n_claims, n_rivals=3):
    """A receipt of one payee with many claims, and the head of its pot; all parts exact."""
    us, payee = commitment("us"), commitment("payee")
    texts = [
        {
            "commitment": payee,
            "id": "us",
            "kind": "rightsholder",
            "salt": "",
            "text": "Unser Haus",
        },
        {"commitment": us, "id": "us", "kind": "publisher", "salt": "", "text": "Unser Blatt"},
    ]
    claims, answers = [], []
    for n in range(n_claims):
        names = {kind: commitment(kind, n) for kind in ("claim", "passage", "prompt")}
        for kind, said in (("claim", "Aussage"), ("passage", "Passage"), ("prompt", "Frage")):
            text = f"{said} {n}: {'wie es im Blatt gestanden hat, ' * 6}"
            row = {"id": f"{kind} {n}", "kind": kind, "salt": "", "text": text}
            texts.append({"commitment": names[kind], **row})
        answers.append({"type": "answer", "answer": f"a{n}", "prompt": names["prompt"]})
        claim = {"type": "claim", "claim": f"c{n}", "answer": f"a{n}", "words": 5}
        claim |= {"weight": "1000000", "text": names["claim"]}
        who = [us, *(commitment("rival", nth) for nth in range(n_rivals))]
        stakes = [
            {
                "type": "stake",
                "claim": f"c{n}",
                "publisher": name,
                "support": 6_000 + 7 * n % 4_000,
                "kind": "paraphrase",
                "passage": names["passage"] if name == us else commitment(name, n),
                "basis": "own",
                "origin": None,
                "appeal": None,
            }
            for name in who
        ]
        part = Fraction(stakes[0]["support"], 10_000 * n_claims * len(who))
        claims.append(
            {"claim": claim, "prompt": names["prompt"], "stakes": stakes, "parts": {us: str(part)}}
        )
    whole = sum((Fraction(row["parts"][us]) for row in claims), Fraction())
    money = 1_000_000_00
    assigned = int(whole * money)
    part = {"numerator": str(whole.numerator), "denominator": str(whole.denominator)}
    carry = whole * money - assigned
    payout = {"type": "payout", "payee": payee, "is_line": False, "publisher": us, **part}
    payout |= {key: str(assigned) for key in ("assigned_minor", "paid_minor")}
    payout |= {"withheld_minor": "0", "carry_numerator": str(carry.numerator)}
    payout |= {"carry_denominator": str(carry.denominator)}
    shares = {"type": "share", "publisher": us, "mandate": "paid", **part}
    pot = next(row for row in ledger(files()) if row["type"] == "pot")
    pot = {**pot, "gross_minor": str(money), "distributable_minor": str(money)}
    pot |= {"deductions_minor": "0", "reserve_minor": "0"}
    entries = [{"entry": row, "index": 0, "proof": []} for row in (shares, payout)]
    made = {"payee": payee, "entries": entries, "claims": claims, "texts": texts}
    rows = [pot, *answers, *(row["claim"] for row in claims), payout]
    return made, read_head(rows, commitment("root"))
