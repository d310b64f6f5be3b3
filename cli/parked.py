"""`parked`: events that could not be applied and wait for a person, with their reason; replay or give them up."""

import uuid
from typing import Annotated, Any

import typer

from cli.options import USAGE, AsJson, Directory, answer, chosen, fail
from cli.sign_in import SignIn

SERVICES = ("members", "tickets", "funds", "notify")
ACCOUNT = "keeper"

app = typer.Typer(help="Events that wait for a person.", no_args_is_help=True)
Service = Annotated[str, typer.Option(help="The service that could not apply them.")]
Event = Annotated[str, typer.Option("--event", help="One event, by id.")]
Subject = Annotated[str, typer.Option(help="All of one subject, by id.")]
Reason = Annotated[str, typer.Option(help="All of one reason.")]
Account = Annotated[str, typer.Option("--as", help="The account that does it.")]


@app.command("list")
def list_parked(service: Service = "", directory: Directory = None, as_json: AsJson = False) -> None:
    """What is parked, and why.   Example: ./yihu parked list"""
    found = {name: _ask(directory, name, "GET", "/operations/parked")["items"] for name in _named(service)}
    rows = [f"{name:<9}{_line(item)}" for name, items in found.items() for item in items]
    answer(found, "\n".join(rows) or "nothing is parked", as_json)


@app.command()
def replay(
    service: Service,
    event: Event = "",
    subject: Subject = "",
    reason: Reason = "",
    directory: Directory = None,
    as_json: AsJson = False,
) -> None:
    """Apply them again, in order.   Example: ./yihu parked replay --service tickets --reason handler_failed"""
    done = _ask(directory, service, "POST", "/operations/parked:replay", _which(event, subject, reason))
    answer(done, f"{done['settled']} events were applied", as_json)


@app.command()
def discard(
    service: Service,
    why: Annotated[str, typer.Option(help="Goes on record.")],
    event: Event = "",
    subject: Subject = "",
    reason: Reason = "",
    account: Account = ACCOUNT,
    directory: Directory = None,
    as_json: AsJson = False,
) -> None:
    """Give them up, on record.   Example: ./yihu parked discard --service tickets --event ID --why "a test event"

    In funds the first call asks; another account's same call confirms.
    """
    body = _which(event, subject, reason) | {"why": why}
    done = _ask(directory, service, "POST", "/operations/parked:discard", body, account)
    waiting = f"; {done['asked']} wait for another person's confirmation" if done["asked"] else ""
    answer(done, f"{done['settled']} events were given up{waiting}", as_json)


def _ask(
    directory: Any, service: str, method: str, path: str, body: dict[str, str] | None = None, account: str = ACCOUNT
) -> dict[str, Any]:
    with SignIn(chosen(directory), account).client(_named(service)[0]) as client:
        response = client.request(method, path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
    if response.status_code >= 400:
        problem = response.json()
        raise fail(f"{service} refused: {problem.get('code')} {problem.get('detail') or ''}".strip())
    document: dict[str, Any] = response.json()
    return document


def _named(service: str) -> list[str]:
    if service and service not in SERVICES:
        raise fail(f"no service is called {service}; there are: {', '.join(SERVICES)}", USAGE)
    return [service] if service else list(SERVICES)


def _which(event: str, subject: str, reason: str) -> dict[str, str]:
    chosen_ones = {"event_id": event, "subject": subject, "reason": reason}
    found = {name: value for name, value in chosen_ones.items() if value}
    if not found:
        raise fail("say which: --event, --subject or --reason", USAGE)
    return found


def _line(item: dict[str, Any]) -> str:
    return (
        f"{item['event_id']}  {item['producer']}/{item['lane']}/{item['position']}  {item['state']}  {item['reason']}"
    )
