"""A collector for the length of the story: it keeps every trace and measure it is sent, to be searched at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread

FOLDER = "traces"


@contextmanager
def collected(log_directory: Path) -> Iterator[dict[str, dict[str, str]]]:
    """While it listens: what a system's environment needs to send its traces here."""
    folder = log_directory / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), keeping_in(folder))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {"*": {"YIHU_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_port}"}}
    finally:
        server.shutdown()
        server.server_close()


def keeping_in(folder: Path) -> type[BaseHTTPRequestHandler]:
    numbers = count()

    class Keeping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            kind = self.path.rpartition("/")[2]
            (folder / f"{next(numbers):06d}.{kind}").write_bytes(sent)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the story's own lines are what is read."""

    return Keeping


def batches(log_directory: Path) -> dict[str, bytes]:
    """What was collected, by kind (`traces`, `metrics`); names and words stand in the bytes as they are."""
    kept: dict[str, bytes] = {}
    for path in sorted((log_directory / FOLDER).glob("*.*")):
        kind = path.suffix[1:]
        kept[kind] = kept.get(kind, b"") + path.read_bytes()
    return kept
