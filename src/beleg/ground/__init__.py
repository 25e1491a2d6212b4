"""Ground: which passages the statements of answers rest on, and who had them first."""

from beleg.ground.grounding import Grounded, ground
from beleg.ground.model import default_threshold
from beleg.ground.origin import find_origins

__all__ = ["Grounded", "default_threshold", "find_origins", "ground"]
