-- The ledger's tables. They carry a prefix, not a schema, so that they live beside those of the service that owns them.
-- Ids compare by code point ("C"), as Python compares them: accounts are locked in this one order everywhere.

CREATE TABLE ledger_account (
    id text COLLATE "C" PRIMARY KEY
        CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}/[A-Za-z0-9][A-Za-z0-9._:-]{0,99}/[A-Za-z0-9._:-]{0,20}$'),
    source bigint NOT NULL CHECK (source BETWEEN -1000000000000000000 AND 0),
    available bigint NOT NULL CHECK (available >= 0),
    held bigint NOT NULL CHECK (held >= 0),
    posted bigint NOT NULL CHECK (posted >= 0),
    CHECK (source + available + held + posted = 0)
);

CREATE TABLE ledger_transfer (
    id text COLLATE "C" PRIMARY KEY CHECK (char_length(id) BETWEEN 1 AND 200),
    kind text NOT NULL CHECK (kind IN ('grant', 'reduce_grant', 'hold')),
    state text NOT NULL CHECK (state IN ('pending', 'posted', 'voided', 'expired')),
    body_hash bytea NOT NULL CHECK (octet_length(body_hash) = 32),
    effective_on date NOT NULL,
    resolved_on date,
    known_at timestamptz NOT NULL,
    CHECK (
        CASE WHEN kind = 'hold' THEN (state = 'pending') = (resolved_on IS NULL)
             ELSE state = 'posted' AND resolved_on IS NULL END
    )
);

CREATE TABLE ledger_transfer_leg (
    transfer_id text COLLATE "C" NOT NULL REFERENCES ledger_transfer,
    account_id text COLLATE "C" NOT NULL REFERENCES ledger_account,
    amount bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (transfer_id, account_id)
);

CREATE TABLE ledger_entry (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transfer_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    step text NOT NULL CHECK (step IN ('grant', 'reduce_grant', 'hold', 'post', 'void', 'expire')),
    from_bucket text NOT NULL CHECK (from_bucket IN ('source', 'available', 'held', 'posted')),
    to_bucket text NOT NULL CHECK (to_bucket IN ('source', 'available', 'held', 'posted')),
    amount bigint NOT NULL CHECK (amount > 0),
    effective_on date NOT NULL,
    known_at timestamptz NOT NULL,
    CHECK (from_bucket <> to_bucket),
    CHECK (account_id ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}/[A-Za-z0-9][A-Za-z0-9._:-]{0,99}/[A-Za-z0-9._:-]{0,20}$'),
    FOREIGN KEY (transfer_id, account_id) REFERENCES ledger_transfer_leg
);

-- Each leg begins once and is resolved once, whatever the program believes.
CREATE UNIQUE INDEX ledger_entry_once ON ledger_entry (transfer_id, account_id, (step IN ('post', 'void', 'expire')));

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the ledger is corrected by a further transfer, never by a change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION ledger_resolve_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'pending' OR NEW.state = 'pending'
        OR (NEW.id, NEW.kind, NEW.body_hash, NEW.effective_on, NEW.known_at)
            IS DISTINCT FROM (OLD.id, OLD.kind, OLD.body_hash, OLD.effective_on, OLD.known_at)
    THEN
        RAISE EXCEPTION 'transfer % is %: only a pending hold changes, once, and only its state', OLD.id, OLD.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER ledger_entry_is_never_changed BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_entry_is_never_emptied BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_leg_is_never_changed BEFORE UPDATE OR DELETE ON ledger_transfer_leg
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_leg_is_never_emptied BEFORE TRUNCATE ON ledger_transfer_leg
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_resolves_once BEFORE UPDATE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_resolve_once();
CREATE TRIGGER ledger_transfer_is_never_deleted BEFORE DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_is_never_emptied BEFORE TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
