-- The public badge log: what became of badges, as the leaves of a Merkle tree (RFC 6962). Nothing here is ever changed.

CREATE TABLE badge_log_head (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    -- Events.
    size     INTEGER NOT NULL,
    -- Hashes of the complete subtrees of which the tree consists, the largest first, 32 bytes each.
    frontier BLOB NOT NULL
) STRICT;

INSERT INTO badge_log_head (only_row, size, frontier) VALUES (1, 0, x'');

CREATE TABLE badge_event (
    -- From 0, without holes.
    leaf_index  INTEGER NOT NULL PRIMARY KEY,
    at          INTEGER NOT NULL,
    -- No reference: the log outlives the business.
    business_id BLOB NOT NULL,
    name        TEXT NOT NULL,
    badge       TEXT NOT NULL,
    change      TEXT NOT NULL,
    reason      TEXT NOT NULL
) STRICT;

CREATE INDEX badge_event_business ON badge_event (business_id, leaf_index);

-- The hash of each complete subtree. One of 2^level leaves from `start` on has the id 2*start + 2^level - 1, leaf i has 2*i.
CREATE TABLE badge_log_node (
    id   INTEGER NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL
) STRICT;
