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


def start_spark(sql, master, folder, **options):
    """Start a quiet session whose every socket is on loopback; files go into a folder.

    Options are written with underscores: ``sql_session_timeZone="UTC"``.
    """
    settings = {
        "ui_enabled": "false", "driver_host": "127.0.0.1", "driver_bindAddress": "127.0.0.1",
        "sql_shuffle_partitions": "2", "sql_warehouse_dir": folder, "local_dir": folder,
    } | options  # fmt: skip
    builder = sql.SparkSession.builder.master(master)
    for name, value in settings.items():
        builder = builder.config(f"spark.{name.replace('_', '.')}", value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def require_spark():
    """Give pyspark.sql; skip the module where it, pandas or Java is missing."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java is not installed: Spark needs it", allow_module_level=True)
    remedy = "is missing: pip install 'beleg[spark]'"
    pytest.importorskip("pandas", reason=f"pandas {remedy}")
    return pytest.importorskip("pyspark.sql", reason=f"pyspark {remedy}")
