"""The parts of a running web process, made once in `app.py` and handed to every request."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.ask.client import Service
from console.ask.operations import Health
from console.ask.simulator import Simulator
from console.chronicle.store import Chronicle
from console.live import Hub
from console.rendering import Rendering
from console.security import Seals
from console.session import Cookie, Sessions
from console.settings import ConsoleSettings


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a page may need; no globals."""

    settings: ConsoleSettings
    rendering: Rendering
    seals: Seals
    cookie: Cookie
    services: Mapping[str, Service]
    sessions: Sessions
    health: Health
    chronicle: Chronicle
    hub: Hub
    simulator: Simulator | None
