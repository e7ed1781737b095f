-- The registry, its change feed, API keys and kept checks.
-- Instants are integer microseconds since 1970 UTC. JSON is text, since jsonb refuses some of what JSON may hold (\u0000).

-- What makes this database itself: its epoch (a random id), the secret of its digests.
CREATE TABLE meta (
    name  TEXT  NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE business (
    id          UUID   NOT NULL PRIMARY KEY,
    external_id TEXT   UNIQUE,
    name        TEXT   NOT NULL,
    -- Lower-cased name and aliases, one a line, for the search by name.
    search_text TEXT   NOT NULL,
    country     TEXT,
    category    TEXT,
    badge       TEXT   NOT NULL,
    badge_state TEXT   NOT NULL,
    profile     TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

CREATE INDEX business_country ON business (country, id);
CREATE INDEX business_category ON business (category, id);

-- One row per way to reach a business, so that "who holds this number" is a question to SQL too.
CREATE TABLE business_channel (
    kind        TEXT NOT NULL,
    value       TEXT NOT NULL,
    business_id UUID NOT NULL REFERENCES business (id) ON DELETE CASCADE,
    provenance  TEXT NOT NULL,
    PRIMARY KEY (kind, value, business_id)
);

CREATE INDEX business_channel_business ON business_channel (business_id);

-- The change feed: one number per transaction, taken from the head as the last statement.
CREATE TABLE registry_head (
    only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    seq      BIGINT NOT NULL,
    -- Changes up to this number have been dropped; a follower behind it loads anew.
    pruned   BIGINT NOT NULL
);

INSERT INTO registry_head (only_row, seq, pruned) VALUES (1, 0, 0);

CREATE TABLE registry_change (
    seq         BIGINT NOT NULL,
    business_id UUID   NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (seq, business_id)
);

CREATE TABLE api_key (
    id           UUID   NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL,
    secret_hash  BYTEA  NOT NULL,
    -- Scopes, separated by spaces.
    scopes       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    revoked_at   BIGINT,
    last_used_at BIGINT,
    uses         BIGINT NOT NULL
);

-- Kept checks hold no raw value of the account: keyed digests and the coarse result.
CREATE TABLE kept_check (
    id             UUID             NOT NULL PRIMARY KEY,
    at             BIGINT           NOT NULL,
    -- Of the account's identity, its strongest key: checks of one account have it in common.
    digest         BYTEA            NOT NULL,
    -- Of everything that was told of the account: a replay has to bring the same.
    input_digest   BYTEA            NOT NULL,
    medium         TEXT,
    verdict        TEXT             NOT NULL,
    basis          TEXT,
    score          DOUBLE PRECISION NOT NULL,
    business_id    UUID,
    -- What the answer rests on.
    model          TEXT             NOT NULL,
    epoch          UUID             NOT NULL,
    registry_seq   BIGINT           NOT NULL,
    -- The process whose index had grown change by change; absent when it was loaded whole.
    grown_in       UUID,
    prior_log_odds DOUBLE PRECISION NOT NULL,
    key_id         UUID
);

CREATE INDEX kept_check_at ON kept_check (at);
CREATE INDEX kept_check_digest ON kept_check (digest, at);

-- Answers of creating requests, for 24 hours, by the key that asked and its Idempotency-Key.
CREATE TABLE idempotency (
    caller       BYTEA  NOT NULL,
    key          TEXT   NOT NULL,
    request_hash BYTEA  NOT NULL,
    at           BIGINT NOT NULL,
    -- Both absent while the first request is in progress.
    status       BIGINT,
    body         BYTEA,
    PRIMARY KEY (caller, key)
);

CREATE INDEX idempotency_at ON idempotency (at);
