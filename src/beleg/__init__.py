"""Beleg: no claim without a source, no payment without a receipt.

The names below are the public ones; each is loaded when it is first used. Records stand in
:mod:`beleg.records`, the stages in their packages (``beleg.ground``, ``beleg.measure``, …).
"""

import importlib
from typing import Any

_NAMES = {
    "AnsweredRate": "beleg.measure.objects",
    "BelegError": "beleg.errors",
    "CitationRate": "beleg.measure.objects",
    "CitationShare": "beleg.measure.objects",
    "GroundableRate": "beleg.measure.objects",
    "Indispensable": "beleg.measure.objects",
    "MentionRate": "beleg.measure.objects",
    "MisattributedRate": "beleg.measure.objects",
    "PositionAdjustedWords": "beleg.measure.objects",
    "Rate": "beleg.measure.objects",
    "Ratio": "beleg.measure.objects",
    "RefusedRate": "beleg.measure.objects",
    "SelectionRate": "beleg.measure.objects",
    "SupportedShare": "beleg.measure.objects",
    "UsedUncredited": "beleg.measure.objects",
    "Workspace": "beleg.store",
    "canonical_url": "beleg.urls",
    "create_workspace": "beleg.store",
    "export_table": "beleg.export",
    "from_arrow": "beleg.tables",
    "judge": "beleg.ground.pairs",
    "parse_measure": "beleg.measure.parsing",
    "read_answers": "beleg.collect.answers",
    "read_feed": "beleg.collect.feeds",
    "read_page": "beleg.collect.pages",
    "read_settings": "beleg.settings",
    "render": "beleg.report.html",
    "run": "beleg.pipeline",
    "schema_of": "beleg.tables",
    "split": "beleg.share.game",
    "to_arrow": "beleg.tables",
    "verify": "beleg.prove.verify",
    "write_statements": "beleg.prove.statements",
}

__all__ = list(_NAMES)


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'beleg' has no attribute {name!r}")
    return getattr(importlib.import_module(_NAMES[name]), name)
