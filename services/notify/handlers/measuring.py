"""What notify measures, by name; each instrument is made at its first use, when telemetry has begun."""

from functools import cache
from typing import Any

from chassis.telemetry import measure
from chassis.transaction import Transaction
from services.notify.domain.message import Message, State


@cache
def messages() -> Any:
    return measure.counter("yihu_sms_messages", "Messages that reached a state, by state and class")


@cache
def submit_seconds() -> Any:
    return measure.histogram("yihu_sms_submit_seconds", "Time from planned to submitted")


@cache
def deliver_seconds() -> Any:
    return measure.histogram("yihu_sms_deliver_seconds", "Time from submitted to delivered")


@cache
def outcomes() -> Any:
    return measure.counter("yihu_sms_outcomes", "Answers of providers, by provider and what they said")


@cache
def reports() -> Any:
    return measure.counter("yihu_sms_reports", "Delivery reports, by provider and what they did")


@cache
def replies() -> Any:
    return measure.counter("yihu_sms_replies", "Received texts, by what came of them")


@cache
def pushes_refused() -> Any:
    return measure.counter("yihu_sms_pushes_refused", "Pushes without proof")


def transition(message: Message, tx: Transaction) -> None:
    """Count a message in the state it has just reached."""
    labels = {"state": str(message.state), "class": message.message_class}
    messages().add(1, labels)
    if message.state is State.SUBMITTED:
        submit_seconds().record((tx.now - message.created_at).total_seconds(), {"class": message.message_class})
    elif message.state is State.DELIVERED and message.submitted_at is not None:
        deliver_seconds().record((tx.now - message.submitted_at).total_seconds(), {"class": message.message_class})
