"""What goes wrong on purpose. A count says how many of the next cases a fault hits: 0 none, -1 all until changed."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=-1, le=1_000_000)]


class Line(StrEnum):
    """The state of one number at its carrier."""

    IN_SERVICE = "in_service"
    UNALLOCATED = "unallocated"
    SUSPENDED = "suspended"
    POWERED_OFF = "powered_off"
    BLACKLISTED = "blacklisted"


REASONS = {
    Line.UNALLOCATED: "空号",
    Line.SUSPENDED: "停机",
    Line.POWERED_OFF: "关机",
    Line.BLACKLISTED: "黑名单",
}


class Faults(BaseModel):
    """Everything off is the default.

    `silent`, `error_after_accepting` and the `answer_…` strike after accepting, `disconnect` and `error_5xx` before.
    An empty `refuse_code` is the vendor's word for an account that may not send. A text to a phone that is off waits
    `powered_off_seconds` for it.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    latency_ms: int = Field(0, ge=0, le=120_000)
    silent: Count = 0
    silence_ms: int = Field(30_000, ge=0, le=120_000)
    error_5xx: Count = 0
    error_after_accepting: Count = 0
    disconnect: Count = 0
    answer_html: Count = 0
    answer_huge: Count = 0
    answer_bomb: Count = 0
    throttle: Count = 0
    refuse: Count = 0
    refuse_code: str = Field("", pattern=r"^(?:|[A-Za-z]+\.[A-Za-z_.]+|\d{3,5})$")
    query_5xx: Count = 0

    report_lost: Count = 0
    report_late: Count = 0
    report_late_seconds: float = Field(86_400, ge=0)
    report_double: Count = 0
    report_reordered: Count = 0
    report_before_answer: Count = 0
    report_forged: Count = 0
    report_unknown: Count = 0
    report_mismatch: Count = 0
    report_contradictory: Count = 0
    report_bad_item: Count = 0

    uplink_double: Count = 0
    extension_stripped: Count = 0
    powered_off_seconds: float = Field(86_400, ge=0)
    numbers: dict[str, Line] = Field(default_factory=dict)

    def take(self, name: str) -> bool:
        """True when the fault hits this case; a counted fault is used up by it."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left != 0

    def line(self, number: str) -> Line:
        return self.numbers.get(number, Line.IN_SERVICE)

    def set_line(self, number: str, line: Line) -> None:
        rest = {other: state for other, state in self.numbers.items() if other != number}
        self.numbers = rest if line is Line.IN_SERVICE else rest | {number: line}
