"""Any order of gifts, votes, orders, payments and withdrawals: the service does what the plain oracle says."""

import asyncio
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Verbosity, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from chassis.refused import Refused
from chassis.service import Running
from chassis.transaction import Transaction
from cli.databases import execute
from services.funds.domain.approval import Decision
from services.funds.domain.donation import Form, Publish
from services.funds.handlers import applications, approvals, donations, payments
from services.funds.views.verify import Check, verify
from tests.conftest import Templates
from tests.running import built, environ
from tests.services.funds.oracle import AUTHOR, Case, Oracle
from tests.services.funds.world import World

FEN = some.integers(1, 300_000)
GOES = some.sampled_from(["nowhere", "in hand", "to the bank", "to the bank"])
SOMETIMES = some.sampled_from([True, False, False])
VOTERS = some.sampled_from([AUTHOR, "first", "second", "third"])
CASHIERS = some.sampled_from(["cashier", "other_cashier"])


@pytest.fixture(scope="module")
def world(templates: Templates) -> Iterator[World]:
    loop = asyncio.new_event_loop()
    values, database = loop.run_until_complete(templates.clone("funds", lambda: built("funds")))
    with environ(values):
        running = Running(built("funds"))
    made = World(loop, running)
    made.run(made.prepare())
    yield made
    made.run(running.close())
    loop.close()
    execute(f"{templates.cluster.database_url}/postgres", [f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"])


@dataclass
class Real:
    """What stands in the service for something of the oracle."""

    plain: Any
    id: UUID
    approval: UUID | None = None
    hash: bytes = b""
    commitment: UUID | None = None


class Fund(RuleBasedStateMachine):
    world: ClassVar[World]
    cases = Bundle("cases")
    slips = Bundle("slips")
    gifts = Bundle("gifts")

    def __init__(self) -> None:
        super().__init__()
        self.oracle = Oracle()
        self.fund, self.slip = self.world.run(self.world.new_fund())

    def does(self, who: str, work: Any) -> tuple[str, Any]:
        """The word with which the service answers, and what it gave."""

        async def done() -> Any:
            async with self.world.acting(who) as tx:
                return await work(tx)

        try:
            return "ok", self.world.run(done())
        except Refused as refused:
            return refused.code, None

    @initialize(target=gifts, fen=some.integers(300_000, 500_000))
    def begin(self, fen: int) -> Any:
        return self.receive(fen)

    @rule(target=gifts, fen=FEN, sure=SOMETIMES)
    def more_money(self, fen: int, sure: bool) -> Any:
        return self.receive(fen) if sure else multiple()

    def receive(self, fen: int) -> Any:
        gift = self._gift(uuid4(), fen)
        assert self.does("clerk", lambda tx: donations.receive_donation(gift, tx))[0] == self.oracle.receive(fen)
        return gift

    def _gift(self, id: UUID, fen: int) -> donations.ReceiveDonation:
        common: dict[str, Any] = {"received_on": None, "donor_id": None, "publish": Publish.TOTAL, "reference": None}
        return donations.ReceiveDonation(id=id, fund_id=self.fund, form=Form.MONEY, amount_fen=fen, **common)

    @rule(gift=gifts, more=some.integers(0, 1))
    def receive_again(self, gift: donations.ReceiveDonation, more: int) -> None:
        """I11: the same is the same, something else under its key never posts."""
        again = dataclasses.replace(gift, amount_fen=int(str(gift.amount_fen)) + more)
        word, _ = self.does("clerk", lambda tx: donations.receive_donation(again, tx))
        assert word == ("conflicting_source" if more else "ok")

    @rule(target=cases, fen=FEN, votes=some.sampled_from([0, 1, 2, 2, 2, 2]))
    def ask(self, fen: int, votes: int) -> Real:
        """A case with its first votes, so that most of them get somewhere."""
        real = self._asked(fen)
        for who in ("first", "second")[:votes]:
            self.vote(real, who, "yes")
        return real

    def _asked(self, fen: int) -> Real:
        """Written as rows: how a case gets there is tried elsewhere."""
        id, approval, hash = self.world.run(self.world.new_case(self.fund, fen))
        return Real(Case(fen), id, approval, hash)

    @rule(real=cases, who=VOTERS, decision=some.sampled_from(["yes", "yes", "yes", "no"]))
    def vote(self, real: Real, who: str, decision: str) -> None:
        cast = approvals.CastVote(
            approval_id=real.approval or uuid4(),
            decision=Decision(decision),
            amount_fen=real.plain.fen,
            subject_hash=real.hash,
            reason="r",
        )
        assert self.does(who, lambda tx: approvals.cast_vote(cast, tx))[0] == self.oracle.vote(
            real.plain, who, decision
        )

    @rule(target=slips, real=cases, share=some.integers(1, 4), final=some.booleans(), goes=GOES)
    def prepare(self, real: Real, share: int, final: bool, goes: str) -> Any:
        commitment = self._commitment(real)
        if commitment is None:
            return multiple()
        fen = max(1, real.plain.fen * share // 3)
        order = payments.PreparePayment(
            id=uuid4(), commitment_id=commitment, amount_fen=fen, final=final, payee={"name": "n"}
        )
        word, _ = self.does(AUTHOR, lambda tx: payments.prepare_payment(order, tx))
        assert word == self.oracle.prepare(real.plain, fen, final)
        if word != "ok":
            return multiple()
        slip = Real(self.oracle.slips[-1], order.id)
        if goes != "nowhere":
            self.hand(slip, "cashier", "take")
        if goes == "to the bank":
            self.send(slip, "cashier")
        return slip

    def _commitment(self, real: Real) -> UUID | None:
        async def found(tx: Transaction) -> Any:
            statement = text("SELECT id FROM commitment WHERE approval_id = :approval")
            return (await tx.execute(statement, {"approval": real.approval})).scalar_one_or_none()

        made: UUID | None = self.does("clerk", found)[1]
        assert (made is not None) == (real.plain.state in ("approved", "paid") or real.plain.released > 0)
        return made

    @rule(real=slips, who=CASHIERS, move=some.sampled_from(["take", "take", "put_back"]))
    def hand(self, real: Real, who: str, move: str) -> None:
        command = payments.MovePayment(id=real.id, expected=None, not_paid=True)
        handler = payments.take_payment if move == "take" else payments.put_back_payment
        assert self.does(who, lambda tx: handler(command, tx))[0] == getattr(self.oracle, move)(real.plain, who)

    @rule(real=slips, who=CASHIERS)
    def send(self, real: Real, who: str) -> None:
        async def sent(tx: Transaction) -> Any:
            command = payments.SendPayment(
                id=real.id,
                expected=None,
                amount_fen=real.plain.fen,
                bank_ref=uuid4().hex.upper(),
                paid_on=None,
                documents=(self.slip,),
            )
            return await payments.send_payment(command, tx)

        assert self.does(who, sent)[0] == self.oracle.send(real.plain, who)

    @rule(real=cases, sure=SOMETIMES)
    def withdraw(self, real: Real, sure: bool) -> None:
        if not sure:
            return
        command = applications.ReasonedMove(id=real.id, expected=None, reason="r")
        word, _ = self.does("clerk", lambda tx: applications.withdraw_application(command, tx))
        assert word == self.oracle.withdraw(real.plain)

    @invariant()
    def the_fund_has_what_the_oracle_has(self) -> None:
        async def seen(tx: Transaction) -> Any:
            statement = text(
                "SELECT cash_fen, committed_fen, last_seq FROM fund_available JOIN fund_head USING (fund_id)"
                " WHERE fund_id = :f"
            )
            return tuple((await tx.execute(statement, {"f": self.fund})).one())

        oracle = self.oracle
        assert self.does("clerk", seen)[1] == (oracle.cash, oracle.committed, oracle.entries)
        assert oracle.cash >= oracle.committed >= 0


def test_any_order_of_steps_does_what_the_oracle_says(world: World) -> None:
    tried(world, 25)


@pytest.mark.slow
def test_two_hundred_orders_of_steps_do_what_the_oracle_says(world: World) -> None:
    tried(world, 200)


def tried(world: World, runs: int) -> None:
    Fund.world = world
    run_state_machine_as_test(
        Fund,
        settings=settings(
            max_examples=runs,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert world.run(wrong(world)) == []


async def wrong(world: World) -> list[Check]:
    """What the auditor's checks find in all the funds that the runs have left behind."""
    async with world.running.reading() as tx:
        return [check for check in await verify(tx) if check.bad]
