-- The cases that have something in common are read in the order of the queue: without a sort, and no more of them than are shown.
DROP INDEX review_case_block;
DROP INDEX review_case_name;
DROP INDEX review_case_site;
CREATE INDEX review_case_block ON review_case (block_digest, state, priority DESC, id) WHERE block_digest IS NOT NULL;
CREATE INDEX review_case_name ON review_case (name_digest, state, priority DESC, id) WHERE name_digest IS NOT NULL;
CREATE INDEX review_case_site ON review_case (site_digest, state, priority DESC, id) WHERE site_digest IS NOT NULL;

-- A filter that few cases of a long queue pass is answered from the index alone; only what is shown is read.
DROP INDEX review_case_queue;
CREATE INDEX review_case_queue
    ON review_case (state, priority DESC, id, verdict, escalated_at, proposal_id, outcome, opened_at, signals);
CREATE INDEX review_case_verdict ON review_case (state, verdict, priority DESC, id);
