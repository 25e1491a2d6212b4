"""The command line: arguments in, text out; one group a stage."""

from beleg.cli.main import main

__all__ = ["main"]
