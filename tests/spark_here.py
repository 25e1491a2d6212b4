"""Skips a module where Spark cannot run, and says why; the warnings that Spark 3.5 gives."""

import os
import shutil

import pytest

WARNINGS = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def require_spark():
    """Give pyspark.sql; skip the module where it, pandas or Java is missing."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java is not installed: Spark needs it", allow_module_level=True)
    remedy = "is missing: pip install 'beleg[spark]'"
    pytest.importorskip("pandas", reason=f"pandas {remedy}")
    return pytest.importorskip("pyspark.sql", reason=f"pyspark {remedy}")
