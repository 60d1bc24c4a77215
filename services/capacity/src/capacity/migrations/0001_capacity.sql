-- Lots of retired capacity, registered for good. What is held and used of each is counted in its ledger account.
CREATE TABLE lot (
    lot_id text COLLATE "C" PRIMARY KEY CHECK (lot_id ~ '^[a-z][a-z0-9-]{2,62}$'),
    product_id text NOT NULL CHECK (product_id ~ '^[a-z][a-z0-9_]{0,62}$'),
    owner text NOT NULL CHECK (owner <> ''),
    region_code text NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    quantity_t bigint NOT NULL CHECK (quantity_t > 0),
    unit text NOT NULL CHECK (unit IN ('t/d', 't/a')),
    remark text NOT NULL,
    -- Granted in the transaction that registers the lot.
    account_id text COLLATE "C" NOT NULL UNIQUE REFERENCES ledger_account (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE FUNCTION lot_is_registered_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a lot is never changed; what is used of it is booked in the ledger';
END
$$;

CREATE TRIGGER lot_is_registered_for_good BEFORE UPDATE OR DELETE OR TRUNCATE ON lot
    FOR EACH STATEMENT EXECUTE FUNCTION lot_is_registered_for_good();

-- The newest evaluation of each filing, and the hold that it stands on.
CREATE TABLE replacement (
    filing_id text COLLATE "C" PRIMARY KEY CHECK (length(filing_id) BETWEEN 3 AND 63),
    -- The newest revision heard of, a withdrawal counted.
    revision integer NOT NULL CHECK (revision >= 1),
    withdrawn boolean NOT NULL,
    evaluation bytea,
    hold_id text COLLATE "C" UNIQUE,
    CHECK (withdrawn OR evaluation IS NOT NULL),
    CHECK (hold_id IS NULL OR (NOT withdrawn AND hold_id = filing_id || '/' || revision))
);

CREATE FUNCTION replacement_revision_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.filing_id <> OLD.filing_id OR NEW.revision <= OLD.revision THEN
        RAISE EXCEPTION 'the replacement of % stands at revision % and takes only a newer one',
            OLD.filing_id, OLD.revision;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER replacement_revision_only_grows BEFORE UPDATE ON replacement
    FOR EACH ROW EXECUTE FUNCTION replacement_revision_only_grows();
