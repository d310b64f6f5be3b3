"""What the gateway is started with (environment), and what may be changed while it runs."""

import os
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

SUBMISSIONS_KEPT_MAX = 1_000_000
"""Older submissions are forgotten: the log is a provider's record, not an archive."""

BASE_NUMBER = "106900000427"
"""The number handsets show for a signature that was filed without one of its own."""


class Launch(BaseModel):
    """Read once, from `YIHU_GATEWAY_*`."""

    model_config = ConfigDict(frozen=True)

    port: int = Field(8810, ge=0, le=65535)
    data: Path = Path(".yihu/gateway")
    access_key_id: str = "gateway"
    access_key_secret: str = "gateway-secret"  # noqa: S105  the demo account of a simulator bound to loopback
    report_url: str | None = None
    uplink_url: str | None = None
    tencent_report_url: str | None = None
    tencent_uplink_url: str | None = None
    twilio_uplink_url: str | None = None
    kannel_uplink_url: str | None = None
    residents: Path | None = None
    templates: Path | None = None
    base_number: str = Field(BASE_NUMBER, pattern=r"^\d{5,18}$")

    @classmethod
    def from_environment(cls) -> Self:
        given = {name: os.environ.get(f"YIHU_GATEWAY_{name.upper()}") for name in cls.model_fields}
        return cls.model_validate({name: value for name, value in given.items() if value})


class Settings(BaseModel):
    """What an operator changes at the vendors' desks, and how fast the simulated time of the rhythm runs.

    `report_url` and `uplink_url` are Aliyun's. Twilio and Kannel report to the address given with each text.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    report_url: str | None = Field(None, pattern=r"^https?://")
    uplink_url: str | None = Field(None, pattern=r"^https?://")
    tencent_report_url: str | None = Field(None, pattern=r"^https?://")
    tencent_uplink_url: str | None = Field(None, pattern=r"^https?://")
    twilio_uplink_url: str | None = Field(None, pattern=r"^https?://")
    kannel_uplink_url: str | None = Field(None, pattern=r"^https?://")
    report_delay_ms: int = Field(600, ge=0, le=3_600_000)
    time_scale: float = Field(1.0, ge=0, le=10)
    clock_shift_seconds: float = 0.0
    base_number: str = Field(BASE_NUMBER, pattern=r"^\d{5,18}$")

    def address(self, vendor: str, kind: str) -> str | None:
        """Where this vendor pushes reports or texts to."""
        name = f"{kind}_url" if vendor == "aliyun" else f"{vendor}_{kind}_url"
        url: str | None = getattr(self, name, None)
        return url


URLS = tuple(name for name in Settings.model_fields if name.endswith("_url"))
