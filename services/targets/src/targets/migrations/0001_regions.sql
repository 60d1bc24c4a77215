-- One row a region: the lock of its aggregate, and how many changes were announced.
CREATE TABLE region (
    region_code text COLLATE "C" PRIMARY KEY CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    version bigint NOT NULL CHECK (version >= 0)
);

-- The newest level on each scale.
CREATE TABLE region_level (
    region_code text COLLATE "C" NOT NULL REFERENCES region,
    scale text NOT NULL CHECK (scale IN ('intensity', 'total')),
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 3),
    period_end date NOT NULL,
    basis text NOT NULL CHECK (basis IN ('derived', 'published')),
    evidence text NOT NULL CHECK (evidence <> ''),
    bundle_hash text NOT NULL CHECK ((basis = 'derived') = (bundle_hash <> '')),
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (region_code, scale)
);

CREATE FUNCTION region_level_is_never_older() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.period_end, NEW.basis = 'published') < (OLD.period_end, OLD.basis = 'published') OR NEW.version < OLD.version THEN
        RAISE EXCEPTION 'the % level of region % never goes back to an older report', OLD.scale, OLD.region_code;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER region_level_is_never_older BEFORE UPDATE ON region_level
    FOR EACH ROW EXECUTE FUNCTION region_level_is_never_older();

-- Every report, for ever. A derived one keeps the figures it was derived from.
CREATE TABLE report (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region_code text COLLATE "C" NOT NULL REFERENCES region,
    scale text NOT NULL CHECK (scale IN ('intensity', 'total')),
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 3),
    period_end date NOT NULL,
    basis text NOT NULL CHECK (basis IN ('derived', 'published')),
    evidence text NOT NULL CHECK (evidence <> ''),
    bundle_hash text NOT NULL CHECK ((basis = 'derived') = (bundle_hash <> '')),
    actual numeric,
    schedule numeric,
    report_time timestamptz NOT NULL,
    CHECK ((basis = 'derived') = (actual IS NOT NULL)),
    CHECK ((actual IS NULL) = (schedule IS NULL))
);

CREATE FUNCTION report_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a report is never changed; a later one replaces it';
END
$$;

CREATE TRIGGER report_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON report
    FOR EACH STATEMENT EXECUTE FUNCTION report_is_append_only();

-- Energy promised to projects: each deduction counts once, and no more after it was released.
CREATE TABLE promise (
    deduction_id text COLLATE "C" PRIMARY KEY CHECK (deduction_id <> ''),
    region_code text COLLATE "C" NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    year integer NOT NULL,
    amount_kgce bigint NOT NULL CHECK (amount_kgce > 0),
    released boolean NOT NULL
);

CREATE INDEX promise_that_counts ON promise (region_code) INCLUDE (amount_kgce) WHERE NOT released;
