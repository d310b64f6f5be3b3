"""Who may be told: consents, budgets, emergencies; and what tells several open questions of one number apart."""

from alembic import op

from chassis.database import app_role

revision = "0005"
down_revision = "0004"

STATEMENTS: list[str] = [
    """
    ALTER TABLE messages
        ADD COLUMN trace JSONB NOT NULL DEFAULT '[]',
        ADD COLUMN emergency_id UUID
    """,
    "CREATE INDEX messages_emergency ON messages (emergency_id, id) WHERE emergency_id IS NOT NULL",
    "CREATE INDEX messages_waiting_for ON messages (person_id) WHERE state IN ('queued', 'parked')",
    "ALTER TABLE prompts ADD COLUMN letter TEXT",
    "CREATE UNIQUE INDEX prompts_letter ON prompts (sender, recipient_key, letter) WHERE ext_held",
    """
    ALTER TABLE received
        ADD COLUMN text_hash BYTEA NOT NULL DEFAULT '',
        ADD COLUMN own_key BYTEA
    """,
    "ALTER TABLE cap_counters ADD COLUMN last_at TIMESTAMP WITH TIME ZONE",
    "CREATE INDEX cap_counters_minute ON cap_counters USING brin (minute)",
    """
    ALTER TABLE opt_outs
        ALTER COLUMN recipient_key DROP NOT NULL,
        ADD COLUMN by TEXT NOT NULL DEFAULT '',
        ADD CONSTRAINT opt_outs_somebody CHECK (recipient_key IS NOT NULL OR person_id IS NOT NULL)
    """,
    """
    CREATE TABLE consents (
        id UUID PRIMARY KEY,
        recipient_key BYTEA,
        person_id UUID,
        topic TEXT NOT NULL,
        channel TEXT NOT NULL,
        wording_version TEXT NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('page', 'paper', 'sms', 'import')),
        evidence TEXT NOT NULL,
        community_id UUID,
        by TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT consents_somebody CHECK (recipient_key IS NOT NULL OR person_id IS NOT NULL),
        CONSTRAINT consents_proof CHECK (source NOT IN ('paper', 'import') OR evidence <> '')
    )
    """,
    "CREATE INDEX consents_number ON consents (recipient_key) WHERE recipient_key IS NOT NULL",
    "CREATE INDEX consents_person ON consents (person_id) WHERE person_id IS NOT NULL",
    "REVOKE UPDATE, DELETE ON consents FROM {app}",
    """
    CREATE TABLE budgets (
        id UUID PRIMARY KEY,
        community_id UUID,
        message_class TEXT NOT NULL,
        period TEXT NOT NULL CHECK (period IN ('day', 'month')),
        limit_billable INTEGER NOT NULL CHECK (limit_billable >= 0),
        by TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        correlation UUID NOT NULL,
        revision INTEGER NOT NULL,
        UNIQUE NULLS NOT DISTINCT (community_id, message_class, period)
    )
    """,
    """
    CREATE TABLE budget_counters (
        budget_id UUID NOT NULL,
        period_start TIMESTAMP WITH TIME ZONE NOT NULL,
        spent INTEGER NOT NULL,
        level INTEGER NOT NULL,
        PRIMARY KEY (budget_id, period_start)
    )
    """,
    """
    CREATE TABLE emergencies (
        id UUID PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('requested', 'in_force', 'ended')),
        reason TEXT NOT NULL,
        area_id UUID NOT NULL,
        hours INTEGER NOT NULL,
        template TEXT NOT NULL,
        requested_by UUID NOT NULL,
        requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
        approved_by UUID,
        begins_at TIMESTAMP WITH TIME ZONE,
        ends_at TIMESTAMP WITH TIME ZONE,
        ended_at TIMESTAMP WITH TIME ZONE,
        ended_by TEXT NOT NULL,
        correlation UUID NOT NULL,
        revision INTEGER NOT NULL,
        CONSTRAINT emergencies_two_people CHECK (approved_by <> requested_by),
        CONSTRAINT emergencies_approved CHECK (state <> 'in_force' OR approved_by IS NOT NULL),
        CONSTRAINT emergencies_bounded CHECK (hours BETWEEN 1 AND 24 AND ends_at <= begins_at + interval '24 hours')
    )
    """,
    "CREATE INDEX emergencies_open ON emergencies (ends_at) WHERE state = 'in_force'",
    "CREATE INDEX emergencies_listed ON emergencies (requested_at, id)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement.replace("{app}", app_role()))
