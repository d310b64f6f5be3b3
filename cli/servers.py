"""PostgreSQL and Redis of one instance: those given by the environment, else our own child processes."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cli.children import free_port
from cli.databases import SERVICES, derive_urls, prepare_database
from cli.embedded import Embedded
from cli.programs import POSTGRES_PORT, REDIS_PORT

Addresses = dict[str, dict[str, str]]


class Servers:
    def __init__(self, directory: Path, base: int) -> None:
        self.embedded = Embedded(directory, free_port(base + POSTGRES_PORT), free_port(base + REDIS_PORT))
        self.given = {service: _given(service) for service in SERVICES}
        self.shorthand = os.environ.get("YIHU_DATABASE_URL")
        self.owns_postgres = not self.shorthand and not all(self.given.values())
        self.owns_redis = not os.environ.get("YIHU_REDIS_URL")
        if self.owns_redis:
            self.embedded.redis.prepare()

    def start(self, is_stopped: Callable[[str], bool]) -> None:
        """Start what is ours and does not run."""
        if self.owns_postgres and not is_stopped("postgres"):
            self.embedded.postgres.start()
        if self.owns_redis and not is_stopped("redis"):
            self.embedded.redis.start()

    def stop(self) -> None:
        self.embedded.stop()

    def databases(self) -> Addresses:
        """A service's own addresses hold where they are given; the others follow from the shorthand."""
        derived = [service for service in SERVICES if not self.given[service]]
        found = {service: given for service, given in self.given.items() if given}
        if derived:
            admin = self.shorthand or self.embedded.database_url
            with ThreadPoolExecutor(len(derived)) as pool:
                list(pool.map(lambda service: prepare_database(admin, service), derived))
            for service in derived:
                app, owner = derive_urls(admin, service)
                found[service] = {"app": app, "owner": owner}
        return found

    def redis_url(self) -> str:
        return os.environ.get("YIHU_REDIS_URL") or self.embedded.redis_url

    def programs(self) -> Iterator[tuple[str, dict[str, object]]]:
        """As they stand in run.json."""
        owned = (
            ("postgres", self.embedded.postgres, self.owns_postgres),
            ("redis", self.embedded.redis, self.owns_redis),
        )
        for name, server, ours in owned:
            if ours:
                pid = server.process.pid if server.process is not None and server.process.poll() is None else None
                yield name, {"pid": pid, "port": server.port, "restarts": 0, "state": "running" if pid else "stopped"}


def _given(service: str) -> dict[str, str]:
    prefix = f"YIHU_{service.upper()}"
    app, owner = os.environ.get(f"{prefix}_DATABASE_URL"), os.environ.get(f"{prefix}_OWNER_URL")
    return {"app": app, "owner": owner or app} if app else {}
