"""Files on their way in and out: an import with its file and rows, an export with its file. Words stand sealed."""

from sqlalchemy import ARRAY, Boolean, Column, Double, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, text

from chassis.database import INTERNAL, SENSITIVE
from services.tickets.store.tables.base import key, metadata, moment, ref

imports = Table(
    "imports",
    metadata,
    key(),
    ref("community_id", nullable=False),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("layout", Text, info=INTERNAL),
    Column("reason", Text, nullable=False, info=INTERNAL),
    Column("position", Integer, nullable=False, info=INTERNAL),
    Column("rows_read", Integer, nullable=False, info=INTERNAL),
    Column("made", Integer, nullable=False, info=INTERNAL),
    Column("duplicates", Integer, nullable=False, info=INTERNAL),
    Column("failed", Integer, nullable=False, info=INTERNAL),
    Column("flagged", Integer, nullable=False, info=INTERNAL),
    Column("seconds", Double, nullable=False, info=INTERNAL),
    Column("rows_expected", Integer, info=INTERNAL),
    ref("made_by"),
    moment("made_at", nullable=False),
    moment("finished_at"),
    moment("activated_at"),
    Column("revision", Integer, nullable=False, info=INTERNAL),
)
Index("imports_running", imports.c.made_at, postgresql_where=text("state IN ('running', 'activating')"))

import_chunks = Table(
    "import_chunks",
    metadata,
    Column("import_id", Uuid, ForeignKey("imports.id"), primary_key=True, info=INTERNAL),
    Column("no", Integer, primary_key=True, info=INTERNAL),
    Column("sealed", LargeBinary, nullable=False, info=SENSITIVE),
)

import_rows = Table(
    "import_rows",
    metadata,
    Column("import_id", Uuid, ForeignKey("imports.id"), primary_key=True, info=INTERNAL),
    Column("row", Integer, primary_key=True, info=INTERNAL),
    Column("outcome", Text, nullable=False, info=INTERNAL),
    Column("flags", ARRAY(Text), nullable=False, info=INTERNAL),
    Column("ticket_id", Uuid, ForeignKey("tickets.id"), info=INTERNAL),
    Column("fault_column", Text, info=INTERNAL),
    Column("fault", Text, info=INTERNAL),
    Column("raw_sealed", LargeBinary, info=SENSITIVE),
    moment("due_at"),
    moment("closed_at"),
    Column("is_open", Boolean, info=INTERNAL),
    Column("active", Boolean, nullable=False, info=INTERNAL),
)
Index("import_rows_ticket", import_rows.c.ticket_id)

exports = Table(
    "exports",
    metadata,
    key(),
    ref("community_id", nullable=False),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("format", Text, nullable=False, info=INTERNAL),
    Column("reason", Text, nullable=False, info=INTERNAL),
    Column("rows", Integer, nullable=False, info=INTERNAL),
    Column("file_sealed", LargeBinary, info=SENSITIVE),
    ref("made_by", nullable=False),
    moment("made_at", nullable=False),
    moment("filed_from", nullable=False),
    moment("filed_until", nullable=False),
    moment("finished_at"),
)
Index("exports_made_by", exports.c.made_by, exports.c.made_at)
