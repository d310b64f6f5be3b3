"""The metadata all tables of tickets stand in, and the columns most of them share."""

from typing import Any

from sqlalchemy import Column, DateTime, MetaData, Uuid

from chassis.database import INTERNAL

metadata = MetaData()


def moment(name: str, **options: Any) -> Column[Any]:
    return Column(name, DateTime(timezone=True), info=INTERNAL, **options)


def key(name: str = "id") -> Column[Any]:
    return Column(name, Uuid, primary_key=True, info=INTERNAL)


def ref(name: str, **options: Any) -> Column[Any]:
    return Column(name, Uuid, info=INTERNAL, **options)
