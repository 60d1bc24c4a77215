-- Every deduction id ever heard of, with what was answered; beside the ledger's own tables.
CREATE TABLE deduction (
    deduction_id text COLLATE "C" PRIMARY KEY CHECK (length(deduction_id) BETWEEN 1 AND 100),
    filing text NOT NULL CHECK (filing <> ''),
    state text NOT NULL CHECK (state IN ('reserved', 'refused', 'posted', 'voided', 'expired', 'reversed')),
    -- What was asked for and what was answered; absent while a void waits for the reservation that it overtook.
    region_code text CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    year integer CHECK (year BETWEEN 1949 AND 2200),
    amount_kgce bigint CHECK (amount_kgce BETWEEN 1 AND 1000000000000000000),
    -- The whole demand: years, carbon, what it replaces. The columns before are of its first year.
    demand bytea,
    answer bytea,
    refusal text CHECK (refusal IN ('INSUFFICIENT_BUDGET', 'ENVELOPE_NOT_SET', 'ACCOUNT_CLOSED', 'DEDUCTION_VOIDED')),
    CHECK (num_nulls(region_code, year, amount_kgce, demand, answer) IN (0, 5)),
    CHECK (answer IS NOT NULL OR (state = 'voided' AND refusal IS NULL)),
    CHECK (state <> 'refused' OR refusal IS NOT NULL),
    CHECK (state IN ('refused', 'voided') OR refusal IS NULL)
);

CREATE INDEX deduction_that_took_energy ON deduction (deduction_id) WHERE answer IS NOT NULL AND refusal IS NULL;

-- An id keeps its filing and, once answered, its demand and its answer.
CREATE FUNCTION deduction_keeps_its_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.deduction_id, NEW.filing) IS DISTINCT FROM (OLD.deduction_id, OLD.filing)
        OR (OLD.answer IS NOT NULL
            AND (NEW.region_code, NEW.year, NEW.amount_kgce, NEW.demand, NEW.answer, NEW.refusal)
                IS DISTINCT FROM (OLD.region_code, OLD.year, OLD.amount_kgce, OLD.demand, OLD.answer, OLD.refusal))
    THEN
        RAISE EXCEPTION 'what was answered for deduction % is never changed', OLD.deduction_id;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER deduction_keeps_its_answer BEFORE UPDATE ON deduction
    FOR EACH ROW EXECUTE FUNCTION deduction_keeps_its_answer();

-- The document behind every grant of the ledger.
CREATE TABLE envelope_grant (
    transfer_id text COLLATE "C" PRIMARY KEY,
    region_code text NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    year integer NOT NULL CHECK (year BETWEEN 1949 AND 2200),
    amount_kgce bigint NOT NULL CHECK (amount_kgce > 0),
    amount_kgco2 bigint CHECK (amount_kgco2 > 0),
    document text NOT NULL CHECK (length(document) BETWEEN 1 AND 500)
);
