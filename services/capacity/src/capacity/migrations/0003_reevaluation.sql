SET LOCAL lock_timeout = '5s';

-- A filing is evaluated again when a lot, a step of its plan or the law changes: versions count its evaluations.
-- Null in what was written by code that counted none: then it is the revision, and what it was evaluated on is not kept.
ALTER TABLE replacement
    ADD COLUMN version bigint CHECK (version >= revision),
    -- The revision whose hold it is; the hold's id ends in the version that it was taken with.
    ADD COLUMN hold_revision integer CHECK (hold_revision BETWEEN 1 AND revision),
    -- What the revision held was given back by a decision, or its time was over: only a newer revision holds anew.
    ADD COLUMN ended boolean NOT NULL DEFAULT false,
    -- What the revision states, as a message of the contracts.
    ADD COLUMN dossier bytea,
    -- What of the evaluation decides. Evaluations of one signature differ in words only.
    ADD COLUMN signature bytea CHECK (length(signature) = 32),
    ADD COLUMN region_code text NOT NULL DEFAULT '',
    ADD COLUMN application_date date,
    -- The policy bundle under which it was last looked at, whether or not anything differed.
    ADD COLUMN looked_under text NOT NULL DEFAULT '';

-- Nothing but a decision or the lapse of time gave back what the newest revision held.
ALTER TABLE replacement DISABLE TRIGGER replacement_revision_only_grows;
UPDATE replacement SET ended = true
    WHERE NOT withdrawn AND hold_state IN ('voided', 'lapsed') AND hold_id = filing_id || '/' || revision;
ALTER TABLE replacement ENABLE TRIGGER replacement_revision_only_grows;

ALTER TABLE replacement DROP CONSTRAINT replacement_hold_is_its_own;
ALTER TABLE replacement ADD CONSTRAINT replacement_hold_is_its_own CHECK (
    hold_id IS NULL OR (
        starts_with(hold_id, filing_id || '/')
        AND split_part(hold_id, '/', 2)::bigint BETWEEN 1 AND coalesce(version, revision)
    )
);
ALTER TABLE replacement DROP CONSTRAINT replacement_hold_state_check;
ALTER TABLE replacement ADD CONSTRAINT replacement_hold_state_check
    CHECK (hold_state IN ('held', 'posted', 'voided', 'lapsed', 'reversed'));
ALTER TABLE replacement DROP CONSTRAINT replacement_withdrawn_holds_nothing;
ALTER TABLE replacement ADD CONSTRAINT replacement_withdrawn_holds_nothing CHECK (
    NOT withdrawn OR hold_id IS NULL OR hold_state IN ('posted', 'voided', 'lapsed', 'reversed')
);
ALTER TABLE replacement ADD CONSTRAINT replacement_ended_holds_nothing CHECK (
    NOT ended OR hold_state IN ('voided', 'lapsed', 'reversed')
);

CREATE OR REPLACE FUNCTION replacement_revision_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revision > OLD.revision AND NEW.version IS NOT DISTINCT FROM OLD.version THEN
        -- Written by code that counts no versions: what was kept of the older revision does not go with this one.
        NEW.version := greatest(coalesce(OLD.version, OLD.revision) + 1, NEW.revision);
        NEW.hold_revision := NULL;
        NEW.ended := false;
        NEW.dossier := NULL;
        NEW.signature := NULL;
    END IF;
    IF NEW.filing_id <> OLD.filing_id OR NEW.revision < OLD.revision
        OR coalesce(NEW.version, NEW.revision) < coalesce(OLD.version, OLD.revision)
        OR (coalesce(NEW.version, NEW.revision) = coalesce(OLD.version, OLD.revision)
            AND NEW.hold_state IS NOT DISTINCT FROM OLD.hold_state)
    THEN
        RAISE EXCEPTION 'the replacement of % stands at revision %, version %, and takes only a newer one',
            OLD.filing_id, OLD.revision, coalesce(OLD.version, OLD.revision);
    END IF;
    IF OLD.hold_state = 'posted'
        AND (NEW.hold_id IS DISTINCT FROM OLD.hold_id OR NEW.hold_state NOT IN ('posted', 'reversed'))
    THEN
        RAISE EXCEPTION 'what % has used is used for good, unless two persons reverse it', OLD.filing_id;
    END IF;
    IF NEW.hold_id = OLD.hold_id AND OLD.hold_state IN ('voided', 'lapsed', 'reversed')
        AND NEW.hold_state <> OLD.hold_state
    THEN
        RAISE EXCEPTION 'the hold % was given back once and for all', OLD.hold_id;
    END IF;
    RETURN NEW;
END
$$;

-- That it was looked at again is no evaluation.
DROP TRIGGER replacement_revision_only_grows ON replacement;
CREATE TRIGGER replacement_revision_only_grows
    BEFORE UPDATE OF filing_id, revision, withdrawn, evaluation, hold_id, hold_state, version ON replacement
    FOR EACH ROW EXECUTE FUNCTION replacement_revision_only_grows();

CREATE INDEX replacement_by_application ON replacement ((coalesce(application_date, 'infinity'::date)), filing_id);

-- The lots that a filing's newest revision names, registered or not.
CREATE TABLE named_lot (
    lot_id text COLLATE "C" NOT NULL,
    filing_id text COLLATE "C" NOT NULL REFERENCES replacement,
    PRIMARY KEY (lot_id, filing_id)
);
CREATE INDEX named_lot_by_filing ON named_lot (filing_id);

-- Filings to be evaluated again, one row for each cause, written in the transaction that caused it. A row is never changed
-- and never waited for: whoever evaluates a filing takes all rows that it can see first, and so sees what caused them.
CREATE TABLE reevaluation (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    filing_id text COLLATE "C" NOT NULL,
    cause text NOT NULL CHECK (cause <> ''),
    application_date date NOT NULL
);
CREATE INDEX reevaluation_in_order ON reevaluation (application_date, filing_id);
CREATE INDEX reevaluation_by_filing ON reevaluation (filing_id);

-- The newest opinion on each filing that was acted upon; an older one that comes late changes nothing.
CREATE TABLE opinion_heard (
    filing_id text COLLATE "C" PRIMARY KEY CHECK (length(filing_id) BETWEEN 3 AND 63),
    version bigint NOT NULL CHECK (version >= 1)
);
