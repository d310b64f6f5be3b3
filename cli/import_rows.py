"""`import tickets`: a file of another system's requests, filed one by one through the public API."""

import csv
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from cli import nyc311
from cli.nyc311 import RowError
from cli.options import USAGE, AsJson, Directory, answer, chosen, fail, is_terminal
from cli.sign_in import SignIn

AT_ONCE = 8
ROWS_PER_ROUND = 200  # so that memory and the pool's queue stay bounded, whatever the file's length
TRIES_MAX = 6
WAIT_SECONDS_MAX = 10.0
LAYOUTS = {"nyc311": nyc311}
FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")

app = typer.Typer(help="Bring in what other systems hold.", no_args_is_help=True)


@app.callback()
def _imports() -> None:
    """Bring in what other systems hold."""


@app.command()
def tickets(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    layout: Annotated[str, typer.Option(help="Whose columns they are: nyc311.")] = "nyc311",
    community: Annotated[str, typer.Option(help="Its id or name (default: the one where the account works).")] = "",
    account: Annotated[str, typer.Option("--as", help="The role that files.")] = "secretary",
    errors: Annotated[Path | None, typer.Option(help="Where rows that failed are listed.")] = None,
    directory: Directory = None,
    as_json: AsJson = False,
) -> None:
    """File every row as a case; twice adds nothing.   Example: ./yihu import tickets requests.csv --layout nyc311"""
    if layout not in LAYOUTS:
        raise fail(f"no layout is called {layout}; known: {', '.join(LAYOUTS)}", USAGE)
    with file.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        missing = nyc311.missing_columns(next(csv.reader(lines), []))
    if missing:
        raise fail(f"{file.name} is not of the layout {layout}: it has no column {', '.join(missing)}", USAGE)
    sign_in = SignIn(chosen(directory), account)
    listed_at = errors or Path(f"{file.stem}-errors.csv")
    with sign_in.client("tickets") as client:
        work = Import(file, _community_of(sign_in, community), client, listed_at, shows=not as_json)
        work.run()
    answer(work.report(), work.sentence(), as_json)
    if work.counts["failed"]:
        raise typer.Exit(1)


@dataclass
class Import:
    """One run over one file: made, already there and failed add up to the rows read."""

    file: Path
    community_id: str
    client: httpx.Client
    errors_at: Path
    shows: bool
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, RowError]] = field(default_factory=list)
    seconds: float = 0.0

    def run(self) -> None:
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for some in self._rounds():
                for number, outcome in zip(some, pool.map(self._file, some.values()), strict=True):
                    self._count(number, outcome)
                self.seconds = time.monotonic() - began
                self._show_progress()
        if self.shows and is_terminal():
            typer.echo()
        self._list_failures()

    def _rounds(self) -> Iterator[dict[int, Mapping[str | None, Any]]]:
        with self.file.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
            some: dict[int, Mapping[str | None, Any]] = {}
            for number, row in enumerate(
                csv.DictReader(lines), start=2
            ):  # the header is row 1, as a spreadsheet counts
                some[number] = row
                if len(some) == ROWS_PER_ROUND:
                    yield some
                    some = {}
            if some:
                yield some

    def _file(self, row: Mapping[str | None, Any]) -> str | RowError:
        try:
            body = nyc311.filing(row, self.community_id)
            return self._ask(body)
        except RowError as error:
            return error

    def _ask(self, body: Mapping[str, Any]) -> str:
        """Busy and away are waited for; anything else is the row's own fault."""
        for attempt in range(TRIES_MAX):
            try:
                headers = {"Idempotency-Key": nyc311.once_key(body)}
                response = self.client.post("/v1/tickets", json=dict(body), headers=headers)
            except httpx.TransportError:
                time.sleep(min(0.5 * 2**attempt, WAIT_SECONDS_MAX))
                continue
            if response.status_code < 300:
                return "already" if _is_repeat(response) else "made"
            if response.status_code not in (409, 429, 502, 503):
                raise _refusal(response)
            if response.status_code == 409 and not _is_in_flight(response):
                raise _refusal(response)
            time.sleep(min(float(response.headers.get("Retry-After", 0.5 * 2**attempt)), WAIT_SECONDS_MAX))
        raise RowError("", "not_answered", "tickets did not answer; run the import again, nothing is filed twice.")

    def _count(self, number: int, outcome: str | RowError) -> None:
        self.counts["read"] += 1
        if isinstance(outcome, RowError):
            self.counts["failed"] += 1
            self.failures.append((number, outcome))
        else:
            self.counts[outcome] += 1

    def _show_progress(self) -> None:
        if self.shows:
            rate = self.counts["read"] / max(self.seconds, 0.001)
            typer.echo(
                f"\r{self._so_far()}, {rate:.0f} a second" if is_terminal() else self._so_far(), nl=not is_terminal()
            )

    def _so_far(self) -> str:
        return ", ".join(f"{self.counts[what]} {what}" for what in ("read", "made", "already", "failed"))

    def _list_failures(self) -> None:
        if not self.failures:
            return
        with self.errors_at.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(["row", "column", "value", "code", "sentence"])
            for number, error in self.failures:
                writer.writerow([number, error.column, defused(masked(error.value)), error.code, error.sentence])

    def report(self) -> dict[str, Any]:
        counts = {what: self.counts[what] for what in ("read", "made", "already", "failed")}
        errors = str(self.errors_at) if self.failures else None
        return counts | {"seconds": round(self.seconds, 1), "community_id": self.community_id, "errors": errors}

    def sentence(self) -> str:
        made = self.counts["made"]
        news = f"{made} cases were filed" if made else "nothing was added: every row that can be filed is here already"
        lines = [f"{self.file.name}: {self._so_far()} in {self.seconds:.1f} s; {news}."]
        if self.failures:
            lines.append(f"The rows that failed stand in {self.errors_at}.")
        return "\n".join(lines)


def masked(value: str) -> str:
    """Enough to find the cell, not enough to tell on anybody."""
    return value if len(value) <= 4 else f"{value[:2]}…{value[-2:]}"


def defused(value: str) -> str:
    """A spreadsheet must not run what a stranger wrote into a cell."""
    return f"'{value}" if value.startswith(FORMULA_BEGINNINGS) else value


def _refusal(response: httpx.Response) -> RowError:
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    first = (problem.get("errors") or [{}])[0]
    code = str(first.get("code") or problem.get("code") or f"status_{response.status_code}")
    sentence = str(first.get("detail") or problem.get("detail") or problem.get("title") or "tickets refused the row.")
    return RowError(str(first.get("pointer", "")).lstrip("/"), code, sentence)


def _is_repeat(response: httpx.Response) -> bool:
    """Known by the key of the request, or by the key of the row: then it is the first ticket that answers."""
    if response.headers.get("Idempotency-Replayed") == "true" or response.status_code == 200:
        return True
    return bool(response.json().get("repeated"))


def _is_in_flight(response: httpx.Response) -> bool:
    return "flight" in response.text


def _community_of(sign_in: SignIn, named: str) -> str:
    """The one named, by id or name; else the only one in which the account works."""
    with sign_in.client("members") as client:
        found = _communities(client, named) if named else _communities_of_account(client, sign_in.role)
    if len(found) != 1:
        names = ", ".join(area["name"] for area in found) or "none"
        raise fail(f"say with --community which one the rows belong to; there are: {names}", USAGE)
    return str(found[0]["id"])


def _communities(client: httpx.Client, named: str) -> list[dict[str, Any]]:
    areas = client.get("/v1/areas", params={"kind": "community", "limit": 200}).raise_for_status().json()["items"]
    return [area for area in areas if named in (area["id"], area["name"])] or areas


def _communities_of_account(client: httpx.Client, role: str) -> list[dict[str, Any]]:
    me = client.get("/v1/me").raise_for_status().json()
    scopes = {grant["scope_id"] for grant in me["grants"] if grant["scope_kind"] == "area" and grant["role"] == role}
    areas = client.get("/v1/areas", params={"kind": "community", "limit": 200}).raise_for_status().json()["items"]
    return [area for area in areas if scopes & set(area["path"])]
