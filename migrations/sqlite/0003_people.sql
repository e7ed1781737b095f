-- People who sign in: accounts, second factors, sessions, and identities at outside providers.

CREATE TABLE person (
    id                BLOB    NOT NULL PRIMARY KEY,
    email             TEXT    NOT NULL,
    -- The address in lower case: what it is compared by.
    email_key         TEXT    NOT NULL UNIQUE,
    name              TEXT    NOT NULL,
    role              TEXT    NOT NULL,
    organisation_id   BLOB    REFERENCES organisation (id),
    -- Argon2id in PHC form; absent for one who signs in elsewhere, or has not chosen a password yet.
    password_hash     TEXT,
    -- Sealed by a key derived from the secret of the database.
    totp_secret       BLOB,
    -- Absent until a code has shown that the secret arrived.
    totp_confirmed_at INTEGER,
    -- The last time step whose code was used: none is taken twice.
    totp_step         INTEGER,
    -- Refused sign-ins since the last that succeeded.
    failures          INTEGER NOT NULL,
    locked_until      INTEGER,
    disabled_at       INTEGER,
    version           INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
) STRICT;

-- Keyed hashes; a code is deleted when it is used.
CREATE TABLE recovery_code (
    person_id BLOB NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    hash      BLOB NOT NULL,
    PRIMARY KEY (person_id, hash)
) STRICT, WITHOUT ROWID;

-- The link by which somebody chooses a new password; a new one takes the place of the last.
CREATE TABLE password_reset (
    person_id  BLOB    NOT NULL PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    token_hash BLOB    NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    id            BLOB    NOT NULL PRIMARY KEY,
    person_id     BLOB    NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    -- Keyed hash; the token itself is nowhere but in the browser.
    token_hash    BLOB    NOT NULL UNIQUE,
    created_at    INTEGER NOT NULL,
    -- Written at most once a minute.
    last_seen_at  INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    user_agent    TEXT,
    -- 1 once a second factor was shown.
    second_factor INTEGER NOT NULL,
    revoked_at    INTEGER
) STRICT;

CREATE INDEX session_person ON session (person_id, id);
CREATE INDEX session_expires ON session (expires_at);

-- Who somebody is at an OpenID provider.
CREATE TABLE person_identity (
    issuer    TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    person_id BLOB    NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    linked_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX person_identity_person ON person_identity (person_id);
