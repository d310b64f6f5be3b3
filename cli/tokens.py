"""`token`: a fresh access token of a demo account, for curl."""

from typing import Annotated

import typer

from cli.options import AsJson, Directory, answer, chosen
from cli.sign_in import SignIn

ROLES = "resident member leader secretary operator counsellor treasurer auditor district message_manager keeper"


def token(
    role: Annotated[str, typer.Argument(help=ROLES)],
    audience: Annotated[str, typer.Option("--for", help="The service that will be asked.")] = "tickets",
    directory: Directory = None,
    as_json: AsJson = False,
) -> None:
    """Sign in as the demo's account of a role.   Example: curl -H "Authorization: Bearer $(./yihu token operator)" …"""
    fresh = SignIn(chosen(directory), role).token(audience)
    answer({"token": fresh, "role": role, "audience": audience}, fresh, as_json)
