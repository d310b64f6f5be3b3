"""Every setting, typed, with its default; read once from the environment when a process starts."""

import json
import os
from typing import Literal, TypeVar, get_origin

from pydantic import BaseModel, ConfigDict, Field, SecretStr

SettingsT = TypeVar("SettingsT", bound="Settings")


class Settings(BaseModel):
    """What every service has. A service's own settings class adds its fields.

    Each field is read from `YIHU_<SERVICE>_<FIELD>`, else from `YIHU_<FIELD>`. Times are in the unit of the name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    environment: Literal["embedded", "test", "prod"] = "embedded"
    version: str = "0.1.0"

    database_url: str = ""
    owner_url: str = ""
    redis_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 0
    worker_port: int = 0
    members_url: str = "http://127.0.0.1:8801"
    tickets_url: str = "http://127.0.0.1:8802"
    funds_url: str = "http://127.0.0.1:8803"
    notify_url: str = "http://127.0.0.1:8804"
    console_url: str = "http://127.0.0.1:8800"

    signing_key: SecretStr = SecretStr("")
    service_keys: dict[str, str] = Field(default_factory=dict)
    members_jwks: dict[str, object] = Field(default_factory=dict)
    sealing_key: SecretStr = SecretStr("")
    index_key: SecretStr = SecretStr("")
    otlp_endpoint: str | None = None

    # The feed (defaults and reasons: docs/architecture.md, "The feed").
    feed_lanes: int = 2
    feed_sequence_every_ms: int = 50
    feed_sequence_batch: int = 1_000
    feed_push_maxlen: int = 10_000
    feed_push_check_seconds: float = 5
    feed_pull_every_seconds: float = 5
    feed_pull_unwell_seconds: float = 0.5
    feed_unwell_after_seconds: float = 5
    feed_pull_limit: int = 500
    feed_pull_bytes: int = 1_000_000
    feed_apply_batch: int = 200
    feed_attempts: int = 5
    feed_passing_minutes: float = 10
    feed_event_max_bytes: int = 16_384
    feed_keep_rows_days: int = 30
    feed_keep_marks_days: int = 90
    feed_notify_every_ms: int = 10

    # Limits: nothing is unbounded, and a refused request has done nothing.
    requests_at_once: int = 64
    requests_waiting: int = 128
    request_wait_seconds: float = 2
    request_seconds: float = 10
    body_max_bytes: int = 1_000_000
    page_default: int = 50
    page_max: int = 200
    pool_size: int = 10
    pool_wait_seconds: float = 2
    statement_seconds: float = 5
    worker_statement_seconds: float = 30
    lock_seconds: float = 2
    idle_in_transaction_seconds: float = 10
    command_tries: int = 3
    once_keep_days: int = 7
    timer_every_ms: int = 200
    timer_batch: int = 100
    timer_attempts: int = 5
    timer_claim_seconds: float = 15
    grants_fresh_seconds: float = 60
    step_up_minutes: int = 15
    ask_seconds: float = 5
    shutdown_seconds: float = 8

    def url_of(self, service: str) -> str:
        """Where a service of ours answers."""
        return str(getattr(self, f"{service}_url"))


def load(settings: type[SettingsT], service: str, environ: dict[str, str] | None = None) -> SettingsT:
    """Read the settings of one service. An unreadable value names its variable."""
    env = dict(os.environ) if environ is None else environ
    values: dict[str, object] = {"service": service}
    for name, field in settings.model_fields.items():
        raw = env.get(f"YIHU_{service.upper()}_{name.upper()}", env.get(f"YIHU_{name.upper()}"))
        if raw is None or name == "service":
            continue
        structured = get_origin(field.annotation) in (dict, list, tuple)
        values[name] = json.loads(raw) if structured else raw
    return settings.model_validate(values)
