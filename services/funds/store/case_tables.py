"""The tables of the cases: fund duties, donations, applications, approvals, payments, documents, and the copies.

Amounts of an approval and of a commitment are written by functions only; names and words are sealed.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from chassis.database import INTERNAL, PUBLIC
from services.funds.store.ledger_tables import metadata

fund_duty = Table(
    "fund_duty",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("fund_id", Uuid, ForeignKey("fund.id"), nullable=False, info=INTERNAL),
    Column("person_id", Uuid, nullable=False, info=INTERNAL),
    Column("duty", Text, nullable=False, info=INTERNAL),
    Column("valid_from", Date, nullable=False, info=INTERNAL),
    Column("valid_until", Date, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("proposed_by", Uuid, nullable=False, info=INTERNAL),
    Column("confirmed_by", Uuid, info=INTERNAL),
    Column("revision", BigInteger, nullable=False, info=INTERNAL),
    CheckConstraint("person_id <> proposed_by AND person_id <> confirmed_by", name="duty_not_own"),
    CheckConstraint("proposed_by <> confirmed_by", name="duty_two_people"),
    CheckConstraint("state <> 'confirmed' OR confirmed_by IS NOT NULL", name="duty_confirmed_by_somebody"),
    CheckConstraint("valid_until >= valid_from", name="duty_dates"),
    Index("duty_once", "fund_id", "person_id", "duty", unique=True, postgresql_where=text("state <> 'ended'")),
)

# With which role grants a duty works: `domain/duty.py` as rows, because the database judges votes by it.
duty_role = Table(
    "duty_role",
    metadata,
    Column("duty", Text, primary_key=True, info=PUBLIC),
    Column("role", Text, primary_key=True, info=PUBLIC),
)

application = Table(
    "application",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("code", Text, nullable=False, unique=True, info=PUBLIC),
    Column("ticket_id", Uuid, nullable=False, info=INTERNAL),
    Column("community_id", Uuid, nullable=False, info=INTERNAL),
    Column("correlation", Uuid, nullable=False, info=INTERNAL),
    Column("fund_id", Uuid, ForeignKey("fund.id"), info=INTERNAL),
    Column("category", Text, nullable=False, info=INTERNAL),
    Column("asked_fen", BigInteger, info=INTERNAL),
    Column("proposed_fen", BigInteger, info=INTERNAL),
    Column("urgent", Boolean, nullable=False, info=INTERNAL),
    Column("applicant_id", Uuid, info=INTERNAL),
    Column("beneficiary_id", Uuid, info=INTERNAL),
    Column("author_id", Uuid, info=INTERNAL),
    Column("verifier_id", Uuid, info=INTERNAL),
    Column("approval_id", Uuid, info=INTERNAL),
    Column("commitment_id", Uuid, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("revision", BigInteger, nullable=False, info=INTERNAL),
    Column("made_at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    Column(
        "subject_hash",
        LargeBinary,
        Computed(
            "sha256((id::text || ' ' || coalesce(fund_id::text, '') || ' ' || category || ' '"
            " || coalesce(proposed_fen::text, '') || ' ' || coalesce(beneficiary_id::text, ''))::bytea)",
            persisted=True,
        ),
        info=INTERNAL,
    ),
    CheckConstraint("author_id <> verifier_id", name="application_two_clerks"),
    CheckConstraint("asked_fen > 0 AND proposed_fen > 0", name="application_amounts"),
    CheckConstraint("category ~ '^[a-z_]+$'", name="application_category"),
    Index(
        "application_one_live",
        "ticket_id",
        "category",
        unique=True,
        postgresql_where=text("state NOT IN ('closed', 'rejected', 'withdrawn', 'lapsed')"),
    ),
    Index("application_fund", "fund_id", "state"),
)

approval = Table(
    "approval",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("book_id", Uuid, nullable=False, info=INTERNAL),
    Column("fund_id", Uuid, nullable=False, info=INTERNAL),
    Column("subject_kind", Text, nullable=False, info=INTERNAL),
    Column("subject_id", Uuid, ForeignKey("application.id"), nullable=False, info=INTERNAL),
    Column("subject_hash", LargeBinary, nullable=False, info=INTERNAL),
    Column("rule", Text, nullable=False, info=INTERNAL),
    Column("required", SmallInteger, nullable=False, info=INTERNAL),
    Column("amount_fen", BigInteger, nullable=False, info=INTERNAL),
    Column("used_fen", BigInteger, nullable=False, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("expires_at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    Column("decided_at", DateTime(timezone=True), info=INTERNAL),
    Column("revision", BigInteger, nullable=False, info=INTERNAL),
    ForeignKeyConstraint(["book_id", "fund_id"], ["fund.book_id", "fund.id"]),
    CheckConstraint("subject_kind = 'application'", name="approval_subject_kind"),
    CheckConstraint("required >= 2", name="approval_two_votes"),
    CheckConstraint("used_fen BETWEEN 0 AND amount_fen AND amount_fen > 0", name="approval_used_within"),
    CheckConstraint("state IN ('open', 'granted', 'refused', 'void', 'expired', 'used')", name="approval_state"),
    Index("approval_one_undecided", "subject_id", unique=True, postgresql_where=text("state IN ('open', 'granted')")),
    Index("approval_fund", "fund_id", "state"),
)

approval_part = Table(
    "approval_part",
    metadata,
    Column("approval_id", Uuid, ForeignKey("approval.id"), primary_key=True, info=INTERNAL),
    Column("person_id", Uuid, primary_key=True, info=INTERNAL),
    Column("part", Text, nullable=False, info=INTERNAL),
    UniqueConstraint("approval_id", "person_id", "part", name="approval_part_key"),
    CheckConstraint("part IN ('author', 'approver', 'payer')", name="approval_part_known"),
)

_PART = ("approval_part.approval_id", "approval_part.person_id", "approval_part.part")

vote = Table(
    "vote",
    metadata,
    Column("approval_id", Uuid, primary_key=True, info=INTERNAL),
    Column("person_id", Uuid, primary_key=True, info=INTERNAL),
    Column("part", Text, Computed("'approver'", persisted=True), nullable=False, info=INTERNAL),
    Column("decision", Text, nullable=False, info=INTERNAL),
    Column("subject_hash", LargeBinary, nullable=False, info=INTERNAL),
    Column("at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    ForeignKeyConstraint(["approval_id", "person_id", "part"], _PART),
    CheckConstraint("decision IN ('yes', 'no')", name="vote_decision"),
)

commitment = Table(
    "commitment",
    metadata,
    Column("book_id", Uuid, primary_key=True, info=INTERNAL),
    Column("id", Uuid, primary_key=True, unique=True, info=INTERNAL),
    Column("fund_id", Uuid, nullable=False, info=INTERNAL),
    Column("approval_id", Uuid, ForeignKey("approval.id"), nullable=False, unique=True, info=INTERNAL),
    Column("amount_fen", BigInteger, nullable=False, info=INTERNAL),
    Column("paid_fen", BigInteger, nullable=False, info=INTERNAL),
    Column("released_fen", BigInteger, nullable=False, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("made_at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    ForeignKeyConstraint(["book_id", "fund_id"], ["fund.book_id", "fund.id"]),
    CheckConstraint(
        "paid_fen >= 0 AND released_fen >= 0 AND amount_fen > 0 AND paid_fen + released_fen <= amount_fen",
        name="commitment_within",
    ),
    CheckConstraint("state IN ('open', 'part_paid', 'settled', 'released', 'expired')", name="commitment_state"),
    CheckConstraint(
        "(state IN ('open', 'part_paid')) = (paid_fen + released_fen < amount_fen)", name="commitment_rest"
    ),
)

commitment_event = Table(
    "commitment_event",
    metadata,
    Column("book_id", Uuid, primary_key=True, info=INTERNAL),
    Column("commitment_id", Uuid, ForeignKey("commitment.id"), primary_key=True, info=INTERNAL),
    Column("no", SmallInteger, primary_key=True, autoincrement=False, info=INTERNAL),
    Column("what", Text, nullable=False, info=INTERNAL),
    Column("amount_fen", BigInteger, nullable=False, info=INTERNAL),
    Column("entry_id", Uuid, info=INTERNAL),
    Column("at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    CheckConstraint("what IN ('made', 'paid', 'released')", name="commitment_event_what"),
)

donation = Table(
    "donation",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("fund_id", Uuid, ForeignKey("fund.id"), nullable=False, info=INTERNAL),
    Column("form", Text, nullable=False, info=INTERNAL),
    Column("amount_fen", BigInteger, nullable=False, info=INTERNAL),
    Column("received_on", Date, nullable=False, info=INTERNAL),
    Column("donor_id", Uuid, info=INTERNAL),
    Column("publish", Text, nullable=False, info=INTERNAL),
    Column("reference", Text, info=PUBLIC),
    Column("entry_id", Uuid, nullable=False, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("revision", BigInteger, nullable=False, info=INTERNAL),
    CheckConstraint("form IN ('money', 'sale_proceeds')", name="donation_form"),
    CheckConstraint("amount_fen > 0", name="donation_amount"),
    Index("donation_fund", "fund_id", "id"),
)

bank_account = Table(
    "bank_account",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("book_id", Uuid, ForeignKey("book.id"), nullable=False, unique=True, info=INTERNAL),
    Column("account_code", Text, nullable=False, info=PUBLIC),
)

payment = Table(
    "payment",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("fund_id", Uuid, ForeignKey("fund.id"), nullable=False, info=INTERNAL),
    Column("application_id", Uuid, ForeignKey("application.id"), nullable=False, info=INTERNAL),
    Column("commitment_id", Uuid, ForeignKey("commitment.id"), nullable=False, info=INTERNAL),
    Column("approval_id", Uuid, nullable=False, info=INTERNAL),
    Column("payee_id", Uuid, ForeignKey("payee_private.id"), nullable=False, info=INTERNAL),
    Column("amount_fen", BigInteger, nullable=False, info=INTERNAL),
    Column("final", Boolean, nullable=False, info=INTERNAL),
    Column("slip_code", Text, nullable=False, unique=True, info=INTERNAL),
    Column("author_id", Uuid, nullable=False, info=INTERNAL),
    Column("author_part", Text, Computed("'author'", persisted=True), nullable=False, info=INTERNAL),
    Column("payer_id", Uuid, info=INTERNAL),
    Column("payer_part", Text, Computed("'payer'", persisted=True), nullable=False, info=INTERNAL),
    Column("bank_account_id", Uuid, ForeignKey("bank_account.id"), nullable=False, info=INTERNAL),
    Column("bank_ref", Text, info=INTERNAL),
    Column("paid_on", Date, info=INTERNAL),
    Column("entry_id", Uuid, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("revision", BigInteger, nullable=False, info=INTERNAL),
    ForeignKeyConstraint(["approval_id", "author_id", "author_part"], _PART, name="payment_author"),
    ForeignKeyConstraint(["approval_id", "payer_id", "payer_part"], _PART, name="payment_payer"),
    UniqueConstraint("bank_account_id", "bank_ref", name="bank_reference_once"),
    CheckConstraint("author_id <> payer_id", name="payment_two_people"),
    CheckConstraint("amount_fen > 0", name="payment_amount"),
    CheckConstraint(
        "(state = 'sent') = (entry_id IS NOT NULL AND bank_ref IS NOT NULL AND payer_id IS NOT NULL)",
        name="payment_sent_whole",
    ),
    Index("payment_fund", "fund_id", "state"),
    Index("payment_commitment", "commitment_id"),
)
