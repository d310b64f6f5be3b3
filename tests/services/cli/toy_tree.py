"""A repository in small: the real cli, and programs that only answer; so starting and hurting are tested alone."""

import shutil
from pathlib import Path

from cli.databases import SERVICES
from cli.programs import ROOT

PROGRAM = """
import http.server, os, sys
service, role = {service!r}, sys.argv[1] if len(sys.argv) > 1 else "gateway"
prefix = "YIHU_" + service.upper() + "_"
if role == "migrate":
    import asyncio, asyncpg
    async def migrate():
        connection = await asyncpg.connect(os.environ[prefix + "OWNER_URL"])
        await connection.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num text)")
        await connection.execute("CREATE TABLE clock (shift interval NOT NULL)")
        await connection.execute("INSERT INTO alembic_version VALUES ('0001_first')")
        await connection.execute("INSERT INTO clock VALUES (interval '0')")
    asyncio.run(migrate())
    sys.exit()

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = os.environ.get("TOY", "").encode() if self.path == "/toy" else b"ok"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text)
    def do_PUT(self):
        self.do_GET()
    def log_message(self, *words):
        pass

port = os.environ[prefix + ("WORKER_PORT" if role == "worker" else "PORT")]
http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Answer).serve_forever()
"""


def toy_tree(home: Path) -> Path:
    """Path = import holds here too: `services/tickets/__main__.py` is `python -m services.tickets`."""
    shutil.copytree(ROOT / "cli", home / "cli", ignore=shutil.ignore_patterns("__pycache__"))
    for service in SERVICES:
        folder = home / ("console" if service == "console" else f"services/{service}")
        versions = folder / "migrations/versions"
        versions.mkdir(parents=True)
        (versions / "0001_first.py").write_text('revision = "0001_first"\n')
        (folder / "__main__.py").write_text(PROGRAM.format(service=service))
    for package in ("services", "demo"):  # else a PYTHONPATH with the real ones (pytest-xdist sets one) is before them
        (home / package).mkdir(exist_ok=True)
        (home / package / "__init__.py").touch()
    (home / "services/notify/filed.py").write_text('print("[]")\n')
    gateway = home / "demo/gateway"
    gateway.mkdir(parents=True)
    (gateway / "__main__.py").write_text(PROGRAM.format(service="gateway"))
    return home
