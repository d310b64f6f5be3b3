"""A document: evidence to a case. Its type is read from its bytes, and what a camera wrote into it is taken out."""

import hashlib
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from chassis.refused import Refused

SIZE_MAX: Final = 10_000_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    content: bytes
    media_type: str
    sha256: str


def accepted(content: bytes, *, stated_sha256: str | None) -> Document:
    """Refuse what is too large, of another type, or not what the sender says it is; keep the rest without metadata."""
    if len(content) > SIZE_MAX:
        raise Refused("too_large", status=413, limit=SIZE_MAX)
    if stated_sha256 is not None and stated_sha256.lower() != hashlib.sha256(content).hexdigest():
        raise Refused("hash_mismatch", status=422)
    for magic, media_type, clean in _TYPES:
        if content.startswith(magic):
            return _document(content, media_type, clean)
    raise Refused("type_not_allowed", status=422, allowed=[media_type for _, media_type, _ in _TYPES])


def _document(content: bytes, media_type: str, clean: Callable[[bytes], bytes]) -> Document:
    try:
        cleaned = clean(content)
    except (IndexError, struct.error, ValueError) as broken:
        raise Refused("type_not_allowed", status=422, detail="the file is damaged") from broken
    return Document(content=cleaned, media_type=media_type, sha256=hashlib.sha256(cleaned).hexdigest())


def _pdf(content: bytes) -> bytes:
    if b"%%EOF" not in content[-1024:]:
        raise ValueError("cut short")
    return content


def _png(content: bytes) -> bytes:
    return _PNG + b"".join(chunk for name, chunk in _png_chunks(content) if name in _PNG_KEPT)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    name = b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise ValueError("cut short")
        yield name, content[at:end]
        at = end


def _jpeg(content: bytes) -> bytes:
    """Drop every application and comment segment but JFIF's own; from the scan on nothing is touched."""
    kept, at = [content[:2]], 2
    while content[at + 1] != 0xDA:
        if content[at] != 0xFF:
            raise ValueError("no marker")
        (length,) = struct.unpack_from(">H", content, at + 2)
        marker, end = content[at + 1], at + 2 + length
        if not (0xE1 <= marker <= 0xEF or marker == 0xFE):
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, content[at:]])


_TYPES: Final[tuple[tuple[bytes, str, Callable[[bytes], bytes]], ...]] = (
    (b"%PDF-", "application/pdf", _pdf),
    (_PNG, "image/png", _png),
    (b"\xff\xd8\xff", "image/jpeg", _jpeg),
)
