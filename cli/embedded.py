"""Real PostgreSQL and real Valkey of one directory: they serve when no YIHU_DATABASE_URL or YIHU_REDIS_URL is set."""

from pathlib import Path
from typing import Literal

from cli.postgres import Postgres
from cli.valkey import Valkey


class Embedded:
    """Both servers of one directory. `start` is idempotent and finds the data of the last time."""

    def __init__(self, directory: Path, postgres_port: int = 0, redis_port: int = 0) -> None:
        self.directory = directory.resolve()
        self.postgres = Postgres(self.directory, postgres_port)
        self.redis = Valkey(self.directory, redis_port)

    @property
    def database_url(self) -> str:
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        return self.redis.url

    def start(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.postgres.start()
        self.redis.start()

    def stop(self) -> None:
        self.redis.stop()
        self.postgres.stop()

    def start_redis(self) -> None:
        self.redis.start()

    def kill_redis(self) -> None:
        self.redis.kill()

    def start_postgres(self) -> None:
        self.postgres.start()

    def stop_postgres(self, mode: Literal["fast", "smart", "immediate"] = "fast") -> None:
        self.postgres.stop(mode)
