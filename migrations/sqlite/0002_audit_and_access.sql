-- Who did what: the audit log, earlier versions of businesses, import runs; organisations, labels, notes, conflicts, usage.

-- The audit log. Each entry's hash covers the entry and the hash before it, so that none can be changed or left out unseen.
CREATE TABLE audit_head (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    seq      INTEGER NOT NULL,
    hash     BLOB    NOT NULL
) STRICT;

INSERT INTO audit_head (only_row, seq, hash) VALUES (1, 0, zeroblob(32));

CREATE TABLE audit_entry (
    seq          INTEGER NOT NULL PRIMARY KEY,
    -- The act, as versions of businesses refer to it.
    id           BLOB    NOT NULL UNIQUE,
    at           INTEGER NOT NULL,
    actor        TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    -- The id of what was acted upon, such as biz_…
    subject      TEXT,
    reason       TEXT,
    request_id   TEXT,
    run_id       BLOB,
    -- JSON of what the act changed, as it was and as it is.
    state_before TEXT,
    state_after  TEXT,
    hash         BLOB    NOT NULL
) STRICT;

CREATE INDEX audit_entry_subject ON audit_entry (subject, seq);
CREATE INDEX audit_entry_actor ON audit_entry (actor, seq);
CREATE INDEX audit_entry_run ON audit_entry (run_id, seq);

-- Partners that own businesses.
CREATE TABLE organisation (
    id         BLOB    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;

ALTER TABLE business ADD COLUMN organisation_id BLOB REFERENCES organisation (id);
-- The act that made this version; absent for versions older than the audit log.
ALTER TABLE business ADD COLUMN act_id BLOB;

-- The business of whose group it is, as its profile says.
ALTER TABLE business ADD COLUMN parent_id BLOB;

CREATE INDEX business_organisation ON business (organisation_id, id) WHERE organisation_id IS NOT NULL;
CREATE INDEX business_act ON business (act_id) WHERE act_id IS NOT NULL;
CREATE INDEX business_updated ON business (updated_at);
CREATE INDEX business_badge ON business (badge, id) WHERE badge <> 'none';

-- Versions that were replaced, and the act that made each. A deletion leaves a version without a profile.
CREATE TABLE business_revision (
    business_id     BLOB    NOT NULL,
    version         INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    act_id          BLOB,
    badge           TEXT    NOT NULL,
    badge_state     TEXT    NOT NULL,
    organisation_id BLOB,
    created_at      INTEGER NOT NULL,
    profile         TEXT,
    PRIMARY KEY (business_id, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX business_revision_act ON business_revision (act_id) WHERE act_id IS NOT NULL;

-- One import of one file: its batches are acts of one run, and can be undone together.
CREATE TABLE import_run (
    id          BLOB    NOT NULL PRIMARY KEY,
    actor       TEXT    NOT NULL,
    -- The file, as the importer named it.
    source      TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,
    -- Absent while it runs, and when it was cut off.
    finished_at INTEGER,
    undone_at   INTEGER,
    created     INTEGER NOT NULL DEFAULT 0,
    updated     INTEGER NOT NULL DEFAULT 0,
    unchanged   INTEGER NOT NULL DEFAULT 0,
    rejected    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A channel that several businesses outside one group claim, for a reviewer to look at.
CREATE TABLE channel_conflict (
    id         BLOB    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    opened_at  INTEGER NOT NULL,
    -- When a reviewer settled it, who, and what was found.
    settled_at INTEGER,
    settled_by TEXT,
    finding    TEXT,
    UNIQUE (kind, value)
) STRICT;

CREATE INDEX channel_conflict_open ON channel_conflict (id) WHERE settled_at IS NULL;

CREATE TABLE label (
    id         BLOB    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    -- Six hexadecimal digits.
    colour     TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE business_label (
    label_id    BLOB NOT NULL REFERENCES label (id) ON DELETE CASCADE,
    business_id BLOB NOT NULL REFERENCES business (id) ON DELETE CASCADE,
    PRIMARY KEY (label_id, business_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX business_label_business ON business_label (business_id);

CREATE TABLE business_note (
    id          BLOB    NOT NULL PRIMARY KEY,
    business_id BLOB    NOT NULL REFERENCES business (id) ON DELETE CASCADE,
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    text        TEXT    NOT NULL
) STRICT;

CREATE INDEX business_note_business ON business_note (business_id, id);

ALTER TABLE api_key ADD COLUMN organisation_id BLOB REFERENCES organisation (id);
-- Most requests a minute, and most units a calendar month (UTC); absent where the server's settings hold.
ALTER TABLE api_key ADD COLUMN rate_per_minute INTEGER;
ALTER TABLE api_key ADD COLUMN monthly_quota INTEGER;
-- The key that takes its place.
ALTER TABLE api_key ADD COLUMN successor_id BLOB;

-- What a key used, by day since 1970-01-01 (UTC).
CREATE TABLE key_usage (
    key_id   BLOB    NOT NULL,
    day      INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    -- Requests, of which a batch counts as many as it has items.
    units    INTEGER NOT NULL,
    PRIMARY KEY (key_id, day)
) STRICT, WITHOUT ROWID;
