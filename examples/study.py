"""The ranking of cited sites, as a report that an editor would publish: one HTML file.

    python examples/study.py ../shared/data --output study.html [--language de|en]

DATA holds ``answers/`` (JSON or JSON Lines, plain or gzip, in any shape that `beleg collect
answers` reads) and, where the share of news is wanted, ``news_domains/list_of_news_domains.csv``.
Everything is counted by Beleg in a workspace that is thrown away; every figure in the text is
computed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from beleg import measure, pipeline
from beleg.collect.intake import take_answers
from beleg.console import ProgressLines
from beleg.errors import BelegError, InputError
from beleg.ground.model import default_threshold
from beleg.measure.cells import Cells, Slice, read_cells
from beleg.measure.concentration import Concentration, find_concentration
from beleg.measure.overlap import Overlap, find_overlaps, read_shown
from beleg.measure.ranks import Ranked, rank_publishers
from beleg.store import Workspace
from beleg.tables import TABLES
from study_page import render

LEVEL = 0.95
INVENTED = "links-invented"
INVENTED_FILES = ("gemini.jsonl.gz",)
"""Files whose source says that the model made the links up: it was asked without search."""
NOT_ANSWERS = ("questions",)
OTHER, NEWS = "other", "news"


class NewsShare(NamedTuple):
    """Which part of an engine's links leads to news, and how it spreads over news sites."""

    share: dict[str, Any] | None
    """A row of the table ``estimates``; None where the engine shows no link."""
    concentration: Concentration


class Engine(NamedTuple):
    """What the study says of one engine."""

    name: str
    invented: bool
    n_answers: int
    n_prompts: int
    n_linking: int
    """Answers with a link."""
    links_per_answer: float
    """Mean over the answers with a link."""
    ranked: list[Ranked]
    thin: int
    """Sites with a link that are too thin to rank."""
    values: dict[str, dict[str, Any]]
    """Site to its row of ``estimates`` (citation_rate)."""
    concentration: Concentration
    news: NewsShare | None


class Study(NamedTuple):
    """All that the report says."""

    engines: list[Engine]
    """Those that are compared, by name."""
    invented: list[Engine]
    overlaps: list[Overlap]
    """Between engines that are compared, none of them flagged."""
    repeats: list[Overlap]
    news_sites: frozenset[str]
    not_news: frozenset[str]
    """Domains that a classification by hand calls something else than news."""
    pooled_top: dict[int, float]
    """Of all news links of the compared engines: the share of the 10 and 20 greatest sites."""
    n_news_links: int
    published: dict[int, float]
    areas: dict[str, int]
    """How many questions of which kind, where the data say so."""
    span: str | None
    n_prompts: int
    n_files: int
    n_dropped: int
    """Answers left out as false repeats or failures."""


def find_files(data: Path) -> list[Path]:
    """List the files of answers.

    Raises:
        InputError: There are none.
    """
    files = sorted((data / "answers").glob("*.json*"))
    files = [file for file in files if file.name.partition(".")[0] not in NOT_ANSWERS]
    if not files:
        raise InputError(
            f"{data / 'answers'}: no answers there (*.json, *.jsonl, *.jsonl.gz).",
            "Name the folder that holds answers/, for instance ../shared/data or examples.",
        )
    return files


def collect(workspace: Path, files: Sequence[Path], tell: ProgressLines) -> dict[str, pa.Table]:
    """Read the answers with Beleg and count; every registrable domain is a site of its own."""
    (workspace / "beleg.toml").write_text('timezone = "UTC"\n', encoding="utf-8")
    with Workspace(workspace, write=True) as ws:
        now = datetime.now(UTC)
        plain = [file for file in files if file.name not in INVENTED_FILES]
        invented = [file for file in files if file.name in INVENTED_FILES]
        for paths, flags in ((plain, ()), (invented, (INVENTED,))):
            if paths:
                take_answers(
                    ws, paths, engine=None, shape=None, flags=flags, now=now, on_progress=tell
                )
        pipeline.run_frame(ws)
        pipeline.run_measure(ws, on_progress=tell)
        return {name: ws.arrow(name) for name in TABLES}


def read_news(data: Path) -> frozenset[str]:
    """Read the list of news domains; empty where there is none."""
    file = data / "news_domains" / "list_of_news_domains.csv"
    if not file.is_file():
        return frozenset()
    with file.open(encoding="utf-8", newline="") as lines:
        return frozenset(row["domain"].strip().lower() for row in csv.DictReader(lines))


def read_not_news(data: Path) -> frozenset[str]:
    """Read which domains were classified by hand as something else than news."""
    file = data / "news_domains" / "domain_classification_manual.csv"
    if not file.is_file():
        return frozenset()
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return frozenset(row["domain"] for row in rows if row["classification"] != "news")


def is_news(host: str, news: frozenset[str]) -> bool:
    """Tell whether a host, or a domain that it ends with, is on the list."""
    labels = host.lower().split(".")
    return any(".".join(labels[cut:]) in news for cut in range(len(labels) - 1))


def measure_news(
    tables: Mapping[str, pa.Table], news: frozenset[str], *, merged: bool
) -> measure.Measured:
    """Count once more: every host that is no news as one site, and news as one if merged."""
    holdings = tables["holdings"]
    owners = [
        (NEWS if merged else owner) if is_news(host, news) else OTHER
        for host, owner in zip(
            holdings["host"].to_pylist(), holdings["publisher_id"].to_pylist(), strict=True
        )
    ]
    at = holdings.schema.get_field_index("publisher_id")
    changed = holdings.set_column(at, holdings.schema.field(at), pa.array(owners, pa.string()))
    return measure.measure({**tables, "holdings": changed}, threshold=default_threshold())


def keep_news(cells: Cells) -> Cells:
    """Keep the news sites; what is shared is the number of news links."""
    rows = [at for at, name in enumerate(cells.subjects) if name != OTHER]
    y = cells.y[rows]
    return cells._replace(
        subjects=tuple(cells.subjects[at] for at in rows),
        y=y,
        x=np.broadcast_to(y.sum(0), y.shape).copy(),
        n=cells.n[rows],
        n_hits=cells.n_hits[rows],
    )


def read_published(data: Path) -> dict[int, float]:
    """Read the published shares of the greatest news sites; empty where there are none."""
    file = data / "news_domains" / "news_citation_statistics_report.md"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    found = re.findall(r"Top (\d+) Coverage\W+([\d.]+)%", text)
    return {int(top): float(share) / 100 for top, share in found}


def read_areas(data: Path) -> dict[str, int]:
    """Count the questions by area, where a file of questions says it."""
    file = data / "answers" / "questions.jsonl.gz"
    if not file.is_file():
        return {}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return dict(Counter(row["area"] for row in {row["id"]: row for row in rows}.values()))


def read_span(data: Path) -> str | None:
    """Read from the source's note when the answers were collected."""
    file = data / "answers" / "SOURCE.md"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    found = re.search(r"\((\w{3} \d{4}) - (\w{3} \d{4})\)", text)
    return "\u2013".join(found.groups()) if found else None


def pool_news(counts: pa.Table, engines: Sequence[str]) -> tuple[dict[int, float], int]:
    """Give the share of the greatest news sites among all news links of several engines."""
    rows = counts.filter(pc.equal(counts["measure"], "citation_share"))
    rows = rows.filter(pc.is_in(rows["engine"], pa.array(engines, pa.string())))
    rows = rows.filter(pc.and_(pc.is_valid(rows["subject"]), pc.not_equal(rows["subject"], OTHER)))
    sums = rows.group_by("subject").aggregate([("y", "sum")])["y_sum"].to_pylist()
    sums.sort(reverse=True)
    total = sum(sums)
    return {top: sum(sums[:top]) / total for top in (10, 20)} if total else {}, total


def make_study(data: Path, tell: ProgressLines) -> Study:
    """Collect, count, rank and compare.

    Raises:
        BelegError: The data are not there, or no file could be read.
    """
    files = find_files(data)
    with tempfile.TemporaryDirectory() as folder:
        tables = collect(Path(folder), files, tell)
    news = read_news(data)
    merged = measure_news(tables, news, merged=True) if news else None
    apart = measure_news(tables, news, merged=False) if news else None
    answers = tables["answers"]
    flagged = {
        engine
        for engine, flags in zip(
            answers["engine"].to_pylist(), answers["flags"].to_pylist(), strict=True
        )
        if INVENTED in flags
    }
    told = [
        describe(name, name in flagged, tables, merged, apart)
        for name in sorted(set(answers["engine"].to_pylist()))
    ]
    tell("rank", 1, 1)
    compared = [engine for engine in told if not engine.invented]
    prompts = tables["prompts"]
    weights = dict(
        zip(prompts["prompt_id"].to_pylist(), prompts["weight"].to_pylist(), strict=True)
    )
    overlaps = find_overlaps(read_shown(tables), weights, level=LEVEL)
    kept = [row for row in overlaps if not {row.engine, row.other} & flagged and row.n_prompts]
    pooled, n_news = ({}, 0)
    if apart is not None:
        pooled, n_news = pool_news(apart.counts, [engine.name for engine in compared])
    sites = {
        row["publisher_id"]
        for row in tables["holdings"].select(["host", "publisher_id"]).to_pylist()
        if is_news(row["publisher_id"], news)
    }
    observed = sum(engine.n_answers for engine in told)
    return Study(
        engines=compared,
        invented=[engine for engine in told if engine.invented],
        overlaps=[row for row in kept if row.weeks_apart is None],
        repeats=[row for row in kept if row.weeks_apart == 0],
        news_sites=frozenset(sites),
        not_news=read_not_news(data),
        pooled_top=pooled,
        n_news_links=n_news,
        published=read_published(data),
        areas=read_areas(data),
        span=read_span(data),
        n_prompts=len(set(answers["prompt_id"].to_pylist())),
        n_files=len(files),
        n_dropped=answers.num_rows - observed,
    )


def _count_links(counts: pa.Table, engine: str) -> float:
    mine = counts.filter(pc.equal(counts["engine"], engine))
    base = mine.filter(pc.equal(mine["measure"], "citation_share"))
    base = base.filter(pc.is_null(base["subject"]))
    n_links, n_answers = (pc.sum(base[name]).as_py() or 0 for name in ("x", "n"))
    return n_links / n_answers if n_answers else 0.0


def describe(
    name: str,
    invented: bool,  # noqa: FBT001 - one of two kinds of engine
    tables: Mapping[str, pa.Table],
    merged: measure.Measured | None,
    apart: measure.Measured | None,
) -> Engine:
    """Say all that the study says of one engine."""
    counts, prompts = tables["counts"], tables["prompts"]
    rates = read_cells(counts, prompts, "citation_rate", Slice(name))
    shares = read_cells(counts, prompts, "citation_share", Slice(name))
    rows = [] if invented else rank_publishers(rates, level=LEVEL)
    answered = read_cells(counts, prompts, "answered_rate", Slice(name), ["*"])
    mine = tables["estimates"].filter(pc.equal(tables["estimates"]["engine"], name)).to_pylist()
    values = {
        row["subject"]: row
        for row in mine
        if (row["measure"], row["segment"]) == ("citation_rate", "all")
    }
    news = None
    if merged is not None and apart is not None:
        found = [
            row
            for row in merged.estimates.to_pylist()
            if (row["measure"], row["segment"], row["subject"], row["engine"])
            == ("citation_share", "all", NEWS, name)
        ]
        of_news = keep_news(read_cells(apart.counts, prompts, "citation_share", Slice(name)))
        news = NewsShare(found[0] if found else None, find_concentration(of_news, level=LEVEL))
    return Engine(
        name=name,
        invented=invented,
        n_answers=int(answered.n_hits.sum()),
        n_prompts=int((answered.n_hits > 0).sum()),
        n_linking=int(shares.n[0].sum()) if len(shares.n) else 0,
        links_per_answer=_count_links(counts, name),
        ranked=[row for row in rows if row.rank is not None],
        thin=sum(row.status == "too_thin" for row in rows),
        values=values,
        concentration=find_concentration(shares, level=LEVEL),
        news=news,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, make the study, write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="the folder that holds answers/")
    parser.add_argument("--output", type=Path, default=Path("study.html"), help="the HTML file")
    parser.add_argument("--language", choices=["de", "en"], default="en")
    options = parser.parse_args(arguments)
    try:
        with ProgressLines() as tell:
            print(f"reading {options.data / 'answers'} …", file=sys.stderr)
            study = make_study(options.data, tell)
        options.output.write_text(render(study, options.language), encoding="utf-8")
    except BelegError as error:
        print(f"study: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"study: {error.filename}: {error.strerror}. Check the name.", file=sys.stderr)
        return 1
    n_ranked = sum(len(engine.ranked) for engine in study.engines)
    print(f"{options.output}: {len(study.engines)} engines, {n_ranked} ranked sites")
    return 0


if __name__ == "__main__":
    sys.exit(main())
