"""What was set at the vendors' desks, on file so that it outlives the process."""

import json
import os
from pathlib import Path
from typing import Any

Desk = dict[str, Any]


def keep(folder: Path, desk: Desk) -> None:
    fresh = folder / "desk.json.new"
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.write_text(json.dumps(desk, ensure_ascii=False, indent=1), "utf-8")
    os.replace(fresh, folder / "desk.json")


def kept(folder: Path) -> Desk:
    """Empty at the first start."""
    desk = folder / "desk.json"
    return dict(json.loads(desk.read_text("utf-8"))) if desk.exists() else {}
