-- The chassis' own tables, version 1: the same in every service's database.
-- {app} is the role the service runs as; the owner role migrates and is never used by a running service.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {app};

CREATE TABLE clock (one boolean PRIMARY KEY DEFAULT true CHECK (one), shift interval NOT NULL DEFAULT interval '0');
INSERT INTO clock DEFAULT VALUES;

CREATE TABLE feed_epoch (
    number integer PRIMARY KEY, epoch text NOT NULL UNIQUE, base jsonb NOT NULL, reason text NOT NULL,
    database_id text NOT NULL, began_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE feed_head (lane integer PRIMARY KEY, position bigint NOT NULL DEFAULT 0);
CREATE TABLE feed_event (
    ordinal bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    lane integer NOT NULL, position bigint, event_id uuid NOT NULL UNIQUE, type text NOT NULL,
    subject uuid NOT NULL, revision bigint NOT NULL, body text NOT NULL, announced_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (lane, position)
);
CREATE INDEX feed_event_waiting ON feed_event (ordinal) WHERE position IS NULL;
CREATE TABLE feed_reader (
    reader text NOT NULL, lane integer NOT NULL, acked bigint NOT NULL DEFAULT 0, seen_at timestamptz,
    PRIMARY KEY (reader, lane)
);
REVOKE UPDATE ON feed_event FROM {app};
GRANT UPDATE (position) ON feed_event TO {app};
REVOKE INSERT, UPDATE, DELETE ON feed_epoch FROM {app};

CREATE TABLE feed_cursor (
    producer text NOT NULL, lane integer NOT NULL, epoch text NOT NULL, position bigint NOT NULL DEFAULT 0, last_event uuid,
    attempts integer NOT NULL DEFAULT 0, single_until bigint NOT NULL DEFAULT 0,
    moved_at timestamptz NOT NULL DEFAULT now(), confirmed_at timestamptz NOT NULL DEFAULT now(),
    stopped text, PRIMARY KEY (producer, lane)
);
CREATE TABLE once_event (
    producer text NOT NULL, event_id uuid NOT NULL, lane integer NOT NULL, epoch text NOT NULL, position bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (producer, event_id)
);
CREATE TABLE parked (
    event_id uuid PRIMARY KEY, producer text NOT NULL, lane integer NOT NULL, position bigint NOT NULL, subject uuid NOT NULL,
    event text NOT NULL, reason_class text NOT NULL, reason text NOT NULL, attempts integer NOT NULL,
    state text NOT NULL CHECK (state IN ('parked', 'behind', 'replayed', 'discarded')),
    first_at timestamptz NOT NULL DEFAULT now(), last_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX parked_open ON parked (producer, subject, position) WHERE state IN ('parked', 'behind');

CREATE TABLE once_request (
    actor text NOT NULL, route text NOT NULL, key text NOT NULL, body_hash bytea NOT NULL, status integer, answer bytea,
    at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (actor, route, key)
);
CREATE INDEX once_request_age ON once_request (at);

CREATE TABLE timer (
    id uuid PRIMARY KEY, kind text NOT NULL, key text NOT NULL, due_at timestamptz NOT NULL, data jsonb NOT NULL,
    attempts integer NOT NULL DEFAULT 0, claimed_until timestamptz, fired_at timestamptz, parked_at timestamptz,
    reason text, UNIQUE (kind, key)
);
CREATE INDEX timer_due ON timer (due_at) WHERE fired_at IS NULL AND parked_at IS NULL;

CREATE TABLE grants (
    grant_id uuid PRIMARY KEY, subject_id uuid NOT NULL, role text NOT NULL, scope_kind text NOT NULL, scope_id uuid NOT NULL,
    scope_path uuid[] NOT NULL, valid_from timestamptz NOT NULL, valid_until timestamptz
);
CREATE INDEX grants_subject ON grants (subject_id);
CREATE INDEX grants_scope ON grants (scope_id, role);
CREATE TABLE ended_session (session_id uuid PRIMARY KEY, until timestamptz NOT NULL);

CREATE TABLE audit (
    id uuid PRIMARY KEY, at timestamptz NOT NULL, actor text NOT NULL, action text NOT NULL, subject uuid, reason text NOT NULL,
    fields text[] NOT NULL, trace text NOT NULL
);
CREATE TABLE access_log (LIKE audit INCLUDING ALL);
CREATE INDEX access_log_subject ON access_log (subject, at);
REVOKE UPDATE, DELETE ON audit, access_log FROM {app};
