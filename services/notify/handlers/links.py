"""The address of a prompt's own page: 128 bits that only we can make again, of which only the hash is kept."""

import base64
from hashlib import sha256
from typing import Final
from uuid import UUID

from chassis.sealing import Sealing

TOKEN_BYTES: Final = 16


def token(sealing: Sealing, prompt_id: UUID) -> str:
    """The token of a prompt: the same each time it is asked, so that no link sent before goes dead."""
    return base64.urlsafe_b64encode(sealing.index(f"prompt-link:{prompt_id}")[:TOKEN_BYTES]).decode().rstrip("=")


def hashed(link_token: str) -> bytes:
    return sha256(link_token.encode()).digest()
