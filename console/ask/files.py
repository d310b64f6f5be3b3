"""Cases in and out as files: imports with their progress and errors, exports with their reason."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.tickets import SERVICE

FILE_SECONDS = 60.0  # a large file is inspected before its owner answers


class Import(Shape):
    """Rows read are cases made, duplicates and failed ones."""

    id: UUID
    state: str
    layout: str | None = None
    reason: str = ""
    rows_expected: int | None = None
    rows_read: int = 0
    made: int = 0
    duplicates: int = 0
    failed: int = 0
    rows_per_second: float | None = None
    seconds_left: float | None = None
    made_at: datetime
    activated_at: datetime | None = None

    @property
    def percent(self) -> float:
        return min(100.0, round(100 * self.rows_read / self.rows_expected, 1)) if self.rows_expected else 0.0


class Imports(Shape):
    items: tuple[Import, ...]


class Export(Shape):
    id: UUID
    state: str
    format: str
    rows: int = 0
    made_at: datetime


class Exports(Shape):
    items: tuple[Export, ...]


async def imports(asks: Asks) -> Imports:
    return shaped(Imports, await asks.read(SERVICE, "/v1/imports", limit=30), SERVICE)


async def add_import(asks: Asks, community_id: UUID, content: bytes, *, key: str) -> Import:
    patient = replace(asks, command_seconds=FILE_SECONDS)
    path = f"/v1/imports?community_id={community_id}"
    return shaped(Import, await patient.send(SERVICE, path, content, key=key), SERVICE)


async def steer(asks: Asks, import_id: UUID, verb: str, *, key: str) -> Answer:
    return await asks.command(SERVICE, f"/v1/imports/{import_id}:{verb}", {}, key=key)


async def errors(asks: Asks, import_id: UUID) -> httpx.Response:
    return await asks.file(SERVICE, f"/v1/imports/{import_id}/errors.csv")


async def exports(asks: Asks) -> Exports:
    return shaped(Exports, await asks.read(SERVICE, "/v1/exports"), SERVICE)


async def ask_for_export(asks: Asks, body: Mapping[str, Any], *, key: str) -> Answer:
    return await asks.command(SERVICE, "/v1/exports", body, key=key)


async def exported(asks: Asks, export_id: UUID) -> httpx.Response:
    return await replace(asks, command_seconds=FILE_SECONDS).file(SERVICE, f"/v1/exports/{export_id}/file")
