-- The review of accounts: cases, reports, rulings, appeals, and what reviewers keep for themselves.
-- Raw values of an account stand only sealed, by a key of the case's own; that key destroyed, nothing can be read.

CREATE TABLE review_case (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    -- Keyed digest of the account's key, the same as of kept checks.
    key_digest BYTEA NOT NULL,
    key_kind TEXT NOT NULL,
    state TEXT NOT NULL,
    business_id UUID,
    verdict TEXT NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    -- Codes, separated by spaces.
    signals TEXT NOT NULL,
    medium TEXT,
    reports BIGINT NOT NULL,
    independent DOUBLE PRECISION NOT NULL,
    business_size DOUBLE PRECISION NOT NULL,
    -- Stored and refreshed, so that the queue is read by an index.
    priority DOUBLE PRECISION NOT NULL,
    priority_at BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    escalated_at BIGINT,
    escalated_by TEXT,
    claimed_by TEXT,
    claimed_at BIGINT,
    claim_until BIGINT,
    proposal_id UUID,
    proposal_kind TEXT,
    proposed_by TEXT,
    ruling_id UUID,
    outcome TEXT,
    decided_by TEXT,
    first_by TEXT,
    decided_at BIGINT,
    undo_until BIGINT,
    -- Microseconds from the claim to the ruling.
    handled_in BIGINT,
    merged_into UUID,
    block_digest BYTEA,
    name_digest BYTEA,
    site_digest BYTEA,
    -- What is known to be right, where it measures reviewers.
    golden TEXT
);

-- One account has one live case.
CREATE UNIQUE INDEX review_case_key ON review_case (key_digest) WHERE state <> 'closed' AND golden IS NULL;
CREATE INDEX review_case_digest ON review_case (key_digest, id);
CREATE INDEX review_case_queue ON review_case (state, priority DESC, id);
CREATE INDEX review_case_business ON review_case (business_id, state, priority DESC, id);
CREATE INDEX review_case_claimed ON review_case (claim_until) WHERE state = 'claimed';
CREATE INDEX review_case_refresh ON review_case (priority_at) WHERE state = 'open';
CREATE INDEX review_case_opened ON review_case (opened_at);
CREATE INDEX review_case_decided ON review_case (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX review_case_escalated ON review_case (escalated_at) WHERE escalated_at IS NOT NULL;
CREATE INDEX review_case_holder ON review_case (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX review_case_block ON review_case (block_digest, id) WHERE block_digest IS NOT NULL;
CREATE INDEX review_case_name ON review_case (name_digest, id) WHERE name_digest IS NOT NULL;
CREATE INDEX review_case_site ON review_case (site_digest, id) WHERE site_digest IS NOT NULL;
CREATE INDEX review_case_golden ON review_case (state) WHERE golden IS NOT NULL;
CREATE INDEX review_case_merged ON review_case (merged_into) WHERE merged_into IS NOT NULL;

-- Erasure deletes the row.
CREATE TABLE case_secret (
    case_id UUID NOT NULL PRIMARY KEY REFERENCES review_case (id) ON DELETE CASCADE,
    -- The case's key, sealed by one derived from the secret of the database.
    sealed_key BYTEA NOT NULL,
    -- The account as JSON, sealed by the case's key.
    account BYTEA NOT NULL
);

-- What happened to a case, one row for each version: who, what, and ids or codes; never a value of the account.
CREATE TABLE case_event (
    case_id UUID NOT NULL REFERENCES review_case (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT,
    PRIMARY KEY (case_id, version)
);

CREATE TABLE ruling (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES review_case (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- Why, sealed by the case's key.
    sentence BYTEA NOT NULL,
    state TEXT NOT NULL,
    business_id UUID,
    duplicate_of UUID,
    bulk_id UUID
);

CREATE INDEX ruling_case ON ruling (case_id, id);
CREATE INDEX ruling_bulk ON ruling (bulk_id, id) WHERE bulk_id IS NOT NULL;
CREATE INDEX ruling_at ON ruling (at);

-- Keys of accounts that checks answer with confirmed_impostor.
CREATE TABLE impostor_key (
    ruling_id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL,
    key_digest BYTEA NOT NULL,
    business_id UUID,
    ruled_at BIGINT NOT NULL,
    lapses_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- The ruling or appeal that ended it.
    ended_by TEXT,
    -- The number of the change feed under which it last changed.
    feed_seq BIGINT NOT NULL
);

CREATE UNIQUE INDEX impostor_key_active ON impostor_key (key_digest) WHERE ended_at IS NULL;
CREATE INDEX impostor_key_feed ON impostor_key (feed_seq);
CREATE INDEX impostor_key_ended_by ON impostor_key (ended_by) WHERE ended_by IS NOT NULL;

CREATE TABLE report (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES review_case (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    -- Keyed digests of who reports, and of the network or partner through which.
    reporter BYTEA NOT NULL,
    source BYTEA NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    harm TEXT NOT NULL,
    -- What is told, sealed by the case's key.
    content BYTEA NOT NULL,
    -- Keyed hash of the token by which the reporter asks how it stands.
    token_hash BYTEA NOT NULL UNIQUE,
    bad_faith_at BIGINT
);

CREATE INDEX report_case ON report (case_id, id);
CREATE INDEX report_reporter ON report (case_id, reporter);
CREATE INDEX report_source ON report (case_id, source);
CREATE INDEX report_by ON report (reporter, case_id);
CREATE INDEX report_at ON report (at);

CREATE TABLE report_file (
    id UUID NOT NULL PRIMARY KEY,
    report_id UUID NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    case_id UUID NOT NULL,
    at BIGINT NOT NULL,
    -- The name that it came with, sealed by the case's key, as is its content.
    name BYTEA NOT NULL,
    kind TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    content BYTEA NOT NULL
);

CREATE INDEX report_file_report ON report_file (report_id, id);
CREATE INDEX report_file_case ON report_file (case_id, id);

CREATE TABLE reporter (
    digest BYTEA NOT NULL PRIMARY KEY,
    reports BIGINT NOT NULL,
    bad_faith BIGINT NOT NULL,
    suspended_until BIGINT
);

CREATE TABLE appeal (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES review_case (id) ON DELETE CASCADE,
    ruling_id UUID NOT NULL,
    appellant TEXT NOT NULL,
    report_id UUID,
    state TEXT NOT NULL,
    control TEXT NOT NULL,
    at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    judged_at BIGINT,
    judged_by TEXT,
    reason TEXT,
    -- What is told by the appellant and to the appellant, sealed by the case's key.
    grounds BYTEA NOT NULL,
    finding BYTEA,
    answer BYTEA,
    token_hash BYTEA NOT NULL UNIQUE,
    -- The code that was sent to the account, and how often it was tried.
    code_hash BYTEA,
    code_until BIGINT,
    code_tries BIGINT NOT NULL,
    codes_sent BIGINT NOT NULL
);

CREATE INDEX appeal_case ON appeal (case_id, id);
CREATE INDEX appeal_state ON appeal (state, id);

-- What a ruling asks a business to prove.
CREATE TABLE channel_request (
    ruling_id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL,
    business_id UUID NOT NULL REFERENCES business (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    at BIGINT NOT NULL,
    withdrawn_at BIGINT
);

CREATE INDEX channel_request_business ON channel_request (business_id, at);

-- What others are to be told of, written by the transaction that causes it.
CREATE TABLE outbox (
    id UUID NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- JSON of ids and codes.
    body TEXT NOT NULL,
    delivered_at BIGINT
);

CREATE INDEX outbox_waiting ON outbox (id) WHERE delivered_at IS NULL;

-- How golden cases were ruled on.
CREATE TABLE golden_result (
    case_id UUID NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    expected TEXT NOT NULL,
    given TEXT NOT NULL
);

CREATE INDEX golden_result_at ON golden_result (at);

CREATE TABLE case_note (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES review_case (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    -- Sealed by the case's key.
    text BYTEA NOT NULL
);

CREATE INDEX case_note_case ON case_note (case_id, id);

CREATE TABLE reply_template (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE case_view (
    id UUID NOT NULL PRIMARY KEY,
    -- Whose it is.
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    -- JSON of the filter.
    filter TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (owner, name)
);
