"""Scripts, styles and drawings under content-hashed names, read once at start and served from memory.

An altered vendored file keeps the console from starting. Style sheets go out as one file, in the order of the layers.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response

from console import vendor

STATIC = Path(__file__).parent / "static"
STYLES = ("tokens", "base", "components", "screens", "residents", "print")
SCRIPTS = ("settled-input", "clock-text", "live-panel", "phone-sim")
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    packed: bytes
    media_type: str

    def response(self, headers: Headers) -> Response:
        packed = "gzip" in headers.get("accept-encoding", "")
        sent = {"cache-control": FOREVER, "vary": "accept-encoding", "x-content-type-options": "nosniff"}
        if packed:
            sent["content-encoding"] = "gzip"
        return Response(self.packed if packed else self.content, media_type=self.media_type, headers=sent)


class Assets:
    """All assets by hashed name; `path("console.css")` is what templates write."""

    def __init__(self) -> None:
        vendor.verify()
        self._by_name: dict[str, Asset] = {}
        self._paths: dict[str, str] = {}
        self._add("console.css", b"\n".join((STATIC / "css" / f"{name}.css").read_bytes() for name in STYLES))
        self._add("elements.js", b"\n".join((STATIC / "js" / f"{name}.js").read_bytes() for name in SCRIPTS))
        for name in ("icons.svg", "vendor/htmx.min.js", "vendor/hx-sse.min.js"):
            self._add(name, (STATIC / name).read_bytes())

    def path(self, name: str) -> str:
        return self._paths[name]

    def find(self, hashed: str) -> Asset | None:
        return self._by_name.get(hashed)

    def _add(self, name: str, content: bytes) -> None:
        plain = Path(name)
        hashed = f"{plain.stem}.{hashlib.sha256(content).hexdigest()[:12]}{plain.suffix}"
        self._by_name[hashed] = Asset(content, gzip.compress(content, 9), TYPES[plain.suffix])
        self._paths[name] = f"/static/{hashed}"
