"""New York's published 311 requests, under its portal's names and its API's: one row becomes one filing."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
SYSTEM = "nyc311"
NEEDED = ("unique_key", "created_date", "complaint_type")
DATE_FORMATS = ("%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %I:%M:%S %p")
PLACE = ("incident_address", "intersection_street_1", "intersection_street_2", "landmark", "city", "borough")
KEY_CHARACTERS_MAX, TEXT_CHARACTERS_MAX, PLACE_CHARACTERS_MAX = 100, 2_000, 200

# By the beginning of their word for the matter; what is not here is `other`.
CATEGORIES = {
    "noise": "noise",
    "illegal parking": "parking",
    "blocked driveway": "parking",
    "abandoned vehicle": "parking",
    "derelict vehicle": "parking",
    "unsanitary": "sanitation",
    "dirty": "sanitation",
    "illegal dumping": "sanitation",
    "missed collection": "sanitation",
    "litter": "sanitation",
    "commercial disposal": "sanitation",
    "rodent": "sanitation",
    "dead animal": "animals",
    "animal": "animals",
    "unleashed dog": "animals",
    "illegal fireworks": "safety",
    "safety": "safety",
    "drug": "safety",
    "elevator": "elevator",
    "electric": "power",
    "water": "water",
    "heat": "repair",
    "plumbing": "repair",
    "paint": "repair",
    "door": "repair",
    "flooring": "repair",
    "general construction": "repair",
    "maintenance or facility": "repair",
    "street light": "repair",
    "homeless person": "care",
}


@dataclass(eq=False)
class RowError(Exception):
    """Why a row cannot be filed; the column tells where to look."""

    column: str
    code: str
    sentence: str
    value: str = ""


def normalised(header: str) -> str:
    """`Created Date` and `created_date` are one column."""
    return re.sub(r"[^a-z0-9]+", "_", header.strip().lower()).strip("_")


def missing_columns(headers: list[str]) -> list[str]:
    return [name for name in NEEDED if name not in {normalised(header) for header in headers}]


def filing(raw: Mapping[str | None, Any], community_id: str) -> dict[str, Any]:
    """The body of `POST /v1/tickets` for one row, or a RowError."""
    row = {normalised(name): str(value or "").strip() for name, value in raw.items() if name}
    key, matter = row.get("unique_key", ""), row.get("complaint_type", "")
    if not key or len(key) > KEY_CHARACTERS_MAX:
        raise RowError(
            "unique_key", "key_missing", "The row has no usable key, so it could not be told from another.", key
        )
    if not matter:
        raise RowError("complaint_type", "matter_missing", "The row does not say what it is about.")
    return {
        "kind": "complaint",
        "category": category(matter),
        "description": "\n".join(filter(None, _words(row, matter)))[:TEXT_CHARACTERS_MAX],
        "community_id": community_id,
        "origin": "import",
        "channel": "import",
        "filed_at": filed_at(row.get("created_date", "")).isoformat().replace("+00:00", "Z"),
        "source": {"system": SYSTEM, "key": key} | {name: said for name, said in _said(row).items() if said},
    }


def once_key(body: Mapping[str, Any]) -> str:
    """The same row asks for the same thing; a row whose words have changed asks anew and meets its first ticket."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return f"{SYSTEM}-{digest[:40]}"


def category(matter: str) -> str:
    known = matter.lower()
    return next((code for beginning, code in CATEGORIES.items() if known.startswith(beginning)), "other")


def filed_at(text: str) -> datetime:
    """Both layouts give New York's wall time, without a zone."""
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=NEW_YORK).astimezone(UTC)
        except ValueError:
            continue
    raise RowError("created_date", "date_unreadable", "The day of filing is missing or cannot be read.", text)


def _words(row: Mapping[str, str], matter: str) -> Iterator[str]:
    descriptor = row.get("descriptor", "")
    yield f"{matter}: {descriptor}" if descriptor and descriptor != matter else matter
    yield row.get("resolution_description", "")


def _said(row: Mapping[str, str]) -> dict[str, str]:
    """The file's own words, kept as text."""
    return {"status": row.get("status", ""), "place": _place(row)}


def _place(row: Mapping[str, str]) -> str:
    parts: list[str] = []
    for name in PLACE:
        part = row.get(name, "")
        if part and part not in parts:
            parts.append(part)
    return ", ".join(parts)[:PLACE_CHARACTERS_MAX]
