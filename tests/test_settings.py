from pathlib import Path

import pytest

from beleg.errors import SettingsError
from beleg.records import Mandate
from beleg.settings import Settings, read_panels, read_settings

GOOD = """
timezone = "Europe/Berlin"

[[publishers]]
id = "anker-medien"
name = "Anker Medien"
level = "company"

[[publishers]]
id = "der-anker"
name = "Der Anker"
owner = "anker-medien"
owner_since = 2020-01-01
domains = ["der-anker.example"]
mandate = "paid"

[[entitlements]]
publisher = "der-anker"
rightsholder = "der-anker"
quota = "2/3"

[[pots]]
id = "press"
period = "2026-Q4"
amount = "10000.00 EUR"
"""


POT = '[[pots]]\nid = "a"\nperiod = "2026"\n'
PANEL = '[[panels]]\nname = "p"\nfile = "p.csv"\n'
FRAME = '[[frames]]\nname = "f"\npanels = ["p"]\nsource = "log"\n'
HOUSE = '[[publishers]]\nid = "a"\nname = "A"\n'
SEARCH = '[[searches]]\ndate = 2026-01-01\nnote = "asked"\n'


def _read(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "beleg.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


def test_good_settings_are_read(tmp_path: Path) -> None:
    settings = _read(tmp_path, GOOD)
    assert settings.publishers[1].mandate is Mandate.PAID
    assert settings.pots[0].threshold is None
    assert _read(tmp_path, "") == Settings()


def test_the_shipped_file_is_read_with_and_without_its_comments(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "src/beleg/beleg.toml").read_text(encoding="utf-8")
    assert _read(tmp_path, text).publishers == ()
    # The examples in it are commented-out lines of TOML; with the mark taken off they must hold,
    # but for the owner, which the example only names.
    lines = []
    for line in text.splitlines():
        bare = line.removeprefix("# ")
        is_code = bare.startswith("[[") or (" = " in bare and bare.split(" = ")[0].isidentifier())
        lines.append(bare if line.startswith("# ") and is_code else line)
    opened = "\n".join(line for line in lines if not line.startswith(("owner =", "us =")))
    opened = opened.replace("[[panels]]", "[[panels]]", 1)
    settings = _read(tmp_path, opened)
    assert [pot.id for pot in settings.pots] == ["press-2026-q4"]
    assert settings.entitlements[0].quota == "1/3"


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ('amount = "10000.00 EUR"', 'amount = "10.000,00 EUR"', 25, "amount =="),
        ('amount = "10000.00 EUR"', "amount = 10000", 25, "Expected `str`"),
        ('period = "2026-Q4"', 'period = "Q4 2026"', 24, "period =="),
        ('quota = "2/3"', 'quota = "3/2"', 20, "quota '3/2'"),
        ('quota = "2/3"', 'quota = "0.66"', 20, "quota '0.66'"),
        ('mandate = "paid"', 'mandate = "yes"', 15, "Invalid enum value 'yes'"),
        ('owner = "anker-medien"', 'owner = "anker-median"', 12, "is not declared"),
        ('name = "Der Anker"', 'nmae = "Der Anker"', 11, "unknown field `nmae`"),
        ('id = "der-anker"', 'id = "Der Anker"', 10, "id 'Der Anker'"),
        ('id = "der-anker"', 'id = "anker-medien"', 10, "stands twice"),
        ('timezone = "Europe/Berlin"', 'timezone = "Berlin"', 2, "no time zone"),
        ('publisher = "der-anker"', 'publisher = "anker"', 18, "no publisher 'anker'"),
        (
            'domains = ["der-anker.example"]',
            'domains = ["https://x.example"]',
            14,
            "domain 'https",
        ),
    ],
)
def test_errors_name_the_line(tmp_path: Path, old: str, new: str, line: int, part: str) -> None:
    with pytest.raises(SettingsError) as error:
        _read(tmp_path, GOOD.replace(old, new))
    assert f"beleg.toml:{line}: " in error.value.message
    assert part in error.value.message
    assert error.value.remedy


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a = [", "not TOML"),
        (
            '[[pots]]\nid = "a"\nperiod = "2026"\namount = "1.00 EUR"\nreserve = "2.00 EUR"',
            "exceed",
        ),
        (
            '[[pots]]\nid = "a"\nperiod = "2026"\namount = "1.00 EUR"\nreserve = "0.50 CHF"',
            "reserve",
        ),
        ("[[publishers]]\nid = 'a'\nname = 'A'\nowner = 'a'", "owns itself"),
        ("[report]\nus = ['a']", "no publisher 'a'"),
        (POT + 'amount = "answers EUR"', "answers EUR' in a pooled pot"),
        (POT + 'amount = "answers"', "amount == 'answers'"),
        (POT + 'amount = "1.00 EUR"\nmode = "per_answer"\nrule = "floor"', "rule 'floor'"),
        (POT + 'amount = "1.00 EUR"\nframe = "f"', "no frame 'f'"),
        (FRAME, "no panel 'p'"),
        (FRAME.replace('["p"]', "[]"), "no panel ''"),
        (PANEL + FRAME + "runs = 0", "runs 0"),
        (PANEL + FRAME + FRAME, "stands twice"),
        (
            PANEL + FRAME + POT + 'amount = "1.00 EUR"\nframe = "f"\ncoverage = "complete"',
            "coverage 'complete', the frame's is 'selected'",
        ),
        ('[[disputes]]\npublisher = "a"\nreason = "x"', "no publisher 'a'"),
        (HOUSE + '[[disputes]]\npublisher = "a"\nreason = " "', "reason is empty"),
        (
            HOUSE
            + '[[disputes]]\npublisher = "a"\nreason = "x"\n'
            + "since = 2026-01-02\nuntil = 2026-01-02",
            "ends before it begins",
        ),
        ('[[searches]]\ndate = 2026-01-01\nnote = "x"', "a search for nobody"),
        (HOUSE + SEARCH + 'publisher = "a"\nrightsholder = "a"', "or for two"),
        (SEARCH + 'publisher = "b"', "no publisher 'b'"),
        (SEARCH + 'rightsholder = "b"', "no rightsholder 'b'"),
        (HOUSE + SEARCH.replace("asked", "") + 'publisher = "a"', "note is empty"),
    ],
)
def test_what_types_cannot_say_is_checked(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(SettingsError, match=part):
        _read(tmp_path, text)


def test_a_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    (tmp_path / "beleg.toml").write_bytes('timezone = "Zürich"'.encode("latin-1"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_settings(tmp_path / "beleg.toml")


def test_two_publishers_cannot_hold_one_domain(tmp_path: Path) -> None:
    other = '[[publishers]]\nid = "b"\nname = "B"\ndomains = ["www.der-anker.example"]'
    with pytest.raises(SettingsError, match="belongs to 'der-anker' too"):
        _read(tmp_path, GOOD + other)


def test_an_owner_without_a_mandate_cannot_play_for_its_titles(tmp_path: Path) -> None:
    text = GOOD.replace('period = "2026-Q4"', 'level = "company"\nperiod = "2026-Q4"')
    with pytest.raises(SettingsError, match="'anker-medien', which plays for it, has none"):
        _read(tmp_path, text)
    _read(
        tmp_path, text.replace('level = "company"\n\n', 'level = "company"\nmandate = "paid"\n\n')
    )


def test_panels_are_read_with_their_weights(tmp_path: Path) -> None:
    settings = _read(tmp_path, '[[panels]]\nname = "autumn"\nfile = "p.csv"')
    panel = tmp_path / "p.csv"
    panel.write_text("text,topic,weight\nWer baut?,bau,2.5\nWho pays?,,\n", encoding="utf-8-sig")
    rows = read_panels(settings, tmp_path)
    assert [(row.text, row.topic, row.weight) for row in rows] == [
        ("Wer baut?", "bau", 2.5),
        ("Who pays?", None, 1.0),
    ]
    for text, part in [("frage\nWer?\n", ":1: no column"), ("text,weight\na,-1\n", ":2: weight")]:
        panel.write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match=part):
            read_panels(settings, tmp_path)
    panel.write_text("text,weight\nWer?,2\nwer,3\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="one weight"):
        read_panels(settings, tmp_path)
    panel.unlink()
    with pytest.raises(SettingsError, match="No such file"):
        read_panels(settings, tmp_path)


OPINION = '[ground.opinion]\nendpoint = "https://models.example/v1"\nmodel = "wise-1"\n'


def test_nobody_is_asked_by_default(tmp_path):
    (tmp_path / "beleg.toml").write_text("")
    assert read_settings(tmp_path / "beleg.toml").ground.opinion is None
    (tmp_path / "beleg.toml").write_text(OPINION)
    opinion = read_settings(tmp_path / "beleg.toml").ground.opinion
    assert (opinion.kind, opinion.api_key_env, opinion.allow_private) == ("judge", None, False)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('api_key_env = "sk-abc-123"', "api_key_env is no name of a variable"),
        ('kind = "oracle"', "oracle"),
        ("limit = 0", "out of bounds"),
        ("timeout_seconds = 0.0", "out of bounds"),
    ],
)
def test_whom_to_ask_is_checked(tmp_path, line, message):
    (tmp_path / "beleg.toml").write_text(OPINION + line)
    with pytest.raises(SettingsError, match=message) as caught:
        read_settings(tmp_path / "beleg.toml")
    assert "sk-abc" not in str(caught.value)


@pytest.mark.parametrize(
    "endpoint",
    [
        "models.example",
        "ftp://models.example",
        "https://user:pw@models.example/v1",
        "http://a/?k=1",
    ],
)
def test_an_endpoint_is_a_plain_address(tmp_path, endpoint):
    text = OPINION.replace("https://models.example/v1", endpoint)
    (tmp_path / "beleg.toml").write_text(text)
    with pytest.raises(SettingsError, match="no plain web address"):
        read_settings(tmp_path / "beleg.toml")


def test_a_key_is_not_sent_in_the_clear(tmp_path):
    text = OPINION.replace("https:", "http:") + 'api_key_env = "BELEG_KEY"\n'
    (tmp_path / "beleg.toml").write_text(text)
    with pytest.raises(SettingsError, match="unencrypted"):
        read_settings(tmp_path / "beleg.toml")
    (tmp_path / "beleg.toml").write_text(text + "allow_private = true\n")
    assert read_settings(tmp_path / "beleg.toml").ground.opinion.allow_private


def test_pots_of_a_series_must_follow_each_other(tmp_path: Path) -> None:
    quarter = '[[pots]]\nid = "q"\nperiod = "2026-Q4"\namount = "1.00 EUR"\nseries = "s"\n'
    month = quarter.replace('"q"', '"m"').replace("2026-Q4", "2026-12")
    with pytest.raises(SettingsError) as error:
        _read(tmp_path, quarter + month)
    assert error.value.message.endswith(":8: 'm' overlaps with 'q' of the series 's'.")
    for apart in ("2027-01", "2026-09"):
        assert len(_read(tmp_path, quarter + month.replace("2026-12", apart)).pots) == 2
    for other in (month.replace("EUR", "CHF"), month.replace('"s"', '"t"')):
        assert len(_read(tmp_path, quarter + other).pots) == 2


@pytest.mark.parametrize("table", ["publishers", "rightsholders"])
def test_nobody_is_named_like_an_unpaid_line(table, tmp_path):
    path = tmp_path / "beleg.toml"
    path.write_text(f'[[{table}]]\nid = "disputed"\nname = "X"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"beleg\.toml:2: id 'disputed' is the name of an"):
        read_settings(path)
