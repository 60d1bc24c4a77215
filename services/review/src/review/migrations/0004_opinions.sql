-- Opinions: one person drafts on the decision that stands, another signs.

CREATE FUNCTION opinion_change_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only added to: what was done is corrected by a further change', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

-- What was decided last of each filing, and how far its opinions have come; its row is their lock.
CREATE TABLE opinion_docket (
    filing_id text COLLATE "C" PRIMARY KEY CHECK (length(filing_id) BETWEEN 3 AND 63),
    -- The number of the decision, and what it says; null before there is one.
    decision integer CHECK (decision >= 1),
    outcome text CHECK (outcome IN ('approve', 'defer', 'block')),
    disposition text CHECK (disposition <> ''),
    revision integer CHECK (revision >= 1),
    withdrawn boolean NOT NULL DEFAULT false,
    opinions integer NOT NULL DEFAULT 0 CHECK (opinions >= 0),
    -- Grows with every change of any opinion on the filing.
    version bigint NOT NULL DEFAULT 0 CHECK (version >= opinions),
    draft_open boolean NOT NULL DEFAULT false,
    CHECK (num_nonnulls(decision, outcome, disposition, revision) IN (0, 4)),
    CHECK (opinions = 0 OR decision IS NOT NULL)
);

CREATE FUNCTION opinion_docket_only_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.filing_id <> OLD.filing_id OR NEW.decision < OLD.decision OR NEW.opinions < OLD.opinions
        OR NEW.version < OLD.version OR (OLD.withdrawn AND NOT NEW.withdrawn)
    THEN
        RAISE EXCEPTION 'the docket of % stands at decision % and version % and takes only a newer one',
            OLD.filing_id, OLD.decision, OLD.version;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER opinion_docket_only_moves_on BEFORE UPDATE ON opinion_docket
    FOR EACH ROW EXECUTE FUNCTION opinion_docket_only_moves_on();

-- Each opinion as it stands.
CREATE TABLE opinion (
    filing_id text COLLATE "C" NOT NULL REFERENCES opinion_docket,
    number integer NOT NULL CHECK (number >= 1),
    -- The decision that it rests on.
    decision integer NOT NULL CHECK (decision >= 1),
    disposition text NOT NULL CHECK (disposition <> ''),
    revision integer NOT NULL CHECK (revision >= 1),
    result text NOT NULL CHECK (result IN ('pass', 'not_pass')),
    text text NOT NULL CHECK (text <> ''),
    conditions text[] NOT NULL,
    drafter text NOT NULL CHECK (drafter <> ''),
    state text NOT NULL CHECK (state IN ('draft', 'returned', 'issued', 'lapsed', 'revoked', 'overtaken')),
    signer text NOT NULL,
    document text NOT NULL,
    issued_on date,
    -- The first day on which it no longer holds unless construction started, and the law that says so.
    lapses_on date,
    lapse_basis bytea NOT NULL,
    construction_started_on date,
    construction_evidence text NOT NULL,
    reason text NOT NULL,
    revokers text[] NOT NULL,
    version bigint NOT NULL CHECK (version >= number),
    PRIMARY KEY (filing_id, number),
    CHECK ((issued_on IS NULL) = (signer = '') AND (issued_on IS NULL) = (document = '')),
    CHECK (lower(signer) <> lower(drafter)),
    CHECK (state NOT IN ('issued', 'lapsed', 'revoked') OR issued_on IS NOT NULL),
    CHECK (state NOT IN ('draft', 'returned') OR issued_on IS NULL),
    CHECK ((state = 'revoked') = (revokers <> '{}')),
    CHECK ((lapses_on IS NULL) = (lapse_basis = '')),
    CHECK (lapses_on IS NULL OR (result = 'pass' AND lapses_on > issued_on)),
    CHECK (state <> 'lapsed' OR (lapses_on IS NOT NULL AND construction_started_on IS NULL)),
    CHECK ((construction_started_on IS NULL) = (construction_evidence = '')),
    CHECK (
        construction_started_on IS NULL
        OR (
            result = 'pass' AND issued_on IS NOT NULL AND construction_started_on >= issued_on
            AND (lapses_on IS NULL OR construction_started_on < lapses_on)
        )
    )
);
CREATE UNIQUE INDEX opinion_one_draft ON opinion (filing_id) WHERE state = 'draft';
CREATE UNIQUE INDEX opinion_one_in_force ON opinion (filing_id, revision) WHERE state = 'issued';
CREATE UNIQUE INDEX opinion_one_pass_in_force ON opinion (filing_id) WHERE state = 'issued' AND result = 'pass';
CREATE INDEX opinion_due ON opinion (lapses_on, filing_id)
    WHERE state = 'issued' AND construction_started_on IS NULL AND lapses_on IS NOT NULL;

CREATE FUNCTION opinion_only_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.filing_id, NEW.number, NEW.revision, NEW.disposition, NEW.result, NEW.text, NEW.conditions, NEW.drafter)
        IS DISTINCT FROM
        (OLD.filing_id, OLD.number, OLD.revision, OLD.disposition, OLD.result, OLD.text, OLD.conditions, OLD.drafter)
    THEN
        RAISE EXCEPTION 'what the opinion % on % says is never changed: draft anew', OLD.number, OLD.filing_id;
    END IF;
    IF NEW.version <= OLD.version OR NEW.decision < OLD.decision OR NOT (
        (OLD.state = 'draft' AND NEW.state IN ('draft', 'returned', 'issued', 'overtaken'))
        OR (OLD.state = 'issued' AND NEW.state IN ('issued', 'lapsed', 'revoked', 'overtaken'))
    ) THEN
        RAISE EXCEPTION 'the opinion % on % is % and cannot become %', OLD.number, OLD.filing_id, OLD.state, NEW.state;
    END IF;
    IF OLD.issued_on IS NOT NULL AND (NEW.decision, NEW.signer, NEW.document, NEW.issued_on, NEW.lapses_on)
        IS DISTINCT FROM (OLD.decision, OLD.signer, OLD.document, OLD.issued_on, OLD.lapses_on)
    THEN
        RAISE EXCEPTION 'the opinion % on % was signed as it is', OLD.number, OLD.filing_id;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER opinion_only_moves_on BEFORE UPDATE ON opinion
    FOR EACH ROW EXECUTE FUNCTION opinion_only_moves_on();
CREATE TRIGGER opinion_is_kept BEFORE DELETE OR TRUNCATE ON opinion
    FOR EACH STATEMENT EXECUTE FUNCTION opinion_change_is_only_added_to();

-- Every change of every opinion: who, and why or by which document.
CREATE TABLE opinion_change (
    filing_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    number integer NOT NULL,
    kind text NOT NULL CHECK (kind IN (
        'drafted', 'rebased', 'returned', 'overtaken', 'issued', 'started', 'lapsed', 'revoked'
    )),
    persons text[] NOT NULL,
    note text NOT NULL,
    known_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (filing_id, version),
    FOREIGN KEY (filing_id, number) REFERENCES opinion
);
CREATE TRIGGER opinion_change_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON opinion_change
    FOR EACH STATEMENT EXECUTE FUNCTION opinion_change_is_only_added_to();
