-- Drafts of the law that were tried on all filings and put forward: one person proposes, another approves.
CREATE TABLE law_proposal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id uuid NOT NULL UNIQUE,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    archive bytea NOT NULL,
    bundle_hash text NOT NULL CHECK (bundle_hash <> ''),
    -- The law in force when it was tried.
    base_hash text NOT NULL CHECK (base_hash <> ''),
    changes integer NOT NULL CHECK (changes >= 1),
    looked_at integer NOT NULL CHECK (looked_at >= 0),
    changed integer NOT NULL CHECK (changed BETWEEN 0 AND looked_at),
    document text NOT NULL CHECK (document <> ''),
    note text NOT NULL,
    proposer text NOT NULL CHECK (proposer <> ''),
    propose_time timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
    settled_by text NOT NULL,
    settle_time timestamptz,
    reason text NOT NULL,
    CHECK ((state = 'proposed') = (settled_by = '') AND (settled_by = '') = (settle_time IS NULL)),
    CHECK ((state = 'rejected') = (reason <> '')),
    CHECK (state <> 'approved' OR lower(settled_by) <> lower(proposer))
);
CREATE UNIQUE INDEX law_proposal_one_open ON law_proposal (bundle_hash) WHERE state = 'proposed';

CREATE FUNCTION law_proposal_only_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'proposed' OR (NEW.request_id, NEW.name, NEW.archive, NEW.bundle_hash, NEW.base_hash, NEW.changes,
        NEW.looked_at, NEW.changed, NEW.document, NEW.note, NEW.proposer, NEW.propose_time)
        IS DISTINCT FROM (OLD.request_id, OLD.name, OLD.archive, OLD.bundle_hash, OLD.base_hash, OLD.changes,
        OLD.looked_at, OLD.changed, OLD.document, OLD.note, OLD.proposer, OLD.propose_time)
    THEN
        RAISE EXCEPTION 'the proposal % is % and stays as it was made', OLD.id, OLD.state;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER law_proposal_only_moves_on BEFORE UPDATE ON law_proposal
    FOR EACH ROW EXECUTE FUNCTION law_proposal_only_moves_on();
