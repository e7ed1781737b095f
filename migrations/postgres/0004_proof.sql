-- What businesses claim and have proved: claims, evidence, codes that were sent, businesses that are held.

CREATE TABLE claim (
    id              UUID NOT NULL PRIMARY KEY,
    business_id     UUID NOT NULL REFERENCES business (id) ON DELETE CASCADE,
    kind            TEXT NOT NULL,
    -- The subject as it is told, and as it is compared.
    value           TEXT NOT NULL,
    value_key       TEXT NOT NULL,
    -- What a service outside calls the thing, and the account that it belongs to.
    outside_thing   TEXT,
    outside_account TEXT,
    -- What the service wants to be shown: a token, sealed by a key derived from the secret of the database.
    token           BYTEA,
    state           TEXT NOT NULL,
    -- Each round has a challenge of its own.
    round           BIGINT NOT NULL,
    -- The newest evidence of this round.
    evidence_id     UUID,
    evidence        TEXT,
    proved_at       BIGINT,
    expires_at      BIGINT,
    issuer          TEXT,
    detail          TEXT,
    -- When it is looked at without anybody asking, and until when a process does so.
    next_check_at   BIGINT,
    lease_until     BIGINT,
    attempts        BIGINT NOT NULL,
    -- Why the last look did not prove it.
    problem         TEXT,
    problem_detail  TEXT,
    problem_at      BIGINT,
    reminded_at     BIGINT,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    UNIQUE (business_id, kind, value_key)
);

CREATE INDEX claim_due ON claim (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX claim_outside ON claim (kind, outside_thing) WHERE outside_thing IS NOT NULL;
CREATE INDEX claim_account ON claim (kind, outside_account) WHERE outside_account IS NOT NULL;
CREATE INDEX claim_value ON claim (kind, value_key);

-- Every piece of evidence that was found.
CREATE TABLE claim_evidence (
    id         UUID NOT NULL PRIMARY KEY,
    claim_id   UUID NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    at         BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    issuer     TEXT NOT NULL,
    detail     TEXT NOT NULL
);

CREATE INDEX claim_evidence_claim ON claim_evidence (claim_id, id);

-- The one code of a claim that counts: the newest that was sent.
CREATE TABLE claim_code (
    claim_id   UUID NOT NULL PRIMARY KEY REFERENCES claim (id) ON DELETE CASCADE,
    round      BIGINT NOT NULL,
    -- Keyed hash of the code, the claim and its round.
    hash       BYTEA NOT NULL,
    sent_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries      BIGINT NOT NULL,
    used_at    BIGINT
);

-- When codes were sent, to bound how many are: by keyed hash of the address, and by business.
CREATE TABLE code_sent (
    address     BYTEA NOT NULL,
    business_id UUID NOT NULL,
    at          BIGINT NOT NULL
);

CREATE INDEX code_sent_address ON code_sent (address, at);
CREATE INDEX code_sent_business ON code_sent (business_id, at);
CREATE INDEX code_sent_at ON code_sent (at);

-- Businesses none of whose channels counts until a reviewer has looked at them.
CREATE TABLE badge_hold (
    business_id UUID NOT NULL PRIMARY KEY REFERENCES business (id) ON DELETE CASCADE,
    cause       TEXT NOT NULL,
    at          BIGINT NOT NULL,
    actor       TEXT NOT NULL
);
