"""``beleg measure mentions``: one line out for each line in, errors in their place."""

import json

import pytest
from click.testing import CliRunner

from beleg.cli import main


def run(folder, lines, *arguments):
    given = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    result = CliRunner().invoke(
        main, ["-C", str(folder), "measure", "mentions", "-", *arguments], input=given
    )
    return result.exit_code, [json.loads(line) for line in result.output.splitlines()]


def test_a_line_out_for_each_line_in_and_in_order(tmp_path):
    code, rows = run(
        tmp_path,
        [
            {"id": 7, "text": "Laut Spiegel stimmt das. 😀 Die FAZ schreibt es auch."},
            {"text": "Es regnet."},
            {"id": "x", "text": "The NZZ reported it.", "language": "en-GB"},
        ],
    )
    assert code == 0
    assert [row.get("id") for row in rows] == [7, None, "x"]
    first, second = rows[0]["mentions"]
    assert first == {
        "entity_id": "spiegel.de", "start": 5, "end": 12, "form": "Spiegel",
        "probability": first["probability"], "negative": False, "reason": "source: Laut",
    }  # fmt: skip
    assert first["probability"] > 0.5
    text = "Laut Spiegel stimmt das. 😀 Die FAZ schreibt es auch."
    assert text[second["start"] : second["end"]] == "FAZ" == second["form"]
    assert rows[1] == {"mentions": []}
    assert [hit["form"] for hit in rows[2]["mentions"]] == ["NZZ"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kaputt\n", "no JSON"),
        ("[1]\n", "a JSON object is needed"),
        ('{"id": 3}\n', '"text" is missing'),
        ('{"text": 5}\n', '"text" is no string'),
        ('{"text": "a", "language": 1}\n', '"language" is no string'),
        ('{"text": "\\ud800"}\n', "no valid UTF-8"),
    ],
)
def test_a_bad_line_has_its_error_in_place_and_the_rest_goes_on(tmp_path, line, said):
    code, rows = run(tmp_path, [{"text": "Laut FAZ."}, "\n", line, {"text": "Laut FAZ."}])
    assert code == 0
    assert [len(row.get("mentions", ())) for row in rows] == [1, 0, 1]
    assert said in rows[1]["error"]["message"]
    assert rows[1]["error"]["line"] == 3
    assert rows[1]["error"]["remedy"]


def test_exit_code_1_only_where_no_line_could_be_read(tmp_path):
    assert run(tmp_path, ["kaputt\n"])[0] == 1
    assert run(tmp_path, [])[0] == 0


def test_a_workspace_adds_its_publishers(tmp_path):
    line = {"text": "Der Deichbote schreibt das, und im Spiegel steht es auch."}
    assert [hit["entity_id"] for hit in run(tmp_path, [line], "--json")[1][0]["mentions"]] == [
        "spiegel.de"
    ]
    runner = CliRunner()
    assert runner.invoke(main, ["-C", str(tmp_path), "init"]).exit_code == 0
    settings = tmp_path / "beleg.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8")
        + '\n[[publishers]]\nid = "bote"\nname = "Deichbote"\ndomains = ["bote.example"]\n',
        encoding="utf-8",
    )
    assert [hit["entity_id"] for hit in run(tmp_path, [line])[1][0]["mentions"]] == [
        "bote",
        "spiegel.de",
    ]
