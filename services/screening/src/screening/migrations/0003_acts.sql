-- Every policy bundle that decisions were made under, for ever: a decision can be made again under its own law.
CREATE TABLE policy_bundle (
    bundle_hash text COLLATE "C" PRIMARY KEY,
    law bytea NOT NULL,
    first_used timestamptz NOT NULL
);

-- Every ruling of a person, for ever. The newest on a revision counts.
CREATE TABLE ruling (
    filing_id text COLLATE "C" NOT NULL REFERENCES screening_case,
    number integer NOT NULL CHECK (number >= 1),
    revision integer NOT NULL CHECK (revision >= 1),
    decision_number integer NOT NULL,
    disposition text NOT NULL
        CHECK (disposition IN ('approve', 'conditional', 'not_pass', 'prohibit', 'return', 'defer')),
    rules text[] NOT NULL CHECK (cardinality(rules) >= 1),
    person text NOT NULL CHECK (person <> ''),
    clause text NOT NULL CHECK (clause <> ''),
    reason text NOT NULL CHECK (reason <> ''),
    record_time timestamptz NOT NULL,
    PRIMARY KEY (filing_id, number),
    FOREIGN KEY (filing_id, decision_number) REFERENCES decision
);

-- Every override that was proposed, for ever; until is the first day on which the rules count again.
CREATE TABLE override (
    filing_id text COLLATE "C" NOT NULL REFERENCES screening_case,
    number integer NOT NULL CHECK (number >= 1),
    revision integer NOT NULL CHECK (revision >= 1),
    decision_number integer NOT NULL,
    rules text[] NOT NULL CHECK (cardinality(rules) BETWEEN 1 AND 20),
    reason text NOT NULL CHECK (reason <> ''),
    evidence text NOT NULL CHECK (evidence <> ''),
    until date NOT NULL,
    proposer text NOT NULL CHECK (proposer <> ''),
    propose_time timestamptz NOT NULL,
    PRIMARY KEY (filing_id, number),
    FOREIGN KEY (filing_id, decision_number) REFERENCES decision
);

-- What persons did to an override, each step once.
CREATE TABLE override_step (
    filing_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    step text NOT NULL CHECK (step IN ('signed', 'ended')),
    person text NOT NULL CHECK (person <> ''),
    reason text NOT NULL,
    step_time timestamptz NOT NULL,
    PRIMARY KEY (filing_id, number, step),
    FOREIGN KEY (filing_id, number) REFERENCES override
);

CREATE TRIGGER policy_bundle_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_bundle
    FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
CREATE TRIGGER ruling_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ruling
    FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
CREATE TRIGGER override_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON override
    FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
CREATE TRIGGER override_step_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON override_step
    FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
