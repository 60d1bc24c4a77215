-- What lowers a region's counted consumption, what replaces it, and the evidence that each of them uses up.

-- Every claim with its answer, the refused ones too. Amounts beside the claim are what sums are made of.
CREATE TABLE budget_offset (
    offset_id text COLLATE "C" PRIMARY KEY CHECK (length(offset_id) BETWEEN 1 AND 100),
    region_code text NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    year integer NOT NULL CHECK (year BETWEEN 1949 AND 2200),
    assessed_on date NOT NULL,
    heading text NOT NULL
        CHECK (heading IN ('national_major_project', 'feedstock', 'renewable_increment', 'non_fossil_all')),
    basis text NOT NULL CHECK (basis IN ('calorific', 'equivalent')),
    accepted boolean NOT NULL,
    -- Exact, never rounded; absent when the law has no factor.
    exact_kgce numeric CHECK (exact_kgce > 0),
    booked_kgce bigint NOT NULL CHECK (booked_kgce BETWEEN 0 AND 1000000000000000000),
    across_kgce numeric NOT NULL CHECK (across_kgce >= 0),
    recorded_at timestamptz NOT NULL,
    -- The claim, the findings and the bundle's hash, as they were answered.
    answer bytea NOT NULL,
    revoked_on date,
    revoked_at timestamptz,
    signers text[] NOT NULL DEFAULT '{}',
    reason text NOT NULL DEFAULT '',
    CHECK (NOT accepted OR exact_kgce IS NOT NULL),
    CHECK (accepted OR (booked_kgce = 0 AND across_kgce = 0 AND revoked_on IS NULL)),
    CHECK ((revoked_on IS NULL) = (revoked_at IS NULL)),
    CHECK ((revoked_on IS NULL) = (cardinality(signers) = 0)),
    CHECK (revoked_on IS NULL OR (cardinality(signers) = 2 AND signers[1] <> signers[2] AND reason <> ''))
);

CREATE INDEX budget_offset_sums ON budget_offset (region_code, year, heading, basis)
    WHERE accepted AND revoked_on IS NULL;

-- An answer is for ever; it is revoked once.
CREATE FUNCTION budget_offset_keeps_its_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.revoked_on IS NOT NULL
        OR (NEW.offset_id, NEW.region_code, NEW.year, NEW.assessed_on, NEW.heading, NEW.basis, NEW.accepted,
            NEW.exact_kgce, NEW.booked_kgce, NEW.across_kgce, NEW.recorded_at, NEW.answer)
        IS DISTINCT FROM (OLD.offset_id, OLD.region_code, OLD.year, OLD.assessed_on, OLD.heading, OLD.basis,
            OLD.accepted, OLD.exact_kgce, OLD.booked_kgce, OLD.across_kgce, OLD.recorded_at, OLD.answer)
    THEN
        RAISE EXCEPTION 'what was answered for offset % is never changed', OLD.offset_id;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER budget_offset_keeps_its_answer BEFORE UPDATE OR DELETE ON budget_offset
    FOR EACH ROW EXECUTE FUNCTION budget_offset_keeps_its_answer();

-- Metering records, acceptances, lots and the years of major projects: each is used once in the whole province.
CREATE TABLE evidence_use (
    kind text NOT NULL CHECK (kind IN ('metering_record', 'project_year', 'acceptance', 'lot')),
    evidence_id text COLLATE "C" NOT NULL CHECK (length(evidence_id) BETWEEN 1 AND 200),
    used_by text NOT NULL CHECK (used_by <> ''),
    region_code text NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    used_on date NOT NULL,
    known_at timestamptz NOT NULL,
    PRIMARY KEY (kind, evidence_id)
);

-- Certificates, by ranges of one series that never overlap.
CREATE TABLE certificate_use (
    series text COLLATE "C" NOT NULL CHECK (length(series) BETWEEN 1 AND 60),
    first_number bigint NOT NULL CHECK (first_number >= 0),
    last_number bigint NOT NULL CHECK (last_number BETWEEN first_number AND 1000000000000000000),
    numbers int8range NOT NULL GENERATED ALWAYS AS (int8range(first_number, last_number, '[]')) STORED,
    used_by text NOT NULL CHECK (used_by <> ''),
    region_code text NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    used_on date NOT NULL,
    known_at timestamptz NOT NULL,
    PRIMARY KEY (series, first_number)
);

CREATE INDEX certificate_use_numbers ON certificate_use USING gist (numbers);
CREATE INDEX certificate_use_user ON certificate_use (used_by);

-- An exclusion constraint on series and range would need an extension. One series is used by one transaction at a time
-- instead; each statement here sees what was committed before the lock was had (READ COMMITTED).
CREATE FUNCTION certificate_used_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    earlier certificate_use;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('certificates ' || NEW.series, 0));
    SELECT * INTO earlier FROM certificate_use
        WHERE series = NEW.series AND numbers && int8range(NEW.first_number, NEW.last_number, '[]') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'certificates % %-% were used by %', NEW.series, earlier.first_number, earlier.last_number,
            earlier.used_by USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER certificate_used_once BEFORE INSERT ON certificate_use
    FOR EACH ROW EXECUTE FUNCTION certificate_used_once();

CREATE FUNCTION evidence_stays_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'evidence that was used stays used';
END
$$;

CREATE TRIGGER evidence_stays_used BEFORE UPDATE OR DELETE ON evidence_use
    FOR EACH ROW EXECUTE FUNCTION evidence_stays_used();
CREATE TRIGGER certificates_stay_used BEFORE UPDATE OR DELETE ON certificate_use
    FOR EACH ROW EXECUTE FUNCTION evidence_stays_used();

CREATE TABLE saving (
    saving_id text COLLATE "C" PRIMARY KEY CHECK (length(saving_id) BETWEEN 1 AND 100),
    region_code text NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    source text NOT NULL CHECK (source IN ('shutdown', 'retrofit', 'fuel_change', 'energy_use_right')),
    amount_kgce bigint NOT NULL CHECK (amount_kgce BETWEEN 1 AND 1000000000000000000),
    registered_at timestamptz NOT NULL,
    statement bytea NOT NULL
);

-- The amounts of a hold are the ledger's; here is what it was for.
CREATE TABLE saving_hold (
    hold_id text COLLATE "C" PRIMARY KEY CHECK (length(hold_id) BETWEEN 1 AND 100),
    filing text NOT NULL CHECK (filing <> ''),
    region_code text NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    state text NOT NULL CHECK (state IN ('reserved', 'posted', 'voided')),
    hold bytea NOT NULL
);

-- A hold is resolved once.
CREATE FUNCTION saving_hold_resolved_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'reserved'
        OR (NEW.hold_id, NEW.filing, NEW.region_code, NEW.hold)
            IS DISTINCT FROM (OLD.hold_id, OLD.filing, OLD.region_code, OLD.hold)
    THEN
        RAISE EXCEPTION 'hold % is %', OLD.hold_id, OLD.state;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER saving_hold_resolved_once BEFORE UPDATE OR DELETE ON saving_hold
    FOR EACH ROW EXECUTE FUNCTION saving_hold_resolved_once();
