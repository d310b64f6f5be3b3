"""What runs: the programs of one instance, their ports and their environment."""

import json
import os
import random
import socket
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.databases import SERVICES
from cli.failures import CannotStart
from cli.keys import Keys

ROOT = Path(__file__).resolve().parent.parent
PORT_BASE = 8800
PORTS = {"console": 0, "members": 1, "tickets": 2, "funds": 3, "notify": 4, "gateway": 10}
WORKER_PORTS_AFTER = 20
POSTGRES_PORT, REDIS_PORT = 40, 41
FREE_BASES = range(10_000, 32_000, 50)  # below the ports that outgoing connections take
FREE_BASE_TRIES_MAX = 50
SERVERS = ("postgres", "redis")
PASSWORDS_IN = ("_DATABASE_URL", "_OWNER_URL")  # each program is given its own and no other


@dataclass(frozen=True, slots=True)
class Program:
    """One process: `python -m <module> <role>`."""

    name: str
    service: str
    module: str
    role: str | None
    port: int

    @property
    def argv(self) -> list[str]:
        return [sys.executable, "-m", self.module, *([self.role] if self.role else [])]


def programs(base: int) -> list[Program]:
    """The gateway first: notify pushes to it as soon as it runs."""
    found = [Program("gateway", "gateway", "demo.gateway", None, base + PORTS["gateway"])]
    for service in SERVICES:
        module = "console" if service == "console" else f"services.{service}"
        front = "web" if service == "console" else "api"
        port = base + PORTS[service]
        found.append(Program(f"{service}-{front}", service, module, front, port))
        found.append(Program(f"{service}-worker", service, module, "worker", port + WORKER_PORTS_AFTER))
    return found


def names(base: int = PORT_BASE) -> list[str]:
    return [*(program.name for program in programs(base)), *SERVERS]


def matching(name: str) -> list[str]:
    """The programs meant by a name: its own, or all of a service."""
    found = [program.name for program in programs(PORT_BASE) if name in (program.name, program.service)]
    if name in SERVERS:
        found.append(name)
    if not found:
        raise LookupError(f"nothing is called {name}; there are: {', '.join([*PORTS, *names()])}")
    return found


def urls(base: int) -> dict[str, str]:
    return {service: f"http://127.0.0.1:{base + offset}" for service, offset in PORTS.items()}


def base_from_environment() -> int:
    given = os.environ.get("YIHU_PORT_BASE", str(PORT_BASE))
    if not given.isdigit() or not 1024 <= int(given) <= 65_000:
        raise CannotStart(f"YIHU_PORT_BASE is {given!r}; it must be a number from 1024 to 65000")
    return int(given)


def free_base() -> int:
    """A base whose ports nobody uses at the moment."""
    for base in random.sample(FREE_BASES, FREE_BASE_TRIES_MAX):
        if not taken(base):
            return base
    raise CannotStart("no free range of ports was found on 127.0.0.1")


def taken(base: int) -> list[int]:
    return [port for port in all_ports(base) if not _is_free(port)]


def all_ports(base: int) -> Iterable[int]:
    return (program.port for program in programs(base))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every program is told about the instance it runs in."""

    directory: Path
    base: int
    keys: Keys
    databases: Mapping[str, Mapping[str, str]]
    redis_url: str | None

    def environment(self, program: Program) -> dict[str, str]:
        if program.service == "gateway":
            return self._shared() | self._gateway()
        return self._shared() | self._of_service(program)

    def _shared(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.endswith(PASSWORDS_IN)}
        addresses = {f"YIHU_{service.upper()}_URL": url for service, url in urls(self.base).items()}
        own = {
            "YIHU_ENVIRONMENT": "embedded",
            "YIHU_SERVICE_KEYS": json.dumps(self.keys.public()),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
            "PYTHONUNBUFFERED": "1",
            "FASTSTREAM_SUPERVISOR_DISABLED": "1",
        }
        if self.redis_url:
            own["YIHU_REDIS_URL"] = self.redis_url
        return inherited | addresses | own

    def _of_service(self, program: Program) -> dict[str, str]:
        service, prefix = program.service, f"YIHU_{program.service.upper()}"
        port = "WORKER_PORT" if program.role == "worker" else "PORT"
        return {
            f"{prefix}_DATABASE_URL": self.databases[service]["app"],
            f"{prefix}_HOST": "127.0.0.1",
            f"{prefix}_{port}": str(program.port),
            f"{prefix}_SIGNING_KEY": self.keys.signing[service],
            f"{prefix}_SEALING_KEY": self.keys.sealing[service],
            f"{prefix}_INDEX_KEY": self.keys.index[service],
        } | self._only_for(service)

    def migration(self, service: str) -> dict[str, str]:
        """Migrations run as the owner of the database; a running service never knows her password."""
        prefix = f"YIHU_{service.upper()}"
        program = next(each for each in programs(self.base) if each.service == service)
        keeper = {
            "YIHU_MEMBERS_FIRST_KEEPER_LOGIN": self.keys.keeper["login"],
            "YIHU_MEMBERS_FIRST_KEEPER_PASSWORD": self.keys.keeper["password"],
            "YIHU_MEMBERS_FIRST_KEEPER_TOTP": self.keys.keeper["totp_secret"],
        }
        owner = {f"{prefix}_OWNER_URL": self.databases[service]["owner"]}
        first = {"members": keeper, "notify": {"YIHU_NOTIFY_FIRST_API_KEY": self.keys.notify}}
        return self.environment(program) | owner | first.get(service, {})

    def _only_for(self, service: str) -> dict[str, str]:
        gateway = urls(self.base)["gateway"]
        table = {
            "tickets": {
                "YIHU_TICKETS_TRACKING_KEY": self.keys.tracking,
                "YIHU_TICKETS_BLOBS_DIR": str(self.directory / "blobs"),
            },
            "notify": {
                "YIHU_NOTIFY_PROVIDER_BASE_URL": gateway,
                "YIHU_NOTIFY_PROVIDER_KEY_ID": self.keys.gateway_id,
                "YIHU_NOTIFY_PROVIDER_KEY_SECRET": self.keys.gateway_secret,
                "YIHU_NOTIFY_PUSH_SECRET": self.keys.push_secret,
            },
            "console": {
                "YIHU_CONSOLE_KEYS": self.keys.console,
                "YIHU_CONSOLE_DEMO_ACCOUNTS": str(self.directory / "run.json"),
                "YIHU_CONSOLE_GATEWAY_URL": gateway,
            },
        }
        return table.get(service, {})

    def _gateway(self) -> dict[str, str]:
        pushes = f"{urls(self.base)['notify']}/providers/aliyun/{self.keys.push_secret}"
        return {
            "YIHU_GATEWAY_PORT": str(self.base + PORTS["gateway"]),
            "YIHU_GATEWAY_DATA": str(self.directory / "gateway"),
            "YIHU_GATEWAY_ACCESS_KEY_ID": self.keys.gateway_id,
            "YIHU_GATEWAY_ACCESS_KEY_SECRET": self.keys.gateway_secret,
            "YIHU_GATEWAY_REPORT_URL": f"{pushes}/reports",
            "YIHU_GATEWAY_UPLINK_URL": f"{pushes}/uplinks",
            "YIHU_GATEWAY_TEMPLATES": str(self.directory / "templates.json"),
        }
