-- The registry, its change feed, API keys and kept checks.
-- Ids are UUIDs as 16 bytes, instants integer microseconds since 1970 UTC, JSON is text.

-- What makes this database itself: its epoch (a random id), the secret of its digests.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE business (
    id          BLOB    NOT NULL PRIMARY KEY,
    external_id TEXT    UNIQUE,
    name        TEXT    NOT NULL,
    -- Lower-cased name and aliases, one a line, for the search by name.
    search_text TEXT    NOT NULL,
    country     TEXT,
    category    TEXT,
    badge       TEXT    NOT NULL,
    badge_state TEXT    NOT NULL,
    profile     TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX business_country ON business (country, id);
CREATE INDEX business_category ON business (category, id);

-- One row per way to reach a business, so that "who holds this number" is a question to SQL too.
CREATE TABLE business_channel (
    kind        TEXT NOT NULL,
    value       TEXT NOT NULL,
    business_id BLOB NOT NULL REFERENCES business (id) ON DELETE CASCADE,
    provenance  TEXT NOT NULL,
    PRIMARY KEY (kind, value, business_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX business_channel_business ON business_channel (business_id);

-- The change feed: one number per transaction, taken from the head as the last statement.
CREATE TABLE registry_head (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    seq      INTEGER NOT NULL,
    -- Changes up to this number have been dropped; a follower behind it loads anew.
    pruned   INTEGER NOT NULL
) STRICT;

INSERT INTO registry_head (only_row, seq, pruned) VALUES (1, 0, 0);

CREATE TABLE registry_change (
    seq         INTEGER NOT NULL,
    business_id BLOB    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (seq, business_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
    id           BLOB    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    secret_hash  BLOB    NOT NULL,
    -- Scopes, separated by spaces.
    scopes       TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    revoked_at   INTEGER,
    last_used_at INTEGER,
    uses         INTEGER NOT NULL
) STRICT;

-- Kept checks hold no raw value of the account: keyed digests and the coarse result.
CREATE TABLE kept_check (
    id             BLOB    NOT NULL PRIMARY KEY,
    at             INTEGER NOT NULL,
    -- Of the account's identity, its strongest key: checks of one account have it in common.
    digest         BLOB    NOT NULL,
    -- Of everything that was told of the account: a replay has to bring the same.
    input_digest   BLOB    NOT NULL,
    medium         TEXT,
    verdict        TEXT    NOT NULL,
    basis          TEXT,
    score          REAL    NOT NULL,
    business_id    BLOB,
    -- What the answer rests on.
    model          TEXT    NOT NULL,
    epoch          BLOB    NOT NULL,
    registry_seq   INTEGER NOT NULL,
    -- The process whose index had grown change by change; absent when it was loaded whole.
    grown_in       BLOB,
    prior_log_odds REAL    NOT NULL,
    key_id         BLOB
) STRICT;

CREATE INDEX kept_check_at ON kept_check (at);
CREATE INDEX kept_check_digest ON kept_check (digest, at);

-- Answers of creating requests, for 24 hours, by the key that asked and its Idempotency-Key.
CREATE TABLE idempotency (
    caller       BLOB    NOT NULL,
    key          TEXT    NOT NULL,
    request_hash BLOB    NOT NULL,
    at           INTEGER NOT NULL,
    -- Both absent while the first request is in progress.
    status       INTEGER,
    body         BLOB,
    PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_at ON idempotency (at);
