"""Who calls: a JWT (HS256) that a client signed with the secret of one of its organisation's keys.

`iss` is the organisation, `iat` at most 30 s off. No or no bearer token is 401; a token with anything wrong is 403.
"""

import time
from typing import Annotated, Any, Final
from uuid import UUID

import jwt
from fastapi import Request
from jwt.types import Options

from chassis.auth import Actor
from chassis.edge import Edge, by_api_key
from services.notify.api.govuk.errors import AUTH, Said
from services.notify.domain.api_key import REVOKED, ApiKey
from services.notify.store.api_keys import Known

CLOCK_SECONDS_MAX: Final = 30
_PARTS: Final[Options] = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
_UNPROVEN: Final[Options] = {**_PARTS, "verify_signature": False}


async def owner_of(request: Request) -> Actor:
    """The key a token is signed with; kept with the request for whoever needs more of it than its id."""
    token = _bearer(request)
    key = await _signer(request, token, _issuer(token))
    request.state.api_key = key
    return Actor(api_key=key.id)


def key_of(edge: Edge) -> ApiKey:
    """The key of this request."""
    key: ApiKey = edge.request.state.api_key
    return key


def _bearer(request: Request) -> str:
    given = request.headers.get("authorization", "")
    if not given:
        raise Said(401, [(AUTH, "Unauthorized: authentication token must be provided")])
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer":
        raise Said(401, [(AUTH, "Unauthorized: authentication bearer scheme must be used")])
    return token


def _issuer(token: str) -> UUID:
    try:
        head = jwt.get_unverified_header(token)
        claims: dict[str, Any] = jwt.decode(token, options=_UNPROVEN)
    except jwt.PyJWTError as error:
        raise _refused("Invalid token: signature, api token is not valid") from error
    if head.get("typ") == "service+jwt":
        raise _refused("services_do_not_send")
    if head.get("alg") != "HS256":
        raise _refused("Invalid token: algorithm used is not HS256")
    if "iss" not in claims:
        raise _refused("Invalid token: iss field not provided")
    try:
        return UUID(str(claims["iss"]))
    except ValueError as error:
        raise _refused("Invalid token: service id is not the right data type") from error


async def _signer(request: Request, token: str, community_id: UUID) -> ApiKey:
    known = await Known.of(request.app.state.running, community_id)
    if not known.keys:
        raise _refused("Invalid token: service not found")
    for key, secret in known.keys:
        try:
            claims = jwt.decode(token, secret, ["HS256"], options=_PARTS)
        except jwt.PyJWTError:
            continue
        _check_time(claims)
        if key.state == REVOKED:
            raise _refused("Invalid token: API key revoked")
        return key
    raise _refused("Invalid token: API key not found")


def _check_time(claims: dict[str, Any]) -> None:
    issued = claims.get("iat")
    if not isinstance(issued, int | float):
        raise _refused("Invalid token: iat field not provided")
    if abs(int(time.time()) - issued) > CLOCK_SECONDS_MAX:
        raise _refused("Error: Your system clock must be accurate to within 30 seconds")


def _refused(message: str) -> Said:
    return Said(403, [(AUTH, message)])


Client = Annotated[Edge, by_api_key(owner_of)]
