"""X2: every component in every state, from fixtures; not in production."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask.operations import Standing
from console.ask.simulator import Phone, Text, Thread
from console.pages.ribbon import Mark
from console.panels import Panel
from console.screen import AnyScreen
from console.views import ClockView, Fault, Trouble, Turn, clock_of

router = APIRouter()
NOW = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
THREAD = "10690000042701"
CASE = UUID("0192f0c1-0000-7000-8000-000000000001")
STATES = (
    "draft", "received", "assigned", "accepted", "in_progress", "deliberating", "adopted", "waiting_resident",
    "waiting_external", "resolved", "following_up", "closed", "rejected", "merged", "withdrawn",
)  # fmt: skip


@router.get("/dev/gallery")
async def gallery(screen: AnyScreen) -> Response:
    return await screen.show(
        "demo/gallery.html", states=STATES, clocks=_clocks(), calm=_calm(), troubles=_troubles(), turns=_turns(),
        standings=_standings(), handset=_phone(), marks=_marks(), now=NOW,
    )  # fmt: skip


def _clocks() -> list[ClockView]:
    dues = (timedelta(days=1, hours=3), timedelta(hours=1, minutes=20), timedelta(minutes=-35))
    return [clock_of(NOW + due, "open", NOW) for due in dues] + [
        clock_of(NOW, "paused", NOW),
        clock_of(None, "closed", NOW),
    ]


def _calm() -> list[Panel[None]]:
    return [
        Panel(None, "notify", NOW, "away", "/dev/gallery", NOW - timedelta(minutes=4)),
        Panel(None, "tickets", NOW, "late", "/dev/gallery"),
        Panel(None, "funds", NOW, "busy", "/dev/gallery"),
        Panel(None, "members", NOW, "forbidden"),
    ]


def _troubles() -> list[Trouble]:
    return [
        Trouble("invalid", "", faults=(Fault("unit", "3-2-12?"),), status=422),
        Trouble("refused", "cannot_accept_when_closed", moves=("reopen",), status=409),
        Trouble("stale", "stale", status=412),
        Trouble("busy", "", wait_seconds=5, status=429),
        Trouble("unsure", "", status=503),
        Trouble("error", "internal", trace_id="4bf92f3577b34da6a3ce929d0e0e4736", status=500),
    ]


def _turns() -> list[Turn]:
    return [
        Turn(NOW - timedelta(hours=3), "move", "plus", "已登记 Filed", "王**", "楼道垃圾没人收 <b>", ("待分派",)),
        Turn(NOW - timedelta(hours=2), "message", "check-check", "受理通知 Received", "138****0427", None, ("已送达",)),
        Turn(NOW - timedelta(hours=1), "trouble", "x", "回访 Follow-up", "138****0427", None, ("失败", "空号")),
        Turn(NOW, "answer", "message-square", "居民答复 Answered", None, "没有解决"),
        Turn(NOW, "note", "notebook-pen", "备注 Note", "李**", "明天上午十点再去一次"),
    ]


def _standings() -> list[Standing]:
    return [
        Standing("members", "normal"),
        Standing("tickets", "slow"),
        Standing("funds", "catching_up", 12),
        Standing("notify", "stopped", 7, NOW),
        Standing("chronicle", "normal"),
    ]


def _phone() -> Phone:
    texts = (
        _text("1", "from_handset", "楼道垃圾没人收,灯也不亮", "delivered"),
        _text("2", "to_handset", "【南岸妇联】已收到,编号20260302-01-00001-7,查询码0427。", "delivered"),
        _text("3", "to_handset", "【南岸妇联】办好了吗?回复1或4。", "failed", "停机"),
    )
    return Phone(number="13800000427", label="王师傅", threads=(Thread(number=THREAD, messages=texts),))


def _text(number: str, direction: str, words: str, state: str, reason: str | None = None) -> Text:
    return Text(
        id=number, thread=THREAD, direction=direction, text=words, at=NOW, state=state, reason=reason, segments=(40,)
    )


def _marks() -> list[Mark]:
    return [
        Mark(3, "tickets", "ticket_assigned", "0001", NOW, CASE),
        Mark(2, "notify", "message_delivered", "0002", NOW, CASE),
        Mark(1, "tickets", "restricted", "", NOW, None),
        Mark(4, "tickets", "ticket_filed", "0003", NOW, CASE, 12),
    ]
