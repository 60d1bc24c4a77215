-- One row a filing: the lock of its case, the newest version of each fact, and the reservation that stands.
CREATE TABLE screening_case (
    filing_id text COLLATE "C" PRIMARY KEY CHECK (filing_id ~ '^[a-z0-9][a-z0-9-]{2,62}$'),
    region_code text COLLATE "C" CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    filing_revision integer CHECK (filing_revision >= 1),
    filing bytea,
    withdrawal_revision integer CHECK (withdrawal_revision >= 1),
    review_revision integer CHECK (review_revision >= 1),
    review bytea,
    replacement_revision integer CHECK (replacement_revision >= 1),
    replacement bytea,
    attempt integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    reservation_revision integer CHECK (reservation_revision >= 1),
    reservation bytea,
    deduction_state text CHECK (deduction_state IN ('reserved', 'refused', 'voided')),
    deduction bytea,
    CHECK ((filing IS NULL) = (filing_revision IS NULL) AND (filing IS NULL) = (region_code IS NULL)),
    CHECK ((review IS NULL) = (review_revision IS NULL)),
    CHECK ((replacement IS NULL) = (replacement_revision IS NULL)),
    CHECK ((reservation IS NULL) = (reservation_revision IS NULL)),
    CHECK ((deduction IS NULL) = (deduction_state IS NULL)),
    CHECK (deduction IS NULL OR reservation IS NOT NULL)
);

CREATE INDEX screening_case_in_region ON screening_case (region_code, filing_id);

CREATE FUNCTION screening_case_never_grows_older() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(NEW.filing_revision, 0) < coalesce(OLD.filing_revision, 0)
        OR coalesce(NEW.withdrawal_revision, 0) < coalesce(OLD.withdrawal_revision, 0)
        OR coalesce(NEW.review_revision, 0) < coalesce(OLD.review_revision, 0)
        OR coalesce(NEW.replacement_revision, 0) < coalesce(OLD.replacement_revision, 0)
        OR NEW.attempt < OLD.attempt
    THEN
        RAISE EXCEPTION 'a fact of case % would be replaced by an older one', OLD.filing_id;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER screening_case_never_grows_older BEFORE UPDATE ON screening_case
    FOR EACH ROW EXECUTE FUNCTION screening_case_never_grows_older();

-- The newest levels of each region that is known.
CREATE TABLE region_fact (
    region_code text COLLATE "C" PRIMARY KEY CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    version bigint NOT NULL CHECK (version >= 1),
    levels bytea NOT NULL
);

CREATE FUNCTION region_fact_never_grows_older() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version < OLD.version THEN
        RAISE EXCEPTION 'the levels of region % would be replaced by older ones', OLD.region_code;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER region_fact_never_grows_older BEFORE UPDATE ON region_fact
    FOR EACH ROW EXECUTE FUNCTION region_fact_never_grows_older();

-- Every decision, for ever. The current one of a filing has the greatest number.
-- Watchers read in the order (xid, seq), and only below the oldest transaction still open: sequence order alone is not
-- commit order, and a late commit would be skipped. A copy in another cluster must not start with lower transaction ids.
CREATE TABLE decision (
    filing_id text COLLATE "C" NOT NULL REFERENCES screening_case,
    number integer NOT NULL CHECK (number >= 1),
    decision bytea NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (filing_id, number)
);

CREATE UNIQUE INDEX decision_in_commit_order ON decision (xid, seq);

CREATE FUNCTION decision_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY decision;
    RETURN NULL;
END
$$;

CREATE TRIGGER decision_notify AFTER INSERT ON decision FOR EACH STATEMENT EXECUTE FUNCTION decision_notify();

CREATE FUNCTION decision_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a decision is never changed; a newer one follows it';
END
$$;

CREATE TRIGGER decision_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION decision_is_append_only();
