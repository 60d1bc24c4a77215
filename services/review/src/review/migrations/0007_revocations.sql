-- Proposals to take an issued opinion back: one person proposes, another signs.
CREATE TABLE opinion_revocation (
    filing_id text COLLATE "C" NOT NULL REFERENCES opinion_docket,
    number integer NOT NULL CHECK (number >= 1),
    opinion_number integer NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    proposer text NOT NULL CHECK (proposer <> ''),
    propose_time timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'signed', 'withdrawn')),
    settled_by text NOT NULL,
    settle_time timestamptz,
    withdraw_reason text NOT NULL,
    PRIMARY KEY (filing_id, number),
    FOREIGN KEY (filing_id, opinion_number) REFERENCES opinion (filing_id, number),
    CHECK ((state = 'proposed') = (settled_by = '') AND (settled_by = '') = (settle_time IS NULL)),
    CHECK ((state = 'withdrawn') = (withdraw_reason <> '')),
    CHECK (state <> 'signed' OR lower(settled_by) <> lower(proposer))
);
CREATE UNIQUE INDEX opinion_revocation_one_open ON opinion_revocation (filing_id, opinion_number)
    WHERE state = 'proposed';

CREATE FUNCTION opinion_revocation_only_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'proposed'
        OR (NEW.filing_id, NEW.number, NEW.opinion_number, NEW.reason, NEW.proposer, NEW.propose_time)
        IS DISTINCT FROM (OLD.filing_id, OLD.number, OLD.opinion_number, OLD.reason, OLD.proposer, OLD.propose_time)
    THEN
        RAISE EXCEPTION 'the revocation % on % is % and stays as it was proposed', OLD.number, OLD.filing_id, OLD.state;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER opinion_revocation_only_moves_on BEFORE UPDATE ON opinion_revocation
    FOR EACH ROW EXECUTE FUNCTION opinion_revocation_only_moves_on();
CREATE TRIGGER opinion_revocation_is_kept BEFORE DELETE OR TRUNCATE ON opinion_revocation
    FOR EACH STATEMENT EXECUTE FUNCTION opinion_change_is_only_added_to();

CALL protect_rows_of('opinion_revocation', 'review', 'filing_id');
