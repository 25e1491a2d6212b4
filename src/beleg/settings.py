"""beleg.toml as typed settings; every error names the file, the line and the remedy.

The classes below are the file's reference: a table or key that is not here is refused, since a
mistyped key that is silently ignored would change who is paid.
"""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Literal, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from beleg.catalogue import DOMAIN, CatalogueSettings, check_catalogue
from beleg.errors import SettingsError
from beleg.kinds import LINES
from beleg.records import Level, Mandate
from beleg.terms import (
    DisputeSettings,
    Fail,
    FrameSettings,
    PotSettings,
    SearchSettings,
    Section,
    check_disputes,
    check_frames,
    check_pot,
    check_series,
)
from beleg.text import normalise_question


class PublisherSettings(Section, frozen=True):
    """``[[publishers]]``: a house that is measured by name, and paid where it has a mandate."""

    id: str
    name: str
    level: Level = Level.TITLE
    owner: str | None = None
    """Id of the publisher (company or group) that owns this one."""
    owner_since: date | None = None
    owner_until: date | None = None
    """First day on which the owner no longer owns it."""
    domains: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()
    """Phrases that hold one of its names and mean something else, such as "Spiegel im Bad"."""
    inherit: bool = True
    """Takes over aliases, people and traps from the catalogue, where it has one of the domains."""
    mandate: Mandate = Mandate.MEASURED


class RightsholderSettings(Section, frozen=True):
    """``[[rightsholders]]``: who is paid, where that is not simply the publisher itself."""

    id: str
    name: str
    found: bool = True


class EntitlementSettings(Section, frozen=True):
    """``[[entitlements]]``: which quota of a publisher's share goes to a rightsholder."""

    publisher: str
    rightsholder: str
    quota: str
    """A fraction such as ``2/3``, or ``1``."""
    right: str = "all"
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: date | None = None
    basis: str = "mandate"


class PanelSettings(Section, frozen=True):
    """``[[panels]]``: a CSV file of questions with columns text, topic, language, weight."""

    name: str
    file: str


class CollectSettings(Section, frozen=True):
    """``[collect]``: how politely and how far pages are fetched."""

    contact: str | None = None
    """A page or mail address that the user agent names."""
    delay_seconds: float = 1.0
    max_megabytes: int = 20
    timeout_seconds: float = 30.0
    allow_private: bool = False


class OpinionSettings(Section, frozen=True):
    """``[ground.opinion]``: whom `beleg ground opinion` asks; without it nobody is ever asked."""

    endpoint: str
    """Address of an OpenAI-compatible interface, such as ``https://models.example/v1``."""
    model: str
    kind: Literal["judge", "embeddings"] = "judge"
    """``judge`` asks a chat model for a verdict, ``embeddings`` for the cosine of both texts."""
    api_key_env: str | None = None
    """Name of the environment variable that holds the key; the key itself is never stored."""
    limit: int = 200
    """Most pairs that one call asks about, > 0."""
    timeout_seconds: float = 120.0
    allow_private: bool = False
    """True lets it be on this machine or in this network."""


class GroundSettings(Section, frozen=True):
    """``[ground]``: holds ``[ground.opinion]`` alone."""

    opinion: OpinionSettings | None = None


class ReportSettings(Section, frozen=True):
    """``[report]``: for whom the report is written."""

    title: str | None = None
    language: Literal["de", "en"] = "en"
    us: tuple[str, ...] = ()
    """Publishers that are "we"; none: all declared ones together."""


class PanelRow(msgspec.Struct, frozen=True):
    """One question of a panel."""

    panel: str
    text: str
    topic: str | None
    language: str | None
    weight: float


class Settings(Section, frozen=True):
    """The whole of beleg.toml; all of it is optional."""

    timezone: str = "Europe/Berlin"
    publishers: tuple[PublisherSettings, ...] = ()
    rightsholders: tuple[RightsholderSettings, ...] = ()
    entitlements: tuple[EntitlementSettings, ...] = ()
    pots: tuple[PotSettings, ...] = ()
    panels: tuple[PanelSettings, ...] = ()
    frames: tuple[FrameSettings, ...] = ()
    disputes: tuple[DisputeSettings, ...] = ()
    searches: tuple[SearchSettings, ...] = ()
    collect: CollectSettings = CollectSettings()
    ground: GroundSettings = GroundSettings()
    report: ReportSettings = ReportSettings()
    catalogue: CatalogueSettings = CatalogueSettings()


def read_settings(path: Path) -> Settings:
    """Read and check beleg.toml.

    Raises:
        SettingsError: With file, line and remedy; the file is used whole or not at all.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path}: not UTF-8 (byte {error.start}).", "Save it as UTF-8."
        ) from error
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}.", "Run `beleg init` first.") from error
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not TOML: {error}.", "Mend that line.") from error
    try:
        settings = msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        line = _line_of(text, where.rstrip("`"), message)
        known = "The keys are described in docs/reference/settings.md."
        raise SettingsError(f"{path}:{line}: {message}.", known) from error
    _check(settings, path, text)
    return settings


def _line_of(text: str, path: str, message: str = "") -> int:
    """Find the line that a path such as ``.pots[1].amount`` points at; 1 where it is nowhere."""
    table = re.match(r"\.(\w+(?:\.\w+(?=\[))?)(?:\[(\d+)\])?", path)
    key = re.search(r"\.(\w+)(?:\[\d+\])?$", path)
    unknown = re.search(r"unknown field `(\w+)`", message)
    wanted = unknown[1] if unknown else key[1] if key else ""
    nth, start, end, lines = -1, 0, None, text.splitlines()
    if table and not (wanted == table[1] and "[" not in path):
        for number, line in enumerate(lines):
            header = re.match(r"\s*\[\[?\s*([\w.]+)\s*\]", line)
            if header and start and end is None:
                end = number
            if header and header[1] == table[1]:
                nth += 1
                if nth == int(table[2] or 0):
                    start, end = number + 1, None
    for number in range(start, len(lines) if end is None else end):
        if re.match(rf"\s*\[*\s*{re.escape(wanted)}\b", lines[number]) and wanted:
            return number + 1
    return max(start, 1)


def _check(settings: Settings, path: Path, text: str) -> None:
    """Check what types cannot say: names that must exist, amounts, periods, quotas."""

    def fail(where: str, message: str, remedy: str) -> NoReturn:
        raise SettingsError(f"{path}:{_line_of(text, where)}: {message}", remedy)

    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        fail(".timezone", f"no time zone {settings.timezone!r}.", "Use a name like Europe/Berlin.")
    _check_ids(settings, fail)
    _check_opinion(settings.ground.opinion, fail)
    for index, publisher in enumerate(settings.publishers):
        if publisher.mandate is Mandate.DISPUTED:  # a word of shares alone
            where = f".publishers[{index}].mandate"
            fail(where, "mandate 'disputed'.", "Write 'paid' or 'measured'.")
    _check_publishers(settings, fail)
    _check_entitlements(settings, fail)
    for index, pot in enumerate(settings.pots):
        check_pot(pot, settings.timezone, f".pots[{index}]", fail)
        _check_players(pot, settings, f".pots[{index}]", fail)
    check_series(settings.pots, settings.timezone, fail)
    panels = {panel.name for panel in settings.panels}
    check_frames(settings.frames, settings.pots, panels, fail)
    publishers = {publisher.id for publisher in settings.publishers}
    holders = publishers | {holder.id for holder in settings.rightsholders}
    check_disputes(settings.disputes, settings.searches, publishers, holders, fail)


def _check_ids(settings: Settings, fail: Fail) -> None:
    for name in ("publishers", "rightsholders", "pots"):
        seen: set[str] = set()
        for index, item in enumerate(getattr(settings, name)):
            where = f".{name}[{index}].id"
            if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", item.id):
                fail(
                    where, f"id {item.id!r}.", "Ids are lower-case letters, digits, '-', '_', '.'."
                )
            if item.id in seen:
                fail(where, f"id {item.id!r} stands twice.", "Give each its own id.")
            if item.id in LINES and name != "pots":
                fail(where, f"id {item.id!r} is the name of an unpaid line.", "Take another.")
            seen.add(item.id)


def _check_opinion(opinion: OpinionSettings | None, fail: Fail) -> None:
    if opinion is None:
        return
    where = ".ground.opinion"
    address = re.fullmatch(r"(https?)://([^\s/@?#]+)(/[^\s?#]*)?", opinion.endpoint)
    if address is None:
        fail(f"{where}.endpoint", "endpoint is no plain web address.", "Like https://host/v1.")
    key = opinion.api_key_env
    # The value is not repeated: whoever pasted the key itself would find it in a log.
    if key is not None and not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,63}", key):
        remedy = "Put the key into a variable such as BELEG_KEY, and its name here."
        fail(f"{where}.api_key_env", "api_key_env is no name of a variable.", remedy)
    if key is not None and address[1] == "http" and not opinion.allow_private:
        fail(f"{where}.endpoint", "a key would be sent unencrypted.", "Use https://.")
    if opinion.limit < 1 or not 0 < opinion.timeout_seconds <= 3600:
        remedy = "limit is at least 1, timeout_seconds in 0..3600."
        fail(f"{where}.limit", "limit or timeout_seconds is out of bounds.", remedy)
    if not opinion.model.strip():
        fail(f"{where}.model", "model is empty.", "Name the model.")


def _check_publishers(settings: Settings, fail: Fail) -> None:
    publishers = {publisher.id: publisher for publisher in settings.publishers}
    domains: dict[str, str] = {}
    for index, publisher in enumerate(settings.publishers):
        where = f".publishers[{index}]"
        chain, owner = {publisher.id}, publisher.owner
        while owner is not None:
            if owner not in publishers:
                fail(f"{where}.owner", f"owner {owner!r} is not declared.", "Declare it too.")
            if owner in chain:
                fail(f"{where}.owner", f"{publisher.id!r} owns itself.", "Break the circle.")
            chain.add(owner)
            owner = publishers[owner].owner
        for domain in publisher.domains:
            if not DOMAIN.fullmatch(domain):
                fail(f"{where}.domains", f"domain {domain!r}.", "Write it like 'zeitung.example'.")
            holder = domains.setdefault(domain.casefold().removeprefix("www."), publisher.id)
            if holder != publisher.id:
                fail(f"{where}.domains", f"{domain} belongs to {holder!r} too.", "Keep one.")
    check_catalogue(settings.catalogue, domains, fail)
    for name in settings.report.us:
        if name not in publishers:
            fail(".report.us", f"no publisher {name!r}.", "Declare it, or take it off.")


def _check_entitlements(settings: Settings, fail: Fail) -> None:
    publishers = {publisher.id for publisher in settings.publishers}
    holders = publishers | {holder.id for holder in settings.rightsholders}
    for index, entitlement in enumerate(settings.entitlements):
        where = f".entitlements[{index}]"
        if entitlement.publisher not in publishers:
            fail(f"{where}.publisher", f"no publisher {entitlement.publisher!r}.", "Declare it.")
        if entitlement.rightsholder not in holders:
            name = entitlement.rightsholder
            fail(f"{where}.rightsholder", f"no rightsholder {name!r}.", "Declare it.")
        quota = entitlement.quota
        if not re.fullmatch(r"\d+(?:/[1-9]\d*)?", quota) or not 0 <= Fraction(quota) <= 1:
            fail(f"{where}.quota", f"quota {quota!r}.", "Write a fraction of 0..1, like '2/3'.")


def _check_players(pot: PotSettings, settings: Settings, where: str, fail: Fail) -> None:
    """Refuse a pot whose players are owners without a mandate, though their titles have one."""
    publishers = {item.id: item for item in settings.publishers}
    heights = list(Level)
    for item in settings.publishers:
        player = item
        while player.owner and heights.index(player.level) < heights.index(pot.level):
            player = publishers[player.owner]
        if item.mandate is Mandate.PAID and player.mandate is not Mandate.PAID:
            fail(
                f"{where}.level",
                f"{item.id!r} has a mandate, but {player.id!r}, which plays for it, has none.",
                f"Give {player.id!r} a mandate, or let titles play.",
            )


def read_panels(settings: Settings, folder: Path) -> list[PanelRow]:
    """Read the panels' CSV files: columns text, and if wanted topic, language, weight.

    Args:
        settings: Names the files.
        folder: The workspace; relative paths start there.

    Raises:
        SettingsError: With file, line and remedy.
    """
    rows: list[PanelRow] = []
    for panel in settings.panels:
        path = folder / panel.file
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file)
                if "text" not in (reader.fieldnames or ()):
                    remedy = "Its first line must be, with commas: text,topic,language,weight."
                    raise SettingsError(f"{path}:1: no column 'text'.", remedy)
                rows += [
                    _panel_row(row, panel.name, f"{path}:{reader.line_num}") for row in reader
                ]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            remedy = "A panel is a CSV file in UTF-8."
            raise SettingsError(f"{path}: {error}.", remedy) from error
    seen: dict[str, PanelRow] = {}
    for row in rows:
        first = seen.setdefault(normalise_question(row.text), row)
        if first.weight != row.weight:
            raise SettingsError(
                f"the panels weigh {row.text!r} {first.weight:g} and {row.weight:g}.",
                "Give a question one weight.",
            )
    return rows


def _panel_row(row: dict[str, str | None], panel: str, where: str) -> PanelRow:
    text, weight = (row["text"] or "").strip(), (row.get("weight") or "1").strip()
    if not text:
        raise SettingsError(
            f"{where}: empty question.", "Fill the column 'text', or drop the line."
        )
    if not re.fullmatch(r"\d{1,12}(?:\.\d{1,6})?", weight) or float(weight) <= 0:
        raise SettingsError(f"{where}: weight {weight!r}.", "Weights are above 0, like 1 or 2.5.")
    return PanelRow(
        panel, text, row.get("topic") or None, row.get("language") or None, float(weight)
    )
