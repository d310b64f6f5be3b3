"""The running system as the story needs it: addresses, a first account, and somebody who can stop and start things."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol


class Control(Protocol):
    """Stops and starts parts of the system by name: a service, `redis` or `postgres`."""

    def kill(self, name: str) -> None: ...

    def stop(self, name: str) -> None: ...

    def start(self, name: str) -> None: ...

    def clock_shift(self) -> timedelta:
        """How far the system's clock is from the real one."""
        ...

    def shift_clock(self, by: timedelta) -> None:
        """Move the clock of every database and of the gateway."""
        ...

    def save_accounts(self, accounts: Mapping[str, Any]) -> None:
        """Keep the demo accounts, by role, where `./yihu token` and the sign-in page find them."""
        ...


@dataclass(frozen=True, slots=True)
class System:
    urls: Mapping[str, str]  # by service, with `console` and `gateway`
    databases: Mapping[str, str]  # by service, with `console`; only read, and only to prove
    redis_url: str
    log_directory: Path
    keeper: Mapping[str, str]  # login, password, totp_secret of the first account
    control: Control
