"""Every secret of one instance, made once and kept in keys.json (mode 0600)."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self
from uuid import NAMESPACE_DNS, UUID, uuid4, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.databases import SERVICES
from cli.secret_files import write_secret

DEMO_ORGANISATION: Final[UUID] = uuid5(NAMESPACE_DNS, "demo.yihu.example/中一路社区")


@dataclass(frozen=True, slots=True)
class Keys:
    """Raw 32-byte keys as base64; each service is given its own and everybody's public ones.

    `notify` is the key of a client of the compatible API, which belongs to the first community of the demo.
    """

    signing: dict[str, str]
    sealing: dict[str, str]
    index: dict[str, str]
    tracking: str
    console: str
    gateway_id: str
    gateway_secret: str
    push_secret: str
    keeper: dict[str, str]
    notify: str

    @classmethod
    def new(cls) -> Self:
        return cls(
            signing={service: _key() for service in SERVICES},
            sealing={service: _key() for service in SERVICES},
            index={service: _key() for service in SERVICES},
            tracking=_key(),
            console=secrets.token_urlsafe(32),
            gateway_id="gateway",
            gateway_secret=secrets.token_urlsafe(24),
            push_secret=secrets.token_urlsafe(24),
            keeper={
                "login": "keeper",
                "password": secrets.token_urlsafe(15),
                "totp_secret": base64.b32encode(secrets.token_bytes(20)).decode(),
            },
            notify=f"demo-{DEMO_ORGANISATION}-{uuid4()}",
        )

    @classmethod
    def of(cls, directory: Path) -> Self:
        """Those of the directory; what it has none of is made now."""
        path = directory / "keys.json"
        kept = json.loads(path.read_text()) if path.exists() else {}
        whole = asdict(cls.new()) | kept
        if whole != kept:
            write_secret(path, json.dumps(whole, indent=1))
        return cls(**whole)

    def public(self) -> dict[str, str]:
        return {service: _public(seed) for service, seed in self.signing.items()}


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _public(seed: str) -> str:
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()
