"""Ground: which passages the statements of answers rest on."""

from beleg.ground.grounding import Grounded, ground
from beleg.ground.model import default_threshold

__all__ = ["Grounded", "default_threshold", "ground"]
