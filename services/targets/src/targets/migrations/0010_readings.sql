-- 重点用能单位 and their meters. One row a unit: the lock of its aggregate.
CREATE TABLE energy_unit (
    unit_code text COLLATE "C" PRIMARY KEY CHECK (length(unit_code) = 18),
    display_name text NOT NULL,
    region_code text COLLATE "C" NOT NULL CHECK (region_code = '' OR region_code ~ '^[1-9][0-9]{5}$'),
    version bigint NOT NULL CHECK (version >= 0),
    CHECK ((version = 0) = (region_code = ''))
);

CREATE INDEX energy_unit_by_region ON energy_unit (region_code);

CREATE TABLE meter (
    unit_code text COLLATE "C" NOT NULL REFERENCES energy_unit,
    meter text COLLATE "C" NOT NULL CHECK (meter <> ''),
    carrier text NOT NULL CHECK (carrier <> ''),
    span text NOT NULL CHECK (span IN ('hour', 'day')),
    first_day date NOT NULL,
    until_day date CHECK (first_day < until_day),
    PRIMARY KEY (unit_code, meter)
);

CREATE FUNCTION meter_measures_one_thing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.carrier, NEW.span) IS DISTINCT FROM (OLD.carrier, OLD.span) THEN
        RAISE EXCEPTION 'the meter % of % measures one energy in one span for good', OLD.meter, OLD.unit_code;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER meter_measures_one_thing BEFORE UPDATE ON meter
    FOR EACH ROW EXECUTE FUNCTION meter_measures_one_thing();

-- The log: every version of every reading, for ever. All that follows is made of it.
CREATE TABLE reading (
    unit_code text COLLATE "C" NOT NULL,
    meter text COLLATE "C" NOT NULL,
    start_time timestamptz NOT NULL,
    span text NOT NULL CHECK (span IN ('hour', 'day')),
    version bigint NOT NULL CHECK (version >= 1),
    -- The day in China of start_time.
    day date NOT NULL CHECK (day = (start_time AT TIME ZONE interval '8 hours')::date),
    region_code text COLLATE "C" NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    carrier text COLLATE "C" NOT NULL CHECK (carrier <> ''),
    amount numeric NOT NULL CHECK (amount >= 0),
    unit text COLLATE "C" NOT NULL CHECK (unit <> ''),
    quality text NOT NULL CHECK (quality IN ('measured', 'estimated', 'corrected')),
    known_time timestamptz NOT NULL,
    PRIMARY KEY (unit_code, meter, start_time, version)
);

-- Readings taken in that the stream has not brought yet: a version that is known is known from the moment it is accepted.
CREATE TABLE reading_on_its_way (LIKE reading INCLUDING CONSTRAINTS INCLUDING INDEXES);

CREATE INDEX reading_by_day ON reading (day);

CREATE FUNCTION reading_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a reading is never changed; a higher version replaces it';
END
$$;

CREATE TRIGGER reading_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reading
    FOR EACH STATEMENT EXECUTE FUNCTION reading_is_append_only();

-- What the newest versions add up to, where and when they were used. Nothing left is no row.
CREATE TABLE regional_figure (
    region_code text COLLATE "C" NOT NULL,
    carrier text COLLATE "C" NOT NULL,
    day date NOT NULL,
    unit text COLLATE "C" NOT NULL,
    amount numeric NOT NULL CHECK (amount >= 0),
    readings bigint NOT NULL CHECK (readings >= 0),
    estimated bigint NOT NULL CHECK (estimated >= 0),
    corrected bigint NOT NULL CHECK (corrected >= 0),
    PRIMARY KEY (day, region_code, carrier, unit),
    CHECK (estimated + corrected <= readings)
);

-- How many readings of a meter's day are known.
CREATE TABLE meter_day (
    unit_code text COLLATE "C" NOT NULL,
    meter text COLLATE "C" NOT NULL,
    day date NOT NULL,
    readings bigint NOT NULL CHECK (readings >= 0),
    PRIMARY KEY (unit_code, meter, day)
);
