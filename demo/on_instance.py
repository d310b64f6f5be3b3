"""The system of the story on an embedded instance: what `cli` starts, seen as the story needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from cli.instance import Instance
from demo.system import System


@dataclass(frozen=True, slots=True)
class InstanceControl:
    instance: Instance

    def kill(self, name: str) -> None:
        self.instance.kill(name)

    def stop(self, name: str) -> None:
        self.instance.stop(name)

    def start(self, name: str) -> None:
        self.instance.start(name)

    def clock_shift(self) -> timedelta:
        return self.instance.clock()

    def shift_clock(self, by: timedelta) -> None:
        self.instance.shift_clock(by)

    def save_accounts(self, accounts: Mapping[str, Any]) -> None:
        self.instance.save_accounts(dict(accounts))


def system_on(instance: Instance) -> System:
    run = instance.run()
    return System(
        urls=run["urls"],
        databases={service: urls["app"] for service, urls in run["databases"].items()},
        redis_url=run["redis_url"] or "",
        log_directory=Path(run["log"]),
        keeper=run["keeper"],
        control=InstanceControl(instance),
    )
