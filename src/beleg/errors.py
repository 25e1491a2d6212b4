"""The exceptions of Beleg.

::

    BelegError                  what the command line prints in one line, exit code 1
     ├── SettingsError          beleg.toml is wrong: file, line, remedy
     ├── InputError             a file given by the user cannot be read at all
     ├── StoreError             the workspace is missing, newer than the program, or damaged
     │    └── WriterBusy        another process is writing to the workspace
     └── FetchError             a page could not be fetched: what, why
          └── RefusedByPublisher   robots.txt or the address guard says no

A caller's mistake is ``ValueError`` or ``TypeError`` with name, value and bound. A bad row
among good ones is no exception but a :class:`beleg.records.Problem`.
"""

from __future__ import annotations


class BelegError(Exception):
    """What failed, on what, and what to do next."""

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(f"{message} {remedy}".strip())


class SettingsError(BelegError):
    """beleg.toml cannot be used as it is."""


class InputError(BelegError):
    """A file that the user named cannot be read at all."""


class StoreError(BelegError):
    """The workspace cannot be used as it is."""


class WriterBusy(StoreError):
    """Another process holds the workspace's writer lock."""


class FetchError(BelegError):
    """A page could not be fetched."""


class RefusedByPublisher(FetchError):
    """The publisher's robots.txt, or our address guard, says no."""
