"""One matter on the stage."""

from dataclasses import dataclass, field
from typing import Any

from demo.cast import Resident


@dataclass
class Case:
    """Who told of it, who reads it for us, and what the filing answered."""

    id: str
    number: str
    filed: dict[str, Any]
    reporter: Resident
    reads: str  # the operator who may see it
    last_text: dict[str, int] = field(default_factory=dict)  # by phone: what has been read already
