"""Every setting of notify, typed, with its default and reason."""

from datetime import time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr

from chassis.settings import Settings
from services.notify.domain.caps import Cap
from services.notify.domain.guard import Guard
from services.notify.domain.hours import Hours

if TYPE_CHECKING:
    from chassis.service import Running


class NotifySettings(Settings):
    """The provider and its pushes, the sender, hours and caps, and the pace of the loops."""

    provider_base_url: str = "https://dysmsapi.aliyuncs.com"
    provider_key_id: str = ""
    provider_key_secret: SecretStr = SecretStr("")
    push_secret: SecretStr = SecretStr("")
    push_url: str = ""
    push_addresses: list[str] = Field(default=["127.0.0.0/8", "::1/128"])

    sender_signature: str = "南岸妇联"
    sender_base_number: str = "106900000427"
    sender_ext_width: int = 2
    public_url: str = ""

    # Mail goes out by this server (smtps://host:465, or smtp://host:587 with STARTTLS); without one it waits, parked.
    smtp_url: str = ""
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = "noreply@localhost"
    # The key an embedded installation is born with: `{name}-{organisation}-{secret}`, made by its first migration.
    first_api_key: SecretStr = SecretStr("")

    # What the law and good manners allow: hours of notices in Asia/Shanghai, texts per number.
    notice_from: time = time(7, 30)
    notice_until: time = time(21, 30)
    mutual_aid_from: time = time(8)
    mutual_aid_until: time = time(21)
    promotion_from: time = time(8)
    promotion_until: time = time(22)
    # What the contract says one billable part costs; shown with every preview.
    price_fen_per_part: float = 4.5
    cap_notice_day: int = 10
    cap_mutual_aid_day: int = 3
    cap_promotion_day: int = 1
    cap_promotion_week: int = 4
    cap_emergency_hour: int = 6
    cap_all_day: int = 40
    spacing_seconds: float = 3
    cap_code_minute: int = 1
    cap_code_hour: int = 5
    cap_code_day: int = 10
    cap_code_prefix_hour: int = 100
    cap_code_community_hour: int = 1_000
    cap_code_all_hour: int = 10_000
    cap_auto_day: int = 3
    uplinks_per_minute_max: int = 200

    # Hosts an administrator has approved for webhooks, robots and providers of her own; exceptions are host:port.
    approved_hosts: list[str] = Field(default=["qyapi.weixin.qq.com", "oapi.dingtalk.com"])
    guard_exceptions: list[str] = Field(default=[])

    # The vendor allows 20 calls at once; 4 of them are kept for codes.
    in_flight: int = 20
    in_flight_for_codes: int = 4
    prefetch: int = 200
    contact_keep_seconds: float = 60
    sender_poll_seconds: float = 0.25
    resolver_every_seconds: float = 1
    # A stream of a tray ends before the chassis ends every request (10 s); each one keeps one of its places.
    tray_stream_seconds: float = 8
    tray_streams_max: int = 50
    # How long the words of texts are kept, sealed as they are; ids, states and codes stay.
    keep_sent_days: int = 30
    keep_received_days: int = 90
    keep_deliveries_days: int = 30
    retention_every_seconds: float = 3_600
    retention_batch: int = 5_000

    @cached_property
    def pages_url(self) -> str:
        """Where residents' pages are: what stands before a link's token."""
        return (self.public_url or self.console_url).rstrip("/")

    @cached_property
    def guard(self) -> Guard:
        """The guard over every address that somebody else named."""
        return Guard(frozenset(map(str.lower, self.approved_hosts)), frozenset(map(str.lower, self.guard_exceptions)))

    @cached_property
    def class_hours(self) -> dict[str, Hours]:
        """When each class that keeps hours may go out."""
        return {
            "notice": Hours(self.notice_from, self.notice_until),
            "mutual-aid": Hours(self.mutual_aid_from, self.mutual_aid_until),
            "promotion": Hours(self.promotion_from, self.promotion_until),
        }

    @cached_property
    def caps(self) -> dict[str, tuple[Cap, ...]]:
        """The caps per number of each class."""
        minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
        return {
            "code": (Cap(self.cap_code_minute, minute), Cap(self.cap_code_hour, hour), Cap(self.cap_code_day, day)),
            "notice": (Cap(self.cap_notice_day, day),),
            "mutual-aid": (Cap(self.cap_mutual_aid_day, day),),
            "promotion": (Cap(self.cap_promotion_day, day), Cap(self.cap_promotion_week, 7 * day)),
            "emergency": (Cap(self.cap_emergency_hour, hour),),
            "auto": (Cap(self.cap_auto_day, day),),
        }

    @cached_property
    def caps_of_all(self) -> tuple[Cap, ...]:
        """The cap per number over every class."""
        return (Cap(self.cap_all_day, timedelta(days=1)),)

    @cached_property
    def crowd_caps(self) -> dict[str, tuple[Cap, ...]]:
        """The caps of codes over a range of numbers, a community, and everybody."""
        hour = timedelta(hours=1)
        return {
            "prefix": (Cap(self.cap_code_prefix_hour, hour),),
            "community": (Cap(self.cap_code_community_hour, hour),),
            "all": (Cap(self.cap_code_all_hour, hour),),
        }

    @property
    def push_base_url(self) -> str:
        """Where providers reach us."""
        return (self.push_url or self.notify_url).rstrip("/")


def settings_of(running: "Running") -> NotifySettings:
    """The settings of a running process of notify."""
    assert isinstance(running.settings, NotifySettings)
    return running.settings
