"""`beleg share attribution` on the sample alliance: out, and in again."""

import json

import pytest
from click.testing import CliRunner

from beleg.cli import main
from beleg.records import Pot, Stake
from beleg.store import Workspace


def invoke(folder, *arguments):
    return CliRunner().invoke(main, ["-C", str(folder), "share", "attribution", *arguments])


@pytest.fixture(scope="module")
def pot_id(sample):
    return min(row.pot_id for row in Workspace(sample).rows(Pot))


def test_what_goes_out_comes_in_as_our_own_shares(sample, pot_id, tmp_path):
    path, csv = tmp_path / "ours.jsonl", tmp_path / "stakes.csv"
    result = invoke(sample, "export", "--pot", pot_id, "--tier", "auditor", "--output", str(path))
    assert result.exit_code == 0, result.output
    result = invoke(sample, "import", str(path), "--pot", pot_id, "--stakes", str(csv), "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["n_records"] == len(path.read_text(encoding="utf-8").splitlines())
    assert said["problems"] == []
    assert all(row["theirs"] == row["ours"] for row in said["shares"])
    assert csv.read_text(encoding="utf-8").startswith("answer_id,claim_id,publisher_id,weight")
    shown = invoke(sample, "import", str(path), "--pot", pot_id).output
    assert "(no source)" in shown


def test_the_public_sees_pseudonyms(sample, pot_id):
    result = invoke(sample, "export", "--pot", pot_id)
    assert result.exit_code == 0, result.output
    names = {row.publisher_id for row in Workspace(sample).rows(Stake) if row.pot_id == pot_id}
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    sources = {source["source"] for row in rows for source in row["sources"]}
    assert len(sources) == len(names)
    assert not sources & names


def test_an_export_again_holds_only_what_changed(sample, pot_id, tmp_path):
    path = tmp_path / "before.jsonl"
    invoke(sample, "export", "--pot", pot_id, "--output", str(path))
    again = invoke(sample, "export", "--pot", pot_id, "--previous", str(path))
    assert again.exit_code == 0, again.output
    assert again.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "--pot", "none"], "no pot 'none'"),
        (["export", "--pot", "POT", "--tier", "member"], "belong together"),
        (["export", "--pot", "POT", "--tier", "member", "--publisher", "xyz"], "supports nothing"),
        (["export", "--pot", "POT", "--previous", "FILE"], "is no earlier export"),
        (["import", "FILE", "--pot", "none"], "no pot 'none'"),
    ],
)
def test_mistakes_are_one_line(sample, pot_id, tmp_path, arguments, said):
    file = tmp_path / "bad.jsonl"
    file.write_text("{}\n", encoding="utf-8")
    swapped = {"POT": pot_id, "FILE": str(file)}
    result = invoke(sample, *(swapped.get(word, word) for word in arguments))
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_a_bad_record_is_told_with_its_line(sample, tmp_path):
    file = tmp_path / "bad.jsonl"
    file.write_text('{"type": "other"}\n', encoding="utf-8")
    result = invoke(sample, "import", str(file))
    assert result.exit_code == 0
    assert f"{file}:1: type and schema are" in result.output
