import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from beleg.export import export_table, format_cell
from beleg.records import Estimate, EstimateStatus, Level, Mandate, Problem, Publisher
from beleg.store import Workspace, create_workspace
from beleg.tables import to_arrow


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    create_workspace(tmp_path, 'timezone = "Europe/Berlin"')
    fields = {
        "measure": "citation_rate",
        "engine": "e",
        "segment": "all",
        "low": 0.1,
        "high": 0.25,
        "level": 0.95,
        "n": 9,
        "n_clusters": 3,
        "events": 2.0,
        "estimand": "population of prompts",
        "method": "m",
    }
    estimates = [
        Estimate(subject="bote", value=0.125, status=EstimateStatus.OK, **fields),
        Estimate(subject="*", value=None, status=EstimateStatus.NOT_MEASURED, **fields),
    ]
    bote = Publisher("bote", "Münster; Bote", Level.TITLE, (), (), (), Mandate.PAID, True)
    formula = Problem("s", "=HYPERLINK(1)", None, None, 'say "hi"', "-1")
    with Workspace(tmp_path, write=True) as ws:
        ws.commit(
            {
                "estimates": to_arrow(estimates, Estimate),
                "publishers": to_arrow([bote], Publisher),
                "problems": to_arrow([formula], Problem),
            },
            source="test",
        )
    return Workspace(tmp_path)


def test_csv_has_points_commas_and_names(workspace: Workspace) -> None:
    text = export_table(workspace, "estimates", "csv").decode("utf-8")
    rows = {row["subject"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["bote"]["publisher_name"] == "Münster; Bote"
    assert rows["bote"]["value"] == "0.125"
    assert rows["*"]["value"] == ""  # not measured is empty, never 0


def test_excel_de_opens_in_a_german_excel(workspace: Workspace) -> None:
    data = export_table(workspace, "estimates", "excel-de")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert {row["subject"]: row["value"] for row in rows} == {"bote": "0,125", "*": ""}


def test_text_that_a_spreadsheet_would_run_is_disarmed(workspace: Workspace) -> None:
    text = export_table(workspace, "problems", "csv").decode("utf-8")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["source"], row["remedy"]) == ("'=HYPERLINK(1)", "'-1")


def test_parquet_keeps_types(workspace: Workspace) -> None:
    table = pq.read_table(io.BytesIO(export_table(workspace, "estimates", "parquet")))
    assert table["value"].to_pylist() == [None, 0.125]
    assert "publisher_name" in table.column_names


def test_another_format_is_a_mistake(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="kind == 'xls'"):
        export_table(workspace, "estimates", "xls")


def test_german_times_are_local(workspace: Workspace) -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert format_cell(noon, ZoneInfo("Europe/Berlin")) == "01.07.2026 14:00:00"
    assert format_cell(noon, None) == "2026-07-01T12:00:00+00:00"
    assert format_cell(["a", "b"], None) == "a | b"
