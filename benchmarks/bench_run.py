"""The main job on real overviews: time, cents, digits, kills (bars 3, 4 and 6).

Prints: seconds of `beleg run`; that rightsholders and lines sum to the cent; that `beleg verify`
agrees and finds changed bytes; that two runs, and a run killed 20 times, give the same tables;
installed size and import time.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.metadata import files, requires
from pathlib import Path

from packaging.requirements import Requirement

from beleg.prove.verify import verify
from beleg.records import Payout, Pot
from beleg.store import Workspace

DATA = Path(__file__).parents[2] / "shared" / "data" / "overviews" / "v3_1000_part_a.jsonl.gz"
POT = '\n[[pots]]\nid = "press"\nperiod = "2025-Q2"\namount = "10000.00 EUR"\n'
N_KILLS = 20
N_BYTES = 200


def beleg(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "beleg", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def prepare(folder: Path) -> None:
    """Collect the captures, declare every cited domain with a mandate, and add a pot."""
    beleg(folder, "init")
    beleg(folder, "collect", "answers", str(DATA))
    beleg(folder, "measure")
    found = beleg(folder, "publishers", "--undeclared", "--toml", "--mandate", "paid")
    with (folder / "beleg.toml").open("a", encoding="utf-8") as file:
        file.write(found + POT)


def hashes(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(beleg(folder, "status", "--hashes", "--json"))["hashes"]
    return found


def check_money(folder: Path) -> None:
    workspace = Workspace(folder)
    (pot,) = workspace.rows(Pot)
    payouts = workspace.rows(Payout)
    total = sum(row.assigned_minor for row in payouts)
    holders = sum(row.paid_minor for row in payouts if not row.is_line)
    whole = pot.distributable_minor
    print(f"pot {whole} cents, assigned {total}: {total == whole}")
    print(f"paid to {sum(not row.is_line for row in payouts)} rightsholders: {holders} cents")


def check_bytes(folder: Path) -> None:
    statements = folder / "statements"
    started = time.monotonic()
    report = verify(statements)
    print(f"verify: {report.ok} in {time.monotonic() - started:.2f} s, {report.figures}")
    exported = [file for file in sorted(statements.rglob("*")) if file.is_file()]
    print(f"{len(exported)} files, {sum(file.stat().st_size for file in exported):,} bytes")
    draw = random.Random(2026)
    found = 0
    for _ in range(N_BYTES):
        file = draw.choice(exported)
        whole = file.read_bytes()
        data = bytearray(whole)
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        file.write_bytes(bytes(data))
        found += not verify(statements).ok
        file.write_bytes(whole)
    print(f"changed bytes found: {found} of {N_BYTES}")


def check_kills(prepared: Path, folder: Path, whole: dict[str, str], seconds: float) -> None:
    draw = random.Random(47)
    shutil.copytree(prepared, folder)
    killed = 0
    for _ in range(N_KILLS):
        command = [sys.executable, "-m", "beleg", "-C", str(folder), "run", "--force"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(draw.uniform(0.3, seconds))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
    beleg(folder, "run")
    print(f"killed {killed} times of {N_KILLS}, then run: same tables {hashes(folder) == whole}")


def check_size() -> None:
    """Add up the files of Beleg's default dependencies, compiled ones included."""
    wanted, seen, size = ["beleg"], set(), 0
    while wanted:
        name = re.sub(r"[-_.]+", "-", wanted.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        for text in requires(name) or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                wanted.append(requirement.name)
        for file in files(name) or ():
            path = Path(str(file.locate()))
            size += path.lstat().st_size if path.is_file() else 0
    times = []
    for _ in range(5):
        started = time.monotonic()
        subprocess.run([sys.executable, "-c", "import beleg"], check=True)
        times.append(time.monotonic() - started)
    print(f"default install: {len(seen)} packages, {size / 1e6:.0f} MB")
    print(f"import beleg: {min(times):.3f} s, the interpreter's start included")


def main() -> None:
    if not DATA.exists():
        print("no real data beside the project: nothing measured")
        return
    check_size()
    with tempfile.TemporaryDirectory() as name:
        prepared, folder = Path(name) / "prepared", Path(name) / "killed"
        prepare(prepared)
        started = time.monotonic()
        print(beleg(prepared, "run", "--force"))
        seconds = time.monotonic() - started
        print(f"beleg run: {seconds:.1f} s")
        check_money(prepared)
        check_bytes(prepared)
        first = hashes(prepared)
        beleg(prepared, "run", "--force")
        print(f"run twice: same tables {hashes(prepared) == first}")
        check_kills(prepared, folder, first, seconds)


if __name__ == "__main__":
    main()
