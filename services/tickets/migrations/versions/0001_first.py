"""The first tables of tickets."""

from alembic import op

from chassis.database import app_role, chassis_schema

revision = "0001"
down_revision = None

TABLES = [
    """
CREATE TABLE areas (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    parent_id UUID,
    path UUID[] NOT NULL,
    estate_id UUID,
    name TEXT NOT NULL,
    has_property_management BOOLEAN,
    state TEXT NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE TABLE calendar_days (
    day DATE NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (day)
)
    """,
    """
CREATE TABLE categories (
    code TEXT NOT NULL,
    id UUID NOT NULL,
    parent TEXT,
    label TEXT NOT NULL,
    label_en TEXT NOT NULL,
    class TEXT NOT NULL,
    keywords TEXT[] NOT NULL,
    ordinal INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (code)
)
    """,
    """
CREATE TABLE communities (
    id UUID NOT NULL,
    code SMALLINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (code)
)
    """,
    """
CREATE TABLE confidential_cases (
    id UUID NOT NULL,
    community_id UUID,
    area_path UUID[] NOT NULL,
    category TEXT NOT NULL,
    text_sealed BYTEA NOT NULL,
    result_sealed BYTEA,
    data_key BYTEA NOT NULL,
    reporter_id UUID NOT NULL,
    counsellor_ids UUID[] NOT NULL,
    handler_id UUID,
    state TEXT NOT NULL,
    round INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    contacted_at TIMESTAMP WITH TIME ZONE,
    resolved_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    outcome TEXT,
    PRIMARY KEY (id)
)
    """,
    """
CREATE TABLE coverage (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    area_id UUID NOT NULL,
    category TEXT NOT NULL,
    rank TEXT NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE,
    valid_until TIMESTAMP WITH TIME ZONE,
    state TEXT NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX coverage_area ON coverage (area_id)
    """,
    """
CREATE TABLE group_leaders (
    organization_id UUID NOT NULL,
    leader_id UUID,
    deputy_id UUID,
    PRIMARY KEY (organization_id)
)
    """,
    """
CREATE TABLE memberships (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    person_id UUID NOT NULL,
    tier TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX memberships_person ON memberships (organization_id, person_id)
    """,
    """
CREATE TABLE organizations (
    id UUID NOT NULL,
    classification TEXT NOT NULL,
    path UUID[] NOT NULL,
    area_id UUID,
    mandate TEXT[] NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    founded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX organizations_area ON organizations (area_id)
    """,
    """
CREATE TABLE patrols (
    id UUID NOT NULL,
    community_id UUID,
    area_id UUID NOT NULL,
    area_path UUID[] NOT NULL,
    group_id UUID NOT NULL,
    group_path UUID[] NOT NULL,
    ticket_id UUID,
    correlation UUID NOT NULL,
    name TEXT NOT NULL,
    minimum_people INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX patrols_group ON patrols (group_id)
    """,
    """
CREATE TABLE received_texts (
    id UUID NOT NULL,
    person_id UUID,
    hints UUID[] NOT NULL,
    prompt_purpose TEXT,
    community_id UUID,
    attempts INTEGER NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    taken_as UUID,
    taken_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX received_texts_due ON received_texts (next_at) WHERE taken_at IS NULL
    """,
    """
CREATE TABLE routing_rules (
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    community_id UUID,
    priority INTEGER NOT NULL,
    categories TEXT[] NOT NULL,
    has_property_management BOOLEAN,
    mandate TEXT NOT NULL,
    effective_from TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id, version)
)
    """,
    """
CREATE TABLE tickets (
    id UUID NOT NULL,
    number TEXT NOT NULL,
    number_tail TEXT NOT NULL,
    community_id UUID,
    area_path UUID[] NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    class TEXT NOT NULL,
    origin TEXT NOT NULL,
    channel TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    correlation UUID NOT NULL,
    state TEXT NOT NULL,
    seq INTEGER NOT NULL,
    round INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    description_sealed BYTEA,
    room_sealed BYTEA,
    data_key BYTEA,
    building_id UUID,
    unit TEXT NOT NULL,
    floor TEXT NOT NULL,
    place_text TEXT NOT NULL,
    lat DOUBLE PRECISION,
    long DOUBLE PRECISION,
    reporter_id UUID,
    group_id UUID,
    group_path UUID[] NOT NULL,
    handler_id UUID,
    named_handler_id UUID,
    first_group_id UUID,
    binding BOOLEAN NOT NULL,
    returns INTEGER NOT NULL,
    round_started_at TIMESTAMP WITH TIME ZONE,
    arbiter_required BOOLEAN NOT NULL,
    contacted_at TIMESTAMP WITH TIME ZONE,
    attempts INTEGER NOT NULL,
    attempted_at TIMESTAMP WITH TIME ZONE,
    result TEXT NOT NULL,
    resolved_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    outcome TEXT,
    satisfaction TEXT,
    proposed_decision TEXT,
    proposed_by UUID,
    found_at UUID,
    accept_due_at TIMESTAMP WITH TIME ZONE,
    contact_due_at TIMESTAMP WITH TIME ZONE,
    resolve_due_at TIMESTAMP WITH TIME ZONE,
    due_at TIMESTAMP WITH TIME ZONE,
    due_clock TEXT,
    call_back BOOLEAN DEFAULT false NOT NULL,
    tags TEXT[] NOT NULL,
    public_summary TEXT NOT NULL,
    source_system TEXT,
    source_key TEXT,
    source_status TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT tickets_source UNIQUE (community_id, source_system, source_key),
    UNIQUE (number)
)
    """,
    """
CREATE INDEX tickets_building ON tickets (building_id, filed_at)
    """,
    """
CREATE INDEX tickets_community ON tickets (community_id, filed_at, id)
    """,
    """
CREATE INDEX tickets_correlation ON tickets (correlation)
    """,
    """
CREATE INDEX tickets_found ON tickets (found_at, category) WHERE found_at IS NOT NULL
    """,
    """
CREATE INDEX tickets_group ON tickets (group_id, filed_at)
    """,
    """
CREATE INDEX tickets_handler ON tickets (handler_id) WHERE state NOT IN ('closed', 'rejected', 'merged', 'withdrawn') AND origin <> 'import'
    """,
    """
CREATE INDEX tickets_open ON tickets (community_id, due_at, id) WHERE state NOT IN ('closed', 'rejected', 'merged', 'withdrawn') AND origin <> 'import'
    """,
    """
CREATE INDEX tickets_reporter ON tickets (reporter_id)
    """,
    """
CREATE INDEX tickets_tail ON tickets (number_tail)
    """,
    """
CREATE TABLE tracking_tries (
    number TEXT NOT NULL,
    wrong INTEGER NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (number)
)
    """,
    """
CREATE TABLE assignments (
    ticket_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    round INTEGER NOT NULL,
    group_id UUID NOT NULL,
    group_name TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    rule_version INTEGER NOT NULL,
    chosen_by UUID,
    explanation TEXT NOT NULL,
    inputs JSONB NOT NULL,
    candidates JSONB NOT NULL,
    binding BOOLEAN NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (ticket_id, seq),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    """
CREATE TABLE checkpoints (
    id UUID NOT NULL,
    patrol_id UUID NOT NULL,
    ordinal INTEGER NOT NULL,
    label TEXT NOT NULL,
    area_id UUID,
    PRIMARY KEY (id),
    FOREIGN KEY(patrol_id) REFERENCES patrols (id)
)
    """,
    """
CREATE INDEX checkpoints_patrol ON checkpoints (patrol_id)
    """,
    """
CREATE TABLE confidential_marks (
    case_id UUID NOT NULL,
    round INTEGER NOT NULL,
    threshold INTEGER NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT confidential_marks_once UNIQUE (case_id, round, threshold),
    FOREIGN KEY(case_id) REFERENCES confidential_cases (id)
)
    """,
    """
CREATE TABLE confidential_moves (
    case_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    round INTEGER NOT NULL,
    move TEXT NOT NULL,
    state_to TEXT NOT NULL,
    actor_id UUID,
    details JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (case_id, seq),
    FOREIGN KEY(case_id) REFERENCES confidential_cases (id)
)
    """,
    """
CREATE TABLE confidential_notes (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    text_sealed BYTEA NOT NULL,
    author_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(case_id) REFERENCES confidential_cases (id)
)
    """,
    """
CREATE TABLE follow_ups (
    id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    round INTEGER NOT NULL,
    asks INTEGER NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE,
    undelivered BOOLEAN NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by TEXT,
    person_id UUID,
    channel TEXT,
    solved TEXT,
    satisfaction TEXT,
    reason TEXT,
    PRIMARY KEY (id),
    CONSTRAINT follow_ups_one_per_round UNIQUE (ticket_id, round),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    """
CREATE TABLE links (
    from_id UUID NOT NULL,
    to_id UUID NOT NULL,
    type TEXT NOT NULL,
    by UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (from_id, to_id, type),
    FOREIGN KEY(from_id) REFERENCES tickets (id),
    FOREIGN KEY(to_id) REFERENCES tickets (id)
)
    """,
    """
CREATE INDEX links_to ON links (to_id)
    """,
    """
CREATE TABLE marks (
    ticket_id UUID NOT NULL,
    round INTEGER NOT NULL,
    clock TEXT NOT NULL,
    threshold INTEGER NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recipient_role TEXT NOT NULL,
    superseded BOOLEAN NOT NULL,
    PRIMARY KEY (ticket_id, round, clock, threshold),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    """
CREATE TABLE moves (
    ticket_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    round INTEGER NOT NULL,
    move TEXT NOT NULL,
    state_from TEXT,
    state_to TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id UUID,
    reason TEXT NOT NULL,
    details JSONB NOT NULL,
    PRIMARY KEY (ticket_id, seq),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    """
CREATE TABLE notes (
    id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    audience TEXT NOT NULL,
    result TEXT NOT NULL,
    author_id UUID,
    round INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    """
CREATE INDEX notes_ticket ON notes (ticket_id, at)
    """,
    """
CREATE TABLE patrol_rounds (
    id UUID NOT NULL,
    patrol_id UUID NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    person_ids UUID[] NOT NULL,
    state TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    reason TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(patrol_id) REFERENCES patrols (id)
)
    """,
    """
CREATE INDEX patrol_rounds_patrol ON patrol_rounds (patrol_id, starts_at)
    """,
    """
CREATE TABLE pending_contacts (
    ticket_id UUID NOT NULL,
    phone_sealed BYTEA NOT NULL,
    attempts INTEGER NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    gave_up_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (ticket_id),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    """
CREATE INDEX pending_contacts_due ON pending_contacts (next_at)
    """,
    """
CREATE TABLE stray_answers (
    id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    round INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    option TEXT NOT NULL,
    person_id UUID,
    why TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    """
CREATE INDEX stray_answers_ticket ON stray_answers (ticket_id)
    """,
    """
CREATE TABLE task_forces (
    ticket_id UUID NOT NULL,
    size INTEGER NOT NULL,
    purpose_code TEXT NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    organization_id UUID,
    person_ids UUID[] NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (ticket_id),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    """
CREATE TABLE watchers (
    ticket_id UUID NOT NULL,
    person_id UUID NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (ticket_id, person_id),
    FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
    """,
    """
CREATE INDEX watchers_person ON watchers (person_id)
    """,
    """
CREATE TABLE check_results (
    round_id UUID NOT NULL,
    checkpoint_id UUID NOT NULL,
    result TEXT NOT NULL,
    reason TEXT NOT NULL,
    ticket_id UUID,
    by UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (round_id, checkpoint_id),
    FOREIGN KEY(round_id) REFERENCES patrol_rounds (id),
    FOREIGN KEY(checkpoint_id) REFERENCES checkpoints (id)
)
    """,
]

SEQUENCES = ["CREATE SEQUENCE ticket_serial MINVALUE 1 MAXVALUE 99999 CYCLE"]

APPEND_ONLY = ("moves", "assignments", "stray_answers", "confidential_moves")

# The second wall around a confidential case: without the setting no row is seen, with it only one's own.
WALL = """
    current_setting('yihu.actor', true) = 'system'
    OR reporter_id::text = current_setting('yihu.actor', true)
    OR current_setting('yihu.actor', true) = ANY (counsellor_ids::text[])
"""
WALLED_BY_CASE = ("confidential_moves", "confidential_notes", "confidential_marks")


def upgrade() -> None:
    for statement in [*chassis_schema(1), *TABLES, *SEQUENCES]:
        op.execute(statement)
    op.execute(f"GRANT USAGE ON SEQUENCE ticket_serial TO {app_role()}")
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {app_role()}")
    op.execute("ALTER TABLE confidential_cases ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE confidential_cases FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY named_only ON confidential_cases USING ({WALL}) WITH CHECK ({WALL})")
    for table in WALLED_BY_CASE:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY named_only ON {table} USING (EXISTS"
            f" (SELECT 1 FROM confidential_cases c WHERE c.id = {table}.case_id))"
        )


def downgrade() -> None:
    raise NotImplementedError("a database goes forward only")
