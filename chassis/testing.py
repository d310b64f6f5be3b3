"""Crash points: named places where a test may have the process killed. They do nothing in ordinary life."""

import os
import signal
from typing import Final

CRASHPOINTS: Final = frozenset(
    f"{place}.{side}"
    for place in ("commit", "sequence", "apply", "park", "replay", "timer", "report")
    for side in ("before_commit", "after_commit")
) | {
    "announce.before_notify",
    "push.before",
    "push.after_one",
    "push.after_all",
    "pull.after_fetch",
    "apply.after_mark",
    "apply.effect",
    "timer.effect",
    "sms.after_claim",
    "sms.after_call",
    "forget.mid",
}

_armed, _, _passes = os.environ.get("YIHU_CRASHPOINT", "").partition(":")
_left = int(_passes or "1")
_only = os.environ.get("YIHU_CRASHPOINT_SUBJECT", "")


def armed() -> str:
    """The crash point this process is to die at, or "". Production refuses to start with one."""
    return _armed


def crashpoint(name: str, subject: object = "") -> None:
    """Kill this process (SIGKILL) at the k-th pass of the place named in `YIHU_CRASHPOINT=name:k`.

    With `YIHU_CRASHPOINT_SUBJECT` only passes of that subject count: an event, or a timer, that kills whoever takes it.
    """
    global _left
    if name != _armed or (_only and str(subject) != _only):
        return
    _left -= 1
    if _left <= 0:
        os.write(2, f"killed at {name}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
