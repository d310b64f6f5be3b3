"""The ledger's tables: the running role may only read them. Every write goes through a function of `migrations/sql`.

`book_id` is the first column of every key, so that a book can move to a shard of its own.
"""

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import INTERNAL, PUBLIC

metadata = MetaData()

book = Table(
    "book",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("currency", CHAR(3), nullable=False, info=PUBLIC),
    Column("zone", Text, nullable=False, info=PUBLIC),
)

chart = Table(
    "chart",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("standard", Text, nullable=False, unique=True, info=PUBLIC),
    Column("valid_from", Date, nullable=False, info=PUBLIC),
    Column("valid_to", Date, info=PUBLIC),
    Column("verified", Boolean, nullable=False, info=PUBLIC),
)

account = Table(
    "account",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("book_id", Uuid, ForeignKey("book.id"), info=INTERNAL),
    Column("chart_id", Uuid, ForeignKey("chart.id"), nullable=False, info=INTERNAL),
    Column("code", Text, nullable=False, info=PUBLIC),
    Column("name", Text, nullable=False, info=PUBLIC),
    Column("element", Text, nullable=False, info=PUBLIC),
    Column("cash", Text, nullable=False, info=PUBLIC),
    Column("postable", Boolean, nullable=False, info=PUBLIC),
    Column("parent_id", Uuid, ForeignKey("account.id"), info=INTERNAL),
    UniqueConstraint("book_id", "chart_id", "code", name="account_code_once", postgresql_nulls_not_distinct=True),
    CheckConstraint("element IN ('asset', 'liability', 'net_assets', 'income', 'expense')", name="account_element"),
    CheckConstraint("cash IN ('own', 'agency', 'no')", name="account_cash"),
)

fund = Table(
    "fund",
    metadata,
    Column("book_id", Uuid, ForeignKey("book.id"), primary_key=True, info=INTERNAL),
    Column("id", Uuid, primary_key=True, unique=True, info=INTERNAL),
    Column("community_id", Uuid, nullable=False, info=INTERNAL),
    Column("code", Text, nullable=False, info=PUBLIC),
    Column("name", Text, nullable=False, info=PUBLIC),
    Column("kind", Text, nullable=False, info=PUBLIC),
    Column("opens", Date, nullable=False, info=PUBLIC),
    Column("state", Text, nullable=False, info=PUBLIC),
    UniqueConstraint("book_id", "code", name="fund_code_once"),
    CheckConstraint("code ~ '^[A-Z][A-Z0-9]{1,7}$'", name="fund_code"),
    CheckConstraint("kind IN ('charity', 'group_org')", name="fund_kind"),
    CheckConstraint("state = 'open'", name="fund_state"),
)

period = Table(
    "period",
    metadata,
    Column("book_id", Uuid, ForeignKey("book.id"), primary_key=True, info=INTERNAL),
    Column("number", Integer, primary_key=True, autoincrement=False, info=PUBLIC),
    Column("chart_id", Uuid, ForeignKey("chart.id"), nullable=False, info=INTERNAL),
    Column("starts", Date, nullable=False, info=PUBLIC),
    Column("ends", Date, nullable=False, info=PUBLIC),
    Column("state", Text, nullable=False, info=PUBLIC),
    CheckConstraint(
        "number = extract(year FROM starts) * 100 + extract(month FROM starts) AND extract(day FROM starts) = 1"
        " AND ends = starts + interval '1 month' - interval '1 day'",
        name="period_is_its_month",
    ),
    CheckConstraint("state IN ('open', 'soft_closed')", name="period_state"),
    Index("period_one_open", "book_id", unique=True, postgresql_where=text("state = 'open'")),
)

_FUND = ("fund.book_id", "fund.id")

fund_head = Table(
    "fund_head",
    metadata,
    Column("book_id", Uuid, primary_key=True, info=INTERNAL),
    Column("fund_id", Uuid, primary_key=True, info=INTERNAL),
    Column("last_seq", BigInteger, nullable=False, info=INTERNAL),
    Column("revision", BigInteger, nullable=False, info=INTERNAL),
    ForeignKeyConstraint(["book_id", "fund_id"], _FUND),
    postgresql_with={"fillfactor": 50},
)

fund_period = Table(
    "fund_period",
    metadata,
    Column("book_id", Uuid, primary_key=True, info=INTERNAL),
    Column("fund_id", Uuid, primary_key=True, info=INTERNAL),
    Column("period_id", Integer, primary_key=True, autoincrement=False, info=INTERNAL),
    Column("last_voucher_no", BigInteger, nullable=False, info=INTERNAL),
    ForeignKeyConstraint(["book_id", "fund_id"], _FUND),
    ForeignKeyConstraint(["book_id", "period_id"], ["period.book_id", "period.number"]),
    postgresql_with={"fillfactor": 50},
)

fund_available = Table(
    "fund_available",
    metadata,
    Column("book_id", Uuid, primary_key=True, info=INTERNAL),
    Column("fund_id", Uuid, primary_key=True, info=INTERNAL),
    Column("cash_fen", BigInteger, nullable=False, info=PUBLIC),
    Column("held_fen", BigInteger, nullable=False, info=PUBLIC),
    Column("committed_fen", BigInteger, nullable=False, info=PUBLIC),
    Column("floor_fen", BigInteger, nullable=False, info=PUBLIC),
    ForeignKeyConstraint(["book_id", "fund_id"], _FUND),
    CheckConstraint("cash_fen - held_fen - committed_fen >= floor_fen", name="no_overdraft"),
    CheckConstraint("held_fen >= 0 AND committed_fen >= 0 AND floor_fen >= 0", name="parts_not_negative"),
    postgresql_with={"fillfactor": 50},
)

balance = Table(
    "balance",
    metadata,
    Column("book_id", Uuid, primary_key=True, info=INTERNAL),
    Column("account_id", Uuid, ForeignKey("account.id"), primary_key=True, info=INTERNAL),
    Column("fund_id", Uuid, primary_key=True, info=INTERNAL),
    Column("period_id", Integer, primary_key=True, autoincrement=False, info=INTERNAL),
    Column("debit_fen", BigInteger, nullable=False, info=PUBLIC),
    Column("credit_fen", BigInteger, nullable=False, info=PUBLIC),
    ForeignKeyConstraint(["book_id", "fund_id"], _FUND),
    CheckConstraint("debit_fen >= 0 AND credit_fen >= 0", name="sides_not_negative"),
    postgresql_with={"fillfactor": 70},
)

# No foreign keys to book, fund, account, period: the triggers join them, and a key would lock the same few rows
# in every transaction.
journal_entry = Table(
    "journal_entry",
    metadata,
    Column("book_id", Uuid, primary_key=True, info=INTERNAL),
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("lead_fund_id", Uuid, nullable=False, info=INTERNAL),
    Column("period_id", Integer, nullable=False, info=INTERNAL),
    Column("voucher_no", BigInteger, nullable=False, info=PUBLIC),
    Column("seq", BigInteger, nullable=False, info=INTERNAL),
    Column("kind", Text, nullable=False, info=INTERNAL),
    Column("template", Text, nullable=False, info=INTERNAL),
    Column("template_version", SmallInteger, nullable=False, info=INTERNAL),
    Column("booking_date", Date, nullable=False, info=INTERNAL),
    Column("effective_date", Date, nullable=False, info=INTERNAL),
    Column("recorded_at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    Column("source_kind", Text, nullable=False, info=INTERNAL),
    Column("source_id", Uuid, nullable=False, info=INTERNAL),
    Column("step", Text, nullable=False, info=INTERNAL),
    Column("request_hash", LargeBinary, nullable=False, info=INTERNAL),
    Column("line_count", SmallInteger, nullable=False, info=INTERNAL),
    Column("total_fen", BigInteger, nullable=False, info=INTERNAL),
    Column("narration_code", Text, nullable=False, info=PUBLIC),
    Column("narration_args", ARRAY(Text), nullable=False, info=PUBLIC),
    Column("prepared_by", Uuid, nullable=False, info=INTERNAL),
    Column("approval_id", Uuid, info=INTERNAL),
    Column("commitment_id", Uuid, info=INTERNAL),
    Column("documents", ARRAY(Text), nullable=False, info=INTERNAL),
    Column("xid", BigInteger, nullable=False, info=INTERNAL),
    UniqueConstraint("book_id", "lead_fund_id", "period_id", "voucher_no", name="voucher_once"),
    UniqueConstraint("book_id", "lead_fund_id", "seq", name="seq_once"),
    UniqueConstraint("book_id", "source_kind", "source_id", "step", name="source_once"),
    CheckConstraint("kind IN ('inflow', 'payment')", name="entry_kind"),
    CheckConstraint("line_count >= 2 AND total_fen > 0", name="entry_whole"),
    CheckConstraint("effective_date <= booking_date", name="entry_dates"),
    CheckConstraint("(kind = 'payment') = (approval_id IS NOT NULL)", name="entry_authority"),
    CheckConstraint("(approval_id IS NULL) = (commitment_id IS NULL)", name="entry_commitment"),
    CheckConstraint("voucher_no > 0 AND seq > 0", name="entry_numbers"),
    Index("journal_entry_approval", "book_id", "approval_id", postgresql_where=text("approval_id IS NOT NULL")),
)

journal_line = Table(
    "journal_line",
    metadata,
    Column("book_id", Uuid, primary_key=True, info=INTERNAL),
    Column("entry_id", Uuid, primary_key=True, info=INTERNAL),
    Column("line_no", SmallInteger, primary_key=True, autoincrement=False, info=INTERNAL),
    Column("account_id", Uuid, nullable=False, info=INTERNAL),
    Column("fund_id", Uuid, nullable=False, info=INTERNAL),
    Column("amount_fen", BigInteger, nullable=False, info=INTERNAL),
    Column("cash_flow_item", Text, info=INTERNAL),
    CheckConstraint("amount_fen <> 0", name="line_amount"),
    Index("journal_line_account", "book_id", "account_id", "fund_id"),
)
