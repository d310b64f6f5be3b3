"""Every setting of the console, typed, with its default."""

import secrets

from pydantic import Field, SecretStr, model_validator

from chassis.settings import Settings


class ConsoleSettings(Settings):
    """Read from `YIHU_CONSOLE_<FIELD>`, else from `YIHU_<FIELD>`."""

    keys: SecretStr = SecretStr("")  # signing keys, newest first, parted by commas
    demo_accounts: str = ""  # path of run.json, or its JSON: a button per role at sign-in
    gateway_url: str = ""  # the phone simulator; empty: no stage
    secure_cookies: bool = False  # behind TLS: __Host- names, Secure, HSTS
    telephone: str = "023-6280 1234"  # the community's own number, on every resident page
    zone: str = "Asia/Shanghai"

    panel_main_ms: int = 2_000
    panel_side_ms: int = 400
    panel_retry_ms: int = 2_000
    names_ms: int = 150
    command_ms: int = 5_000
    asks_at_once: int = 20
    asks_waiting: int = 64
    health_every_seconds: float = 5
    probe_every_seconds: float = 2
    session_tokens_max: int = 2_000
    token_renew_seconds: float = 30  # a token this near its end is traded anew
    live_queue: int = 256
    live_backlog: int = 10_000
    live_streams: int = 500
    live_renew_seconds: float = 300
    report_hours: int = 24
    track_tries_per_minute: int = 20
    entries_keep_days: int = 730
    forget_batch: int = Field(default=1_000, gt=0)

    @model_validator(mode="after")
    def _fit_for_production(self) -> "ConsoleSettings":
        if self.environment == "prod" and not self.keys.get_secret_value():
            raise ValueError("YIHU_CONSOLE_KEYS has no default in production")
        if self.environment == "prod" and self.demo_accounts:
            raise ValueError("YIHU_DEMO_ACCOUNTS is refused in production")
        return self

    def signing_keys(self) -> tuple[bytes, ...]:
        """Newest first. Outside production a key may be made for the life of the process."""
        given = [key.strip() for key in self.keys.get_secret_value().split(",") if key.strip()]
        return tuple(key.encode() for key in given) or (secrets.token_bytes(32),)
