"""The same chain the way it is commonly written: ORM rows, commit then publish, consumers one by one.

FastAPI, SQLAlchemy's ORM and a plain FastStream app on Redis streams with consumer groups. No outbox, no once-marks,
no order, no retries: what is lost between a commit and its publish is lost. Roles: `api`, `assigner`, `notifier`.
"""

import asyncio
import logging
import os
import sys
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import uvicorn
from fastapi import FastAPI
from faststream import FastStream
from faststream.redis import RedisBroker, StreamSub
from pydantic import BaseModel
from sqlalchemy import DateTime, ForeignKey, String, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.flow.provider import Provider

GROUPS = 6


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012


class Rule(Base):
    __tablename__ = "rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(String, index=True)
    group: Mapped[str]
    leader_phone: Mapped[str]


class Ticket(Base):
    __tablename__ = "tickets"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    category: Mapped[str]
    description: Mapped[str]
    state: Mapped[str] = mapped_column(default="received")
    group: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Assignment(Base):
    __tablename__ = "assignments"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"))
    rule_id: Mapped[int]
    explanation: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)


class Message(Base):
    __tablename__ = "messages"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    ticket_id: Mapped[UUID] = mapped_column(index=True)
    phone: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    created_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class NewTicket(BaseModel):
    category: str
    description: str


class Filed(BaseModel):
    id: UUID
    state: str


class Report(BaseModel):
    out_id: UUID
    success: bool


DATABASE_URL = os.environ.get("BENCH_DATABASE_URL", "postgresql+asyncpg://nobody@localhost/none")
REDIS_URL = os.environ.get("BENCH_REDIS_URL", "redis://localhost:6379")
engine = create_async_engine(DATABASE_URL, pool_size=20)
Session = async_sessionmaker(engine, expire_on_commit=False)
logging.disable(logging.CRITICAL)  # its log line per message would cost it a tenth
broker = RedisBroker(REDIS_URL)
web = FastAPI()


@web.post("/tickets", status_code=201)
async def create_ticket(body: NewTicket) -> Filed:
    async with Session() as session:
        ticket = Ticket(category=body.category, description=body.description)
        session.add(ticket)
        await session.commit()
    await broker.publish({"ticket_id": str(ticket.id)}, stream="bench.filed")
    return Filed(id=ticket.id, state=ticket.state)


@web.post("/reports")
async def receive_reports(reports: list[Report]) -> dict[str, int]:
    for report in reports:
        async with Session() as session:
            message = await session.get(Message, report.out_id)
            if message is not None:
                message.state = "delivered" if report.success else "failed"
                message.delivered_at = now()
                await session.commit()
    return {"code": 0}


async def assign(body: dict[str, str]) -> None:
    async with Session() as session:
        ticket = await session.get_one(Ticket, UUID(body["ticket_id"]))
        rule = (await session.execute(select(Rule).where(Rule.category == ticket.category))).scalar_one()
        ticket.group, ticket.state = rule.group, "assigned"
        explanation = f"{ticket.category} goes to {rule.group}"
        session.add(Assignment(ticket_id=ticket.id, rule_id=rule.id, explanation=explanation))
        await session.commit()
    await broker.publish({"ticket_id": str(ticket.id), "phone": rule.leader_phone}, stream="bench.assigned")


async def tell(body: dict[str, str]) -> None:
    async with Session() as session:
        message = Message(ticket_id=UUID(body["ticket_id"]), phone=body["phone"])
        session.add(message)
        await session.commit()
        if await provider.send(message.phone, str(message.id), body["ticket_id"][:8]):
            message.state, message.submitted_at = "submitted", now()
            await session.commit()


provider = Provider(
    os.environ.get("BENCH_GATEWAY_URL", ""),
    os.environ.get("BENCH_KEY_ID", ""),
    os.environ.get("BENCH_KEY_SECRET", ""),
    httpx.AsyncClient(),
)


async def prepare() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    async with Session() as session:
        session.add_all(Rule(category=f"c{n}", group=f"g{n}", leader_phone=f"1380000{9000 + n}") for n in range(GROUPS))
        await session.commit()


async def serve() -> None:
    await broker.connect()
    port = int(os.environ["BENCH_PORT"])
    await uvicorn.Server(
        uvicorn.Config(web, host="127.0.0.1", port=port, log_level="error", timeout_keep_alive=60)
    ).serve()


async def consume(role: str) -> None:
    stream, handler = {"assigner": ("bench.filed", assign), "notifier": ("bench.assigned", tell)}[role]
    broker.subscriber(stream=StreamSub(stream, group=role, consumer="1"))(handler)
    await FastStream(broker).run()


if __name__ == "__main__":
    work = {"prepare": prepare, "api": serve}.get(sys.argv[1])
    asyncio.run(work() if work else consume(sys.argv[1]))
