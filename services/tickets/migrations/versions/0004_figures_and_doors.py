"""Reports, imports and the Open311 door."""

from alembic import op

from chassis.database import app_role

revision = "0004"
down_revision = "0003"

STATEMENTS: list[str] = [
    "ALTER TABLE areas ADD COLUMN lat DOUBLE PRECISION",
    "ALTER TABLE areas ADD COLUMN long DOUBLE PRECISION",
    """
CREATE TABLE exports (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    state TEXT NOT NULL,
    format TEXT NOT NULL,
    reason TEXT NOT NULL,
    rows INTEGER NOT NULL,
    file_sealed BYTEA,
    made_by UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    filed_from TIMESTAMP WITH TIME ZONE NOT NULL,
    filed_until TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
)
    """,
    "CREATE INDEX exports_made_by ON exports (made_by, made_at)",
    """
CREATE TABLE household_counts (
    area_id UUID NOT NULL,
    month DATE NOT NULL,
    households INTEGER NOT NULL,
    PRIMARY KEY (area_id, month)
)
    """,
    """
CREATE TABLE imports (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    state TEXT NOT NULL,
    layout TEXT,
    reason TEXT NOT NULL,
    position INTEGER NOT NULL,
    rows_read INTEGER NOT NULL,
    made INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    flagged INTEGER NOT NULL,
    seconds DOUBLE PRECISION NOT NULL,
    rows_expected INTEGER,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    activated_at TIMESTAMP WITH TIME ZONE,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    "CREATE INDEX imports_running ON imports (made_at) WHERE state IN ('running', 'activating')",
    """
CREATE TABLE open311_keys (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    label TEXT NOT NULL,
    key_hash BYTEA NOT NULL,
    rights TEXT[] NOT NULL,
    person_id UUID,
    per_minute INTEGER NOT NULL,
    used INTEGER NOT NULL,
    used_since TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (key_hash)
)
    """,
    """
CREATE TABLE rate_definitions (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    version INTEGER NOT NULL,
    weights INTEGER[] NOT NULL,
    partly_counts_half BOOLEAN NOT NULL,
    kinds TEXT[] NOT NULL,
    effective_from DATE NOT NULL,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT rate_definitions_version UNIQUE (community_id, version)
)
    """,
    """
CREATE TABLE rate_reports (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    month DATE NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    definition TEXT NOT NULL,
    history_seq BIGINT NOT NULL,
    figures TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT rate_reports_month UNIQUE (community_id, month)
)
    """,
    "CREATE INDEX rate_reports_newest ON rate_reports (community_id, month)",
    """
CREATE TABLE import_chunks (
    import_id UUID NOT NULL,
    no INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (import_id, no),
    FOREIGN KEY(import_id) REFERENCES imports (id)
)
    """,
    """
CREATE TABLE import_rows (
    import_id UUID NOT NULL,
    row INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    flags TEXT[] NOT NULL,
    ticket_id UUID,
    fault_column TEXT,
    fault TEXT,
    raw_sealed BYTEA,
    due_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    is_open BOOLEAN,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (import_id, row),
    FOREIGN KEY(import_id) REFERENCES imports (id),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    "CREATE INDEX import_rows_ticket ON import_rows (ticket_id)",
    """
CREATE TABLE open311_filings (
    key_id UUID NOT NULL,
    body_hash BYTEA NOT NULL,
    ticket_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (key_id, body_hash),
    FOREIGN KEY(key_id) REFERENCES open311_keys (id),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    "CREATE INDEX open311_filings_ticket ON open311_filings (ticket_id)",
    """
CREATE TABLE open311_updates (
    key_id UUID NOT NULL,
    update_id TEXT NOT NULL,
    ticket_id UUID NOT NULL,
    status TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (key_id, update_id),
    FOREIGN KEY(key_id) REFERENCES open311_keys (id),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    "CREATE INDEX open311_updates_ticket ON open311_updates (ticket_id)",
    """
CREATE TABLE rate_exclusions (
    ticket_id UUID NOT NULL,
    round INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (ticket_id, round),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
]

APPEND_ONLY = ("rate_definitions", "rate_exclusions", "rate_reports")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {app_role()}")
