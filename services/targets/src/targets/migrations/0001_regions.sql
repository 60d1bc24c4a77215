-- One row a region or park of which something was set or reported: the lock that numbers its versions.
CREATE TABLE place (
    place text COLLATE "C" PRIMARY KEY CHECK (place <> '')
);

-- Every version of every target handed down, for ever. The law's own are in the policy bundle.
CREATE TABLE target (
    place text COLLATE "C" NOT NULL REFERENCES place,
    indicator text COLLATE "C" NOT NULL CHECK (indicator <> ''),
    version bigint NOT NULL CHECK (version >= 1),
    first_year integer NOT NULL,
    last_year integer NOT NULL,
    value numeric NOT NULL,
    base_year integer NOT NULL,
    base_value numeric,
    pace text NOT NULL CHECK (pace IN ('compounding', 'linear')),
    weight numeric CHECK (weight > 0 AND weight <= 1),
    document text NOT NULL CHECK (document <> ''),
    effective_from date NOT NULL,
    known_time timestamptz NOT NULL,
    PRIMARY KEY (place, indicator, version),
    CHECK (base_year < first_year AND first_year <= last_year),
    CHECK (effective_from BETWEEN make_date(first_year, 1, 1) AND make_date(last_year, 12, 31))
);

-- Every report of an indicator, for ever, with what was required of it.
CREATE TABLE report (
    place text COLLATE "C" NOT NULL REFERENCES place,
    indicator text COLLATE "C" NOT NULL CHECK (indicator <> ''),
    version bigint NOT NULL CHECK (version >= 1),
    comparison text NOT NULL CHECK (comparison IN ('year_before', 'base_year', 'none')),
    period_start date NOT NULL,
    period_end date NOT NULL,
    actual numeric NOT NULL,
    unit text NOT NULL CHECK (unit <> ''),
    required numeric,
    method text NOT NULL,
    within_year text NOT NULL,
    target_version bigint,
    status text NOT NULL CHECK (status IN ('provisional', 'final', 'revised')),
    document text NOT NULL,
    known_time timestamptz NOT NULL,
    PRIMARY KEY (place, indicator, version),
    CHECK (period_start <= period_end),
    CHECK (target_version IS NULL OR required IS NOT NULL),
    CHECK ((target_version IS NULL) = (method = '') AND (method = '') = (within_year = ''))
);

-- One row a region: the lock of its levels, how many changes were announced, and how many levels were taken in.
CREATE TABLE region (
    region_code text COLLATE "C" PRIMARY KEY CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    version bigint NOT NULL CHECK (version >= 0),
    taken bigint NOT NULL CHECK (taken >= version)
);

-- Every level that was derived or published, for ever. Version 0: it never was the newest.
CREATE TABLE level (
    region_code text COLLATE "C" NOT NULL REFERENCES region,
    number bigint NOT NULL CHECK (number >= 1),
    scale text NOT NULL CHECK (scale IN ('intensity', 'total', 'carbon')),
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 3),
    period_start date NOT NULL,
    period_end date NOT NULL,
    basis text NOT NULL CHECK (basis IN ('derived', 'published')),
    status text NOT NULL CHECK (status IN ('provisional', 'final', 'revised')),
    evidence text NOT NULL CHECK (evidence <> ''),
    bundle_hash text NOT NULL CHECK ((basis = 'derived') = (bundle_hash <> '')),
    version bigint NOT NULL CHECK (version >= 0),
    valid_from date NOT NULL,
    known_time timestamptz NOT NULL,
    PRIMARY KEY (region_code, number),
    UNIQUE (region_code, number, scale),
    CHECK (period_start <= period_end)
);

CREATE UNIQUE INDEX level_version_is_announced_once ON level (region_code, version) WHERE version > 0;

CREATE FUNCTION row_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is never changed; a later one replaces it', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER target_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON target
    FOR EACH STATEMENT EXECUTE FUNCTION row_is_append_only();
CREATE TRIGGER report_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON report
    FOR EACH STATEMENT EXECUTE FUNCTION row_is_append_only();
CREATE TRIGGER level_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON level
    FOR EACH STATEMENT EXECUTE FUNCTION row_is_append_only();

-- Which level is the newest on each scale.
CREATE TABLE region_level (
    region_code text COLLATE "C" NOT NULL,
    scale text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (region_code, scale),
    FOREIGN KEY (region_code, number, scale) REFERENCES level (region_code, number, scale)
);

-- The newest period counts; in one period a published level before a derived one, then the later status.
CREATE FUNCTION level_rank(one level) RETURNS record LANGUAGE sql IMMUTABLE AS $$
    SELECT ROW (
        one.period_end,
        one.basis = 'published',
        array_position(ARRAY['provisional', 'final', 'revised'], one.status),
        one.number
    )
$$;

CREATE FUNCTION region_level_is_never_older() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before level;
    after level;
BEGIN
    SELECT * INTO before FROM level WHERE region_code = OLD.region_code AND number = OLD.number;
    SELECT * INTO after FROM level WHERE region_code = NEW.region_code AND number = NEW.number;
    IF level_rank(after) < level_rank(before) THEN
        RAISE EXCEPTION 'the % level of region % never goes back to an older report', OLD.scale, OLD.region_code;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER region_level_is_never_older BEFORE UPDATE ON region_level
    FOR EACH ROW EXECUTE FUNCTION region_level_is_never_older();

-- Energy promised to projects, by the year in which a phase adds it: each deduction counts once, and no more after it
-- was released.
CREATE TABLE promise (
    deduction_id text COLLATE "C" NOT NULL CHECK (deduction_id <> ''),
    year integer NOT NULL,
    region_code text COLLATE "C" NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    amount_kgce bigint NOT NULL CHECK (amount_kgce > 0),
    released boolean NOT NULL,
    PRIMARY KEY (deduction_id, year)
);

CREATE INDEX promise_that_counts ON promise (region_code) INCLUDE (year, amount_kgce) WHERE NOT released;
