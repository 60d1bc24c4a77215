-- One row a filing: the lock of its case, which version of each fact it holds, and the reservation that stands.
CREATE TABLE screening_case (
    filing_id text COLLATE "C" PRIMARY KEY CHECK (filing_id ~ '^[a-z0-9][a-z0-9-]{2,62}$'),
    region_code text COLLATE "C" CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    -- Without a day it comes last in every order.
    application_date date NOT NULL DEFAULT 'infinity',
    versions integer[] NOT NULL DEFAULT '{}',
    attempt integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    queued integer NOT NULL DEFAULT 0 CHECK (queued >= 0),
    reservation bytea,
    posted bytea,
    refusals integer NOT NULL DEFAULT 0 CHECK (refusals >= 0),
    overtaken integer NOT NULL DEFAULT 0 CHECK (overtaken BETWEEN 0 AND refusals),
    fits boolean NOT NULL DEFAULT true,
    short text NOT NULL DEFAULT '',
    asked_time timestamptz,
    waiting_for text NOT NULL DEFAULT '',
    waiting_since timestamptz,
    override_until date,
    decision_number integer NOT NULL DEFAULT 0 CHECK (decision_number >= 0),
    decision_content bytea,
    decision_says bytea,
    outcome text NOT NULL DEFAULT '',
    disposition text NOT NULL DEFAULT '',
    -- An opinion is in force: nothing is decided any more, and the case waits in no queue.
    settled boolean NOT NULL DEFAULT false,
    CHECK ((waiting_for = '') = (waiting_since IS NULL)),
    CHECK ((decision_number = 0) = (decision_content IS NULL) AND (decision_number = 0) = (decision_says IS NULL)),
    CHECK ((decision_number = 0) = (outcome = '') AND (decision_number = 0) = (disposition = ''))
) WITH (fillfactor = 70);

CREATE INDEX screening_case_in_order ON screening_case (application_date, filing_id) INCLUDE (region_code);
CREATE INDEX screening_case_queue ON screening_case (application_date, filing_id) INCLUDE (region_code)
    WHERE disposition IN ('defer', 'restrict') AND NOT settled;
CREATE INDEX screening_case_stuck ON screening_case (waiting_since, filing_id) WHERE waiting_for <> '';
CREATE INDEX screening_case_overridden ON screening_case (override_until) WHERE override_until IS NOT NULL;

-- `versions` are those of filing, withdrawal, review, replacement, opinion and ruling, in this order; 0 while there is none.
-- Of an opinion it is the revision that it is on.
CREATE FUNCTION screening_case_never_grows_older() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    FOR place IN 1 .. coalesce(array_length(OLD.versions, 1), 0) LOOP
        IF coalesce(NEW.versions[place], 0) < OLD.versions[place] THEN
            RAISE EXCEPTION 'a fact of case % would be replaced by an older one', OLD.filing_id;
        END IF;
    END LOOP;
    IF NEW.attempt < OLD.attempt OR NEW.queued < OLD.queued OR NEW.decision_number < OLD.decision_number THEN
        RAISE EXCEPTION 'case % would forget what it did', OLD.filing_id;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER screening_case_never_grows_older BEFORE UPDATE ON screening_case
    FOR EACH ROW EXECUTE FUNCTION screening_case_never_grows_older();

-- Every fact that a case ever held, for ever: a decision names its facts by version and can be made again from them.
CREATE TABLE case_fact (
    filing_id text COLLATE "C" NOT NULL REFERENCES screening_case,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('filing', 'withdrawal', 'review', 'replacement', 'deduction', 'saving',
        'opinion', 'ruling', 'override', 'queue')),
    key text COLLATE "C" NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    fact bytea NOT NULL,
    held boolean NOT NULL DEFAULT true,
    PRIMARY KEY (filing_id, kind, key, version)
);

-- One version of each fact is held at a time.
CREATE UNIQUE INDEX case_fact_held ON case_fact (filing_id, kind, key) WHERE held;

CREATE FUNCTION case_fact_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.filing_id, NEW.kind, NEW.key, NEW.version) = (OLD.filing_id, OLD.kind, OLD.key, OLD.version)
            AND NEW.fact = OLD.fact AND OLD.held AND NOT NEW.held
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a fact is never changed; a newer version follows it';
END
$$;

CREATE TRIGGER case_fact_is_append_only BEFORE UPDATE OR DELETE ON case_fact
    FOR EACH ROW EXECUTE FUNCTION case_fact_is_append_only();

-- Who waits for the budget of which region, in the published order; who bars those behind it.
CREATE TABLE waiting (
    region_code text COLLATE "C" NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    application_date date NOT NULL,
    filing_id text COLLATE "C" NOT NULL REFERENCES screening_case,
    -- Whether what is granted there would cover it, were all of it free.
    fits boolean NOT NULL,
    bars boolean NOT NULL,
    PRIMARY KEY (region_code, application_date, filing_id),
    CHECK (fits OR NOT bars)
);

CREATE INDEX waiting_of ON waiting (filing_id);
CREATE INDEX waiting_that_bars ON waiting (region_code, application_date, filing_id) WHERE bars;

-- Who was served while somebody waited for the same region's budget who stood before it.
CREATE TABLE overtaking (
    region_code text COLLATE "C" NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    application_date date NOT NULL,
    filing_id text COLLATE "C" NOT NULL REFERENCES screening_case,
    served_time timestamptz NOT NULL,
    PRIMARY KEY (region_code, application_date, filing_id)
);

CREATE INDEX overtaking_since ON overtaking (region_code, served_time);

-- When a region's budget was last heard to have become free, and to have been added to or opened again.
CREATE TABLE freed (
    region_code text COLLATE "C" PRIMARY KEY CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    freed_time timestamptz,
    granted_time timestamptz
);

-- Every version of each region's levels, for ever.
CREATE TABLE region_fact (
    region_code text COLLATE "C" NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    version bigint NOT NULL CHECK (version >= 1),
    levels bytea NOT NULL,
    PRIMARY KEY (region_code, version)
);

-- Every decision, for ever. The current one of a filing has the greatest number.
-- Watchers read in the order (xid, seq), and only below the oldest transaction still open: sequence order alone is not
-- commit order, and a late commit would be skipped. A copy in another cluster must not start with lower transaction ids.
CREATE TABLE decision (
    filing_id text COLLATE "C" NOT NULL REFERENCES screening_case,
    number integer NOT NULL CHECK (number >= 1),
    decision bytea NOT NULL,
    -- The attempt at the budget that answered; 0 when it was not asked.
    attempt integer NOT NULL CHECK (attempt >= 0),
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

CREATE FUNCTION is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is never changed; a newer one follows it', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER decision_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
CREATE TRIGGER region_fact_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON region_fact
    FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
