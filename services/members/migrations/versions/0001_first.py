"""Places, people, groups and identity: the first tables, and the rules that PostgreSQL itself holds."""

import sqlalchemy as sa
from alembic import op

from chassis.database import chassis_schema

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE areas (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    parent_id UUID,
    path UUID[] NOT NULL,
    name TEXT NOT NULL,
    community_id UUID,
    division_code TEXT,
    local_code TEXT,
    number TEXT,
    has_property_management BOOLEAN,
    dwelling_count INTEGER,
    lat FLOAT(53),
    lon FLOAT(53),
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(parent_id) REFERENCES areas (id)
);
CREATE INDEX areas_number ON areas (number);
CREATE INDEX areas_parent ON areas (parent_id);
CREATE INDEX areas_path ON areas USING gin (path);
CREATE TABLE attempt_counters (
    kind TEXT NOT NULL,
    subject BYTEA NOT NULL,
    times TIMESTAMP WITH TIME ZONE[] NOT NULL,
    failures INTEGER NOT NULL,
    blocked_until TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (kind, subject)
);
CREATE TABLE challenges (
    id UUID NOT NULL,
    person_id UUID,
    contact_point_id UUID,
    device_hash BYTEA NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tries INTEGER NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX challenges_age ON challenges (expires_at);
CREATE TABLE data_keys (
    owner_id UUID NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (owner_id)
);
CREATE TABLE grant_sources (
    grant_id UUID NOT NULL,
    source TEXT NOT NULL,
    source_id UUID,
    given_by UUID,
    reason TEXT NOT NULL,
    PRIMARY KEY (grant_id)
);
CREATE INDEX grant_sources_source ON grant_sources (source_id);
CREATE TABLE signing_keys (
    id UUID NOT NULL,
    public BYTEA NOT NULL,
    private_sealed BYTEA NOT NULL,
    active_from TIMESTAMP WITH TIME ZONE NOT NULL,
    active_until TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE estates (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    community_id UUID NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(community_id) REFERENCES areas (id)
);
CREATE TABLE households (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    building_id UUID NOT NULL,
    dwelling_sealed BYTEA NOT NULL,
    dwelling_index BYTEA,
    tenure TEXT NOT NULL,
    during TSTZRANGE NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(community_id) REFERENCES areas (id),
    FOREIGN KEY(building_id) REFERENCES areas (id)
);
CREATE INDEX households_community ON households (community_id, id);
CREATE INDEX households_dwelling ON households (building_id, dwelling_index);
CREATE TABLE organizations (
    id UUID NOT NULL,
    classification TEXT NOT NULL,
    name TEXT NOT NULL,
    parent_id UUID,
    path UUID[] NOT NULL,
    area_id UUID NOT NULL,
    community_id UUID NOT NULL,
    host_id UUID,
    mandate TEXT[] NOT NULL,
    join_mode TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(parent_id) REFERENCES organizations (id),
    FOREIGN KEY(area_id) REFERENCES areas (id),
    FOREIGN KEY(community_id) REFERENCES areas (id),
    FOREIGN KEY(host_id) REFERENCES organizations (id)
);
CREATE INDEX organizations_area ON organizations (area_id);
CREATE INDEX organizations_path ON organizations USING gin (path);
CREATE TABLE people (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    name_sealed BYTEA NOT NULL,
    name_index BYTEA[] NOT NULL,
    birth_year INTEGER,
    languages TEXT[] NOT NULL,
    channel_order TEXT[] NOT NULL,
    paused_until TIMESTAMP WITH TIME ZONE,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(community_id) REFERENCES areas (id)
);
CREATE INDEX people_community ON people (community_id, id);
CREATE INDEX people_name_index ON people USING gin (name_index);
CREATE TABLE accounts (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    login_index BYTEA NOT NULL,
    password_hash TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(person_id) REFERENCES people (id),
    UNIQUE (login_index)
);
CREATE INDEX accounts_person ON accounts (person_id);
CREATE TABLE contact_points (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    kind TEXT NOT NULL,
    value_sealed BYTEA NOT NULL,
    blind_index BYTEA NOT NULL,
    verified_at TIMESTAMP WITH TIME ZONE,
    signs_in BOOLEAN NOT NULL,
    preferred BOOLEAN NOT NULL,
    unreachable_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE INDEX contact_points_blind_index ON contact_points (blind_index);
CREATE UNIQUE INDEX contact_points_once ON contact_points (person_id, kind, blind_index);
CREATE INDEX contact_points_person ON contact_points (person_id);
CREATE UNIQUE INDEX contact_points_signs_in ON contact_points (blind_index) WHERE signs_in;
CREATE TABLE coverage (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    organization_id UUID NOT NULL,
    area_id UUID NOT NULL,
    category TEXT NOT NULL,
    rank TEXT NOT NULL,
    during TSTZRANGE NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT coverage_one_lead EXCLUDE USING gist (area_id WITH =, category WITH =, during WITH &&) WHERE (rank = 'lead'),
    FOREIGN KEY(community_id) REFERENCES areas (id),
    FOREIGN KEY(organization_id) REFERENCES organizations (id),
    FOREIGN KEY(area_id) REFERENCES areas (id)
);
CREATE INDEX coverage_organization ON coverage (organization_id);
CREATE TABLE estate_buildings (
    building_id UUID NOT NULL,
    estate_id UUID NOT NULL,
    PRIMARY KEY (building_id),
    FOREIGN KEY(building_id) REFERENCES areas (id),
    FOREIGN KEY(estate_id) REFERENCES estates (id)
);
CREATE INDEX estate_buildings_estate ON estate_buildings (estate_id);
CREATE TABLE memberships (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    person_id UUID NOT NULL,
    organization_id UUID NOT NULL,
    tier TEXT NOT NULL,
    state TEXT NOT NULL,
    during TSTZRANGE NOT NULL,
    proposed_by UUID,
    reason TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT memberships_once EXCLUDE USING gist (community_id WITH =, person_id WITH =, organization_id WITH =, during WITH &&) WHERE (state = 'active'),
    CONSTRAINT memberships_one_leader EXCLUDE USING gist (community_id WITH =, organization_id WITH =, during WITH &&) WHERE (state = 'active' AND tier IN ('leader', 'acting_leader')),
    FOREIGN KEY(community_id) REFERENCES areas (id),
    FOREIGN KEY(person_id) REFERENCES people (id),
    FOREIGN KEY(organization_id) REFERENCES organizations (id)
);
CREATE INDEX memberships_organization ON memberships (organization_id, id);
CREATE INDEX memberships_person ON memberships (person_id);
CREATE TABLE posts (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    area_id UUID NOT NULL,
    role TEXT NOT NULL,
    title TEXT NOT NULL,
    seats INTEGER NOT NULL CONSTRAINT posts_seats CHECK (seats > 0),
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(organization_id) REFERENCES organizations (id),
    FOREIGN KEY(area_id) REFERENCES areas (id)
);
CREATE INDEX posts_organization ON posts (organization_id);
CREATE TABLE residencies (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    person_id UUID NOT NULL,
    household_id UUID NOT NULL,
    relation TEXT NOT NULL,
    main BOOLEAN NOT NULL,
    during TSTZRANGE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT residencies_one_main EXCLUDE USING gist (person_id WITH =, during WITH &&) WHERE (main),
    FOREIGN KEY(community_id) REFERENCES areas (id),
    FOREIGN KEY(person_id) REFERENCES people (id),
    FOREIGN KEY(household_id) REFERENCES households (id)
);
CREATE INDEX residencies_household ON residencies (household_id);
CREATE INDEX residencies_person ON residencies (person_id);
CREATE TABLE task_forces (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    community_id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    correlation UUID NOT NULL,
    building_id UUID,
    size INTEGER NOT NULL,
    purpose_code TEXT NOT NULL,
    state TEXT NOT NULL,
    person_ids UUID[] NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(organization_id) REFERENCES organizations (id),
    FOREIGN KEY(community_id) REFERENCES areas (id)
);
CREATE INDEX task_forces_organization ON task_forces (organization_id, id);
CREATE UNIQUE INDEX task_forces_ticket ON task_forces (ticket_id, organization_id) WHERE state = 'requested';
CREATE TABLE post_holdings (
    id UUID NOT NULL,
    post_id UUID NOT NULL,
    person_id UUID NOT NULL,
    community_id UUID NOT NULL,
    during TSTZRANGE NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT post_holdings_once EXCLUDE USING gist (post_id WITH =, person_id WITH =, during WITH &&),
    FOREIGN KEY(post_id) REFERENCES posts (id),
    FOREIGN KEY(person_id) REFERENCES people (id),
    FOREIGN KEY(community_id) REFERENCES areas (id)
);
CREATE INDEX post_holdings_person ON post_holdings (person_id);
CREATE TABLE second_factors (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    kind TEXT NOT NULL,
    secret_sealed BYTEA,
    code_hash BYTEA,
    last_step BIGINT NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    FOREIGN KEY(account_id) REFERENCES accounts (id)
);
CREATE INDEX second_factors_account ON second_factors (account_id);
CREATE TABLE sessions (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    account_id UUID,
    secret_hash BYTEA NOT NULL,
    level TEXT NOT NULL,
    authenticated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kept BOOLEAN NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    FOREIGN KEY(person_id) REFERENCES people (id),
    FOREIGN KEY(account_id) REFERENCES accounts (id),
    UNIQUE (secret_hash)
);
CREATE INDEX sessions_person ON sessions (person_id);
"""

# A path is the parent's path and the own id, all the way down; so nothing lies inside itself. Checked at the end of
# the transaction, because a move rewrites the whole subtree.
PATHS = """
CREATE FUNCTION {table}_path_is_right() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    current {table};
BEGIN
    SELECT * INTO current FROM {table} WHERE id = NEW.id;
    IF current.path <> coalesce((SELECT path FROM {table} WHERE id = current.parent_id), '{{}}') || current.id
        OR EXISTS (SELECT 1 FROM {table} WHERE parent_id = current.id AND path <> current.path || id)
    THEN
        RAISE EXCEPTION 'path of {table} % is not its parent''s path and itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_path';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER {table}_path AFTER INSERT OR UPDATE OF parent_id, path ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {table}_path_is_right();
"""


def upgrade() -> None:
    for statement in chassis_schema(1):
        op.execute(statement)
    if not op.get_bind().scalar(sa.text("SELECT count(*) FROM pg_available_extensions WHERE name = 'btree_gist'")):
        raise SystemExit("PostgreSQL has no extension btree_gist: install its contrib package, then migrate again.")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    for table in ("areas", "organizations"):
        function, trigger = PATHS.format(table=table).split("$$;\n")
        op.execute(function + "$$")
        op.execute(trigger)
