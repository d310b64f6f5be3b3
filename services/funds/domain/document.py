"""A document: evidence to a case. Its type is read from its bytes; a picture is kept without what a camera wrote."""

import hashlib
from dataclasses import dataclass
from typing import Final

from chassis.refused import Refused

SIZE_MAX: Final = 10_000_000
PDF: Final = "application/pdf"
_TYPES: Final = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    content: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def media_type(content: bytes, *, stated_sha256: str | None) -> str:
    """What the bytes are; refused when they are too many, of another type, or not what the sender says they are."""
    if len(content) > SIZE_MAX:
        raise Refused("too_large", status=413, limit=SIZE_MAX)
    if stated_sha256 is not None and stated_sha256.lower() != hashlib.sha256(content).hexdigest():
        raise Refused("hash_mismatch", status=422)
    found = next((media_type for magic, media_type in _TYPES if content.startswith(magic)), None)
    if found is None:
        raise not_allowed()
    if found == PDF and b"%%EOF" not in content[-1024:]:
        raise not_allowed("the file is damaged")
    return found


def not_allowed(detail: str = "") -> Refused:
    return Refused("type_not_allowed", status=422, detail=detail, allowed=[media_type for _, media_type in _TYPES])
