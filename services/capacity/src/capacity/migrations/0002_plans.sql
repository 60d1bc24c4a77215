SET LOCAL lock_timeout = '5s';

-- Equipment, facts and the findings of the registration, as a message of the contracts.
ALTER TABLE lot ADD COLUMN details bytea NOT NULL DEFAULT '';
CREATE INDEX lot_by_region ON lot (region_code, lot_id);
CREATE INDEX lot_by_product ON lot (product_id, lot_id);

-- What is kept for good is added, never changed.
CREATE FUNCTION capacity_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only added to: what was recorded is corrected by a further record', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TABLE lot_evidence (
    lot_id text COLLATE "C" NOT NULL REFERENCES lot,
    seq integer NOT NULL CHECK (seq BETWEEN 1 AND 100),
    kind text NOT NULL CHECK (kind IN ('closed', 'dismantled', 'announced', 'elimination_due', 'facts_stated')),
    effective_on date NOT NULL,
    document text NOT NULL CHECK (document <> ''),
    -- Stated facts, as a message of the contracts.
    facts bytea NOT NULL,
    known_at timestamptz NOT NULL,
    PRIMARY KEY (lot_id, seq),
    CHECK ((kind = 'facts_stated') = (facts <> ''))
);
CREATE TRIGGER lot_evidence_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON lot_evidence
    FOR EACH STATEMENT EXECUTE FUNCTION capacity_is_only_added_to();

-- Which filings hold of a lot or have used it for good, as it stands now.
CREATE TABLE lot_recipient (
    lot_id text COLLATE "C" NOT NULL REFERENCES lot,
    filing_id text COLLATE "C" NOT NULL REFERENCES replacement,
    -- Whether it replaces a line of its own on its site; null when the filing does not say.
    own_site boolean,
    PRIMARY KEY (lot_id, filing_id)
);
CREATE INDEX lot_recipient_by_filing ON lot_recipient (filing_id, lot_id);

-- What has become of the hold. Null beside a hold: written before this column was; it is held.
ALTER TABLE replacement ADD COLUMN hold_state text
    CHECK (hold_state IN ('held', 'posted', 'voided', 'lapsed'));

DO $$
DECLARE
    tied text;
BEGIN
    -- A hold may be of an older revision now: that of an announced plan stays when the filing is amended, and what was
    -- used stays when it is withdrawn.
    FOR tied IN SELECT conname FROM pg_constraint
        WHERE conrelid = 'replacement'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%hold_id%'
    LOOP
        EXECUTE format('ALTER TABLE replacement DROP CONSTRAINT %I', tied);
    END LOOP;
END
$$;
ALTER TABLE replacement ADD CONSTRAINT replacement_hold_is_its_own CHECK (
    hold_id IS NULL OR (
        starts_with(hold_id, filing_id || '/')
        AND split_part(hold_id, '/', 2)::integer BETWEEN 1 AND revision
    )
);
ALTER TABLE replacement ADD CONSTRAINT replacement_withdrawn_holds_nothing CHECK (
    NOT withdrawn OR hold_id IS NULL OR hold_state IN ('posted', 'voided', 'lapsed')
);
ALTER TABLE replacement ADD CONSTRAINT replacement_state_has_a_hold CHECK (hold_state IS NULL OR hold_id IS NOT NULL);

CREATE OR REPLACE FUNCTION replacement_revision_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.filing_id <> OLD.filing_id OR NEW.revision < OLD.revision
        OR (NEW.revision = OLD.revision AND NEW.hold_state IS NOT DISTINCT FROM OLD.hold_state)
    THEN
        RAISE EXCEPTION 'the replacement of % stands at revision % and takes only a newer one',
            OLD.filing_id, OLD.revision;
    END IF;
    IF OLD.hold_state = 'posted' AND (NEW.hold_state, NEW.hold_id) IS DISTINCT FROM (OLD.hold_state, OLD.hold_id) THEN
        RAISE EXCEPTION 'what % has used is used for good', OLD.filing_id;
    END IF;
    IF NEW.hold_id = OLD.hold_id AND OLD.hold_state IN ('voided', 'lapsed') AND NEW.hold_state <> OLD.hold_state THEN
        RAISE EXCEPTION 'the hold % was given back once and for all', OLD.hold_id;
    END IF;
    RETURN NEW;
END
$$;

-- The way of each filing's plan.
CREATE TABLE plan_step (
    filing_id text COLLATE "C" NOT NULL REFERENCES replacement,
    seq integer NOT NULL CHECK (seq BETWEEN 1 AND 100),
    kind text NOT NULL CHECK (kind IN (
        'publicity', 'announced', 'filing_and_eia_done', 'construction_started', 'ignited', 'commissioned'
    )),
    effective_on date NOT NULL,
    document text NOT NULL CHECK (document <> ''),
    known_at timestamptz NOT NULL,
    PRIMARY KEY (filing_id, seq),
    CHECK (seq > 1 OR kind = 'publicity')
);
CREATE TRIGGER plan_step_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_step
    FOR EACH STATEMENT EXECUTE FUNCTION capacity_is_only_added_to();

-- When a plan that holds lots lapses unless it makes its next step; derived from its steps and the law.
CREATE TABLE plan_deadline (
    filing_id text COLLATE "C" PRIMARY KEY REFERENCES replacement,
    lapses_on date NOT NULL,
    provisional boolean NOT NULL
);
CREATE INDEX plan_deadline_by_day ON plan_deadline (lapses_on, filing_id);

CREATE TABLE utilisation (
    product_id text NOT NULL CHECK (product_id ~ '^[a-z][a-z0-9_]{0,62}$'),
    region_code text NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    year integer NOT NULL CHECK (year BETWEEN 1949 AND 2200),
    version integer NOT NULL CHECK (version >= 1),
    capacity_t bigint NOT NULL CHECK (capacity_t > 0),
    output_t bigint NOT NULL CHECK (output_t >= 0),
    document text NOT NULL CHECK (document <> ''),
    known_at timestamptz NOT NULL,
    PRIMARY KEY (product_id, region_code, year, version)
);
CREATE TRIGGER utilisation_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON utilisation
    FOR EACH STATEMENT EXECUTE FUNCTION capacity_is_only_added_to();
