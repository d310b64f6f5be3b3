"""The one place where funds is wired."""

from chassis.service import Service
from chassis.settings import load
from chassis.timers import Timer
from services.funds.api import applications, approvals, books, documents, donations, duties, funds, payments
from services.funds.domain.permission import AAL2, PERMISSIONS, SENSITIVE
from services.funds.domain.states import pages
from services.funds.events import EVENTS
from services.funds.handlers.approvals import expire_approval, remind_approvers
from services.funds.handlers.commitments import expire_commitment
from services.funds.handlers.periods import next_period
from services.funds.inbox import READS
from services.funds.settings import FundsSettings
from services.funds.store.ready import ledger_is_guarded

TIMERS = (
    Timer("next_period", next_period),
    Timer("approval_reminder", remind_approvers),
    Timer("approval_expiry", expire_approval),
    Timer("commitment_expiry", expire_commitment),
)


def build() -> Service:
    """Funds as it runs: every part by name. It moves money, so Redis only wakes it, and giving up takes two people."""
    nouns = (funds, duties, donations, applications, approvals, payments, documents, books)
    return Service(
        name="funds",
        settings=load(FundsSettings, "funds"),
        routers=[noun.router for noun in nouns],
        events=EVENTS,
        reads=READS,
        doorbell=True,
        discard_by_two=True,
        timers=TIMERS,
        permissions=PERMISSIONS,
        aal2=AAL2,
        sensitive=SENSITIVE,
        ready_checks=(ledger_is_guarded,),
        states=pages(),
    )
