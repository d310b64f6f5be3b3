"""`python -m demo.gateway`: serve on loopback until told to stop."""

import socket
import sys

import uvicorn

from demo.gateway.app import build
from demo.gateway.settings import Launch

LOOPBACK = "127.0.0.1"


def main() -> None:
    launch = Launch.from_environment()
    listening = socket.create_server((LOOPBACK, launch.port), backlog=512)
    sys.stdout.write(f"gateway listening on http://{LOOPBACK}:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    server = uvicorn.Server(
        uvicorn.Config(build(launch), access_log=False, log_level="warning", timeout_graceful_shutdown=2)
    )
    server.run(sockets=[listening])


if __name__ == "__main__":
    main()
