"""The columns that notify's tables are made of; each says what it may hold."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    Uuid,
)

from chassis.database import INTERNAL

metadata = MetaData()


def uuid(name: str = "id", **more: Any) -> Column[Any]:
    return Column(name, Uuid, info=INTERNAL, **more)


def words(name: str, info: dict[str, str] = INTERNAL, **more: Any) -> Column[Any]:
    return Column(name, Text, info=info, nullable=more.pop("nullable", False), **more)


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), info=INTERNAL, nullable=nullable)


def octets(name: str, info: dict[str, str], *, nullable: bool = True, **more: Any) -> Column[Any]:
    return Column(name, LargeBinary, info=info, nullable=nullable, **more)


def count(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Integer, info=INTERNAL, nullable=nullable)


def flag(name: str) -> Column[Any]:
    return Column(name, Boolean, info=INTERNAL, nullable=False)
