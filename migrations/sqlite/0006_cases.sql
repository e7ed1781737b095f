-- The review of accounts: cases, reports, rulings, appeals, and what reviewers keep for themselves.
-- Raw values of an account stand only sealed, by a key of the case's own; that key destroyed, nothing can be read.

CREATE TABLE review_case (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    -- Keyed digest of the account's key, the same as of kept checks.
    key_digest BLOB NOT NULL,
    key_kind TEXT NOT NULL,
    state TEXT NOT NULL,
    business_id BLOB,
    verdict TEXT NOT NULL,
    score REAL NOT NULL,
    -- Codes, separated by spaces.
    signals TEXT NOT NULL,
    medium TEXT,
    reports INTEGER NOT NULL,
    independent REAL NOT NULL,
    business_size REAL NOT NULL,
    -- Stored and refreshed, so that the queue is read by an index.
    priority REAL NOT NULL,
    priority_at INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    escalated_at INTEGER,
    escalated_by TEXT,
    claimed_by TEXT,
    claimed_at INTEGER,
    claim_until INTEGER,
    proposal_id BLOB,
    proposal_kind TEXT,
    proposed_by TEXT,
    ruling_id BLOB,
    outcome TEXT,
    decided_by TEXT,
    first_by TEXT,
    decided_at INTEGER,
    undo_until INTEGER,
    -- Microseconds from the claim to the ruling.
    handled_in INTEGER,
    merged_into BLOB,
    block_digest BLOB,
    name_digest BLOB,
    site_digest BLOB,
    -- What is known to be right, where it measures reviewers.
    golden TEXT
) STRICT;

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
    case_id BLOB NOT NULL PRIMARY KEY REFERENCES review_case (id) ON DELETE CASCADE,
    -- The case's key, sealed by one derived from the secret of the database.
    sealed_key BLOB NOT NULL,
    -- The account as JSON, sealed by the case's key.
    account BLOB NOT NULL
) STRICT;

-- What happened to a case, one row for each version: who, what, and ids or codes; never a value of the account.
CREATE TABLE case_event (
    case_id BLOB NOT NULL REFERENCES review_case (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT,
    PRIMARY KEY (case_id, version)
) STRICT;

CREATE TABLE ruling (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES review_case (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- Why, sealed by the case's key.
    sentence BLOB NOT NULL,
    state TEXT NOT NULL,
    business_id BLOB,
    duplicate_of BLOB,
    bulk_id BLOB
) STRICT;

CREATE INDEX ruling_case ON ruling (case_id, id);
CREATE INDEX ruling_bulk ON ruling (bulk_id, id) WHERE bulk_id IS NOT NULL;
CREATE INDEX ruling_at ON ruling (at);

-- Keys of accounts that checks answer with confirmed_impostor.
CREATE TABLE impostor_key (
    ruling_id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL,
    key_digest BLOB NOT NULL,
    business_id BLOB,
    ruled_at INTEGER NOT NULL,
    lapses_at INTEGER NOT NULL,
    ended_at INTEGER,
    -- The ruling or appeal that ended it.
    ended_by TEXT,
    -- The number of the change feed under which it last changed.
    feed_seq INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX impostor_key_active ON impostor_key (key_digest) WHERE ended_at IS NULL;
CREATE INDEX impostor_key_feed ON impostor_key (feed_seq);
CREATE INDEX impostor_key_ended_by ON impostor_key (ended_by) WHERE ended_by IS NOT NULL;

CREATE TABLE report (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES review_case (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    -- Keyed digests of who reports, and of the network or partner through which.
    reporter BLOB NOT NULL,
    source BLOB NOT NULL,
    weight REAL NOT NULL,
    harm TEXT NOT NULL,
    -- What is told, sealed by the case's key.
    content BLOB NOT NULL,
    -- Keyed hash of the token by which the reporter asks how it stands.
    token_hash BLOB NOT NULL UNIQUE,
    bad_faith_at INTEGER
) STRICT;

CREATE INDEX report_case ON report (case_id, id);
CREATE INDEX report_reporter ON report (case_id, reporter);
CREATE INDEX report_source ON report (case_id, source);
CREATE INDEX report_by ON report (reporter, case_id);
CREATE INDEX report_at ON report (at);

CREATE TABLE report_file (
    id BLOB NOT NULL PRIMARY KEY,
    report_id BLOB NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    case_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    -- The name that it came with, sealed by the case's key, as is its content.
    name BLOB NOT NULL,
    kind TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    content BLOB NOT NULL
) STRICT;

CREATE INDEX report_file_report ON report_file (report_id, id);
CREATE INDEX report_file_case ON report_file (case_id, id);

CREATE TABLE reporter (
    digest BLOB NOT NULL PRIMARY KEY,
    reports INTEGER NOT NULL,
    bad_faith INTEGER NOT NULL,
    suspended_until INTEGER
) STRICT;

CREATE TABLE appeal (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES review_case (id) ON DELETE CASCADE,
    ruling_id BLOB NOT NULL,
    appellant TEXT NOT NULL,
    report_id BLOB,
    state TEXT NOT NULL,
    control TEXT NOT NULL,
    at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    judged_at INTEGER,
    judged_by TEXT,
    reason TEXT,
    -- What is told by the appellant and to the appellant, sealed by the case's key.
    grounds BLOB NOT NULL,
    finding BLOB,
    answer BLOB,
    token_hash BLOB NOT NULL UNIQUE,
    -- The code that was sent to the account, and how often it was tried.
    code_hash BLOB,
    code_until INTEGER,
    code_tries INTEGER NOT NULL,
    codes_sent INTEGER NOT NULL
) STRICT;

CREATE INDEX appeal_case ON appeal (case_id, id);
CREATE INDEX appeal_state ON appeal (state, id);

-- What a ruling asks a business to prove.
CREATE TABLE channel_request (
    ruling_id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL,
    business_id BLOB NOT NULL REFERENCES business (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    at INTEGER NOT NULL,
    withdrawn_at INTEGER
) STRICT;

CREATE INDEX channel_request_business ON channel_request (business_id, at);

-- What others are to be told of, written by the transaction that causes it.
CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- JSON of ids and codes.
    body TEXT NOT NULL,
    delivered_at INTEGER
) STRICT;

CREATE INDEX outbox_waiting ON outbox (id) WHERE delivered_at IS NULL;

-- How golden cases were ruled on.
CREATE TABLE golden_result (
    case_id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    expected TEXT NOT NULL,
    given TEXT NOT NULL
) STRICT;

CREATE INDEX golden_result_at ON golden_result (at);

CREATE TABLE case_note (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES review_case (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    -- Sealed by the case's key.
    text BLOB NOT NULL
) STRICT;

CREATE INDEX case_note_case ON case_note (case_id, id);

CREATE TABLE reply_template (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE case_view (
    id BLOB NOT NULL PRIMARY KEY,
    -- Whose it is.
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    -- JSON of the filter.
    filter TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (owner, name)
) STRICT;
