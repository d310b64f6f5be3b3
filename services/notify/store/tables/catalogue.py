"""Senders, and the switches that stop a class of messages."""

from sqlalchemy import Table

from chassis.database import PUBLIC
from services.notify.store.tables.columns import count, flag, metadata, moment, uuid, words

senders = Table(
    "senders",
    metadata,
    words("base_number", primary_key=True),
    words("signature", PUBLIC),
    count("ext_width"),
    words("market"),
    uuid("organization_id"),
    count("revision"),
)

switches = Table(
    "switches",
    metadata,
    uuid(primary_key=True),
    words("message_class", unique=True),
    flag("stopped"),
    words("reason"),
    words("by"),
    moment("at"),
    count("revision"),
)
