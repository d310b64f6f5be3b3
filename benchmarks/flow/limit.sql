-- The rows that one flow writes in our services, in tables of the same shape; what they mean plays no part here.
CREATE SEQUENCE number;
CREATE TABLE clock (shift interval NOT NULL);
INSERT INTO clock VALUES (interval '0');
CREATE TABLE grants (subject_id uuid, role text, scope_path uuid[]);
CREATE INDEX ON grants (subject_id);
CREATE TABLE areas (id uuid PRIMARY KEY, path uuid[], name text);
CREATE TABLE once_request (actor text, route text, key text, body_hash bytea, status int, answer bytea,
    at timestamptz DEFAULT now(), PRIMARY KEY (actor, route, key));
CREATE TABLE tickets (id uuid PRIMARY KEY, number text UNIQUE, category text, description text, state text,
    group_id uuid, building_id uuid, due_at timestamptz, revision bigint);
CREATE INDEX ON tickets (group_id, state);
CREATE INDEX ON tickets (building_id);
CREATE TABLE moves (ticket_id uuid, seq int, move text, state_to text, at timestamptz, details jsonb,
    PRIMARY KEY (ticket_id, seq));
CREATE TABLE assignments (ticket_id uuid, seq int, group_id uuid, explanation text, inputs jsonb,
    PRIMARY KEY (ticket_id, seq));
CREATE TABLE timer (id uuid PRIMARY KEY, kind text, key text, due_at timestamptz, data jsonb, UNIQUE (kind, key));
CREATE TABLE feed_head (lane int PRIMARY KEY, position bigint);
INSERT INTO feed_head VALUES (0, 0), (1, 0);
CREATE TABLE feed_event (ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, lane int, position bigint,
    event_id uuid UNIQUE, type text, subject uuid, revision bigint, body text, UNIQUE (lane, position));
CREATE INDEX ON feed_event (ordinal) WHERE position IS NULL;
CREATE TABLE feed_cursor (lane int PRIMARY KEY, position bigint);
INSERT INTO feed_cursor VALUES (0, 0), (1, 0);
CREATE TABLE once_event (producer text, event_id uuid, lane int, position bigint, PRIMARY KEY (producer, event_id));
CREATE TABLE notifications (id uuid PRIMARY KEY, event_id uuid UNIQUE, about uuid, trace jsonb);
CREATE INDEX ON notifications (about);
CREATE TABLE prompts (id uuid PRIMARY KEY, about uuid, ext text UNIQUE, options jsonb, state text);
CREATE TABLE messages (id uuid PRIMARY KEY, about uuid, state text, attempt int, facts jsonb, sealed bytea,
    created_at timestamptz DEFAULT now(), submitted_at timestamptz, closed_at timestamptz);
CREATE INDEX ON messages (created_at) WHERE state = 'queued';
CREATE INDEX ON messages (about);
CREATE TABLE submissions (id uuid PRIMARY KEY, message_id uuid, state text, ref text, claimed_at timestamptz);
CREATE TABLE delivery_reports (ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, submission_id uuid UNIQUE,
    status text, at timestamptz);
