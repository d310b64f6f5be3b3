"""Encrypted columns and the keyed index that finds them.

AES-256-GCM with a random 96-bit nonce; the additional data names table, column and row, so that a ciphertext moved
to another row does not open. A person or case has a data key of its own, wrapped by the service's key: destroying
it destroys what it sealed. Numbers are found by HMAC-SHA-256 under another key: 11 digits without one are guessed
in minutes.
"""

import base64
import hmac
import os
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.settings import Settings

_NONCE = 12


class Sealing:
    """The keys of one service."""

    def __init__(self, settings: Settings) -> None:
        self._service_key = _key(settings.sealing_key.get_secret_value(), "sealing_key")
        self._index_key = _key(settings.index_key.get_secret_value(), "index_key")

    def new_data_key(self) -> tuple[bytes, bytes]:
        """A fresh data key and its wrapped form, which is what a `data_keys` row holds."""
        key = AESGCM.generate_key(bit_length=256)
        return key, seal_bytes(key, self._service_key, "data_key")

    def unwrap(self, wrapped: bytes) -> bytes:
        return unseal_bytes(wrapped, self._service_key, "data_key")

    def seal(self, value: str, *, key: bytes | None = None, aad: str) -> bytes:
        """Encrypt under a data key (or the service's own). `aad` is table.column:row."""
        return seal_bytes(value.encode(), key or self._service_key, aad)

    def unseal(self, sealed: bytes, *, key: bytes | None = None, aad: str) -> str:
        """Decrypt; raises `cryptography.exceptions.InvalidTag` where key, row or bytes do not fit."""
        return unseal_bytes(sealed, key or self._service_key, aad).decode()

    def index(self, value: str) -> bytes:
        """The form in which a value is matched and counted without being known."""
        return hmac.digest(self._index_key, value.encode(), sha256)


def seal_bytes(value: bytes, key: bytes, aad: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, value, aad.encode())


def unseal_bytes(sealed: bytes, key: bytes, aad: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], aad.encode())


def _key(encoded: str, name: str) -> bytes:
    key = base64.b64decode(encoded or "")
    if len(key) != 32:
        raise ValueError(f"{name} must be 32 bytes in base64")
    return key
