import subprocess
import sys

import pytest

import beleg


def test_public_names_are_sorted_and_there() -> None:
    assert beleg.__all__ == sorted(beleg.__all__)
    for name in beleg.__all__:
        assert callable(getattr(beleg, name)), name


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = beleg.nothing


def test_importing_loads_no_engine() -> None:
    heavy = "{'ibis', 'duckdb', 'pyarrow', 'numpy', 'trafilatura'} & set(sys.modules)"
    script = f"import sys, beleg; print({heavy})"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "set()"
