-- The ledger's tables. They carry a prefix, not a schema, so that they live beside those of the service that owns them.
-- Everything but the accounts is only ever added to. Transfers of one ledger are written one batch after the other.

-- The log: what was entered, batch by batch, as text, sealed by a digest over itself and the digest before.
CREATE TABLE ledger_batch (
    no bigint PRIMARY KEY CHECK (no > 0),
    known_at timestamptz NOT NULL UNIQUE,
    text bytea NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32)
);
-- Compressing it would cost more than it saves.
ALTER TABLE ledger_batch ALTER COLUMN text SET STORAGE EXTERNAL;

CREATE TABLE ledger_account (
    no integer PRIMARY KEY CHECK (no > 0),
    id text COLLATE "C" NOT NULL UNIQUE
        CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}/[A-Za-z0-9][A-Za-z0-9._:-]{0,99}/[A-Za-z0-9._:-]{0,20}$'),
    granted bigint NOT NULL CHECK (granted BETWEEN 0 AND 1000000000000000000),
    held bigint NOT NULL CHECK (held >= 0),
    posted bigint NOT NULL CHECK (posted >= 0),
    overdraft bigint NOT NULL CHECK (overdraft >= 0),
    closed boolean NOT NULL,
    CONSTRAINT ledger_account_not_overdrawn CHECK (granted - held - posted >= -overdraft)
) WITH (fillfactor = 50);

-- What an account stood at: all that is effective until the end of that day, as it was known with that batch.
CREATE TABLE ledger_balance (
    account integer NOT NULL,
    effective_on date NOT NULL,
    batch bigint NOT NULL,
    granted bigint NOT NULL,
    held bigint NOT NULL,
    posted bigint NOT NULL,
    overdraft bigint NOT NULL,
    PRIMARY KEY (account, effective_on, batch)
);

-- The days on which something is effective, and since when that is known: the way into the table above.
CREATE TABLE ledger_day (
    account integer NOT NULL REFERENCES ledger_account,
    effective_on date NOT NULL,
    since_batch bigint NOT NULL,
    PRIMARY KEY (account, effective_on)
);

CREATE TABLE ledger_entry (
    transfer_id text COLLATE "C" NOT NULL CHECK (char_length(transfer_id) BETWEEN 1 AND 200),
    stage smallint NOT NULL CHECK (stage BETWEEN 0 AND 3),
    step text NOT NULL,
    batch bigint NOT NULL,
    accounts integer[] NOT NULL,
    amounts bigint[] NOT NULL,
    effective_on date NOT NULL,
    expires_on date,
    signers text[] NOT NULL,
    note text NOT NULL,
    -- A transfer passes each stage at most once, whatever the program believes.
    PRIMARY KEY (transfer_id, stage),
    CHECK (cardinality(accounts) = cardinality(amounts) AND cardinality(accounts) > 0),
    CHECK (
        CASE stage
            WHEN 0 THEN step IN ('grant', 'hold', 'spend', 'overdraft', 'close', 'reopen')
            WHEN 1 THEN step IN ('post', 'void', 'expire')
            WHEN 2 THEN step = 'release'
            ELSE step IN ('reverse_grant', 'reverse_post') AND cardinality(signers) = 2
        END
    )
);

CREATE INDEX ledger_entry_expiring ON ledger_entry (expires_on, transfer_id) WHERE expires_on IS NOT NULL;

-- Serialises all who write: taken by ledger_write, and earlier by those who must not be overtaken.
CREATE FUNCTION ledger_lock() RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('dualcontrol.ledger', 0))
$$;

-- Writes one batch. Raises serialization_failure when another batch was written since the caller looked, and
-- unique_violation when a transfer passed the same stage before: the caller has to look again.
-- Accounts and entries are read from the text of the batch; what changes on each account and day comes column by column.
CREATE FUNCTION ledger_write(
    batch_no bigint, batch_known_at timestamptz, batch_text bytea, batch_digest bytea,
    delta_account integer[], delta_effective_on date[],
    delta_granted bigint[], delta_held bigint[], delta_posted bigint[], delta_overdraft bigint[],
    marked_account integer[], marked_closed boolean[]
) RETURNS void LANGUAGE plpgsql
    -- Planning costs more than running, and the tables may grow from nothing while a connection keeps its plan.
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    last record;
    whole text := convert_from(batch_text, 'UTF8');
    heading text[] := string_to_array(split_part(whole, E'\n\n', 1), E'\n');
    -- Whether no account has amounts of several days.
    single_days boolean := cardinality(delta_account) < 2 OR NOT EXISTS (
        SELECT FROM unnest(delta_account) AS d (account) GROUP BY account HAVING count(*) > 1
    );
BEGIN
    PERFORM ledger_lock();
    SELECT no, known_at INTO last FROM ledger_batch ORDER BY no DESC LIMIT 1;
    IF coalesce(last.no, 0) + 1 <> batch_no OR last.known_at >= batch_known_at THEN
        RAISE EXCEPTION 'batch % does not follow batch %', batch_no, coalesce(last.no, 0)
            USING ERRCODE = 'serialization_failure';
    END IF;
    INSERT INTO ledger_batch VALUES (batch_no, batch_known_at, batch_text, batch_digest);
    IF cardinality(heading) > 1 THEN
        INSERT INTO ledger_account
            SELECT split_part(line, E'\t', 1)::integer, split_part(line, E'\t', 2), 0, 0, 0, 0, false
            FROM unnest(heading[2:]) AS line;
    END IF;
    INSERT INTO ledger_entry
        SELECT f[1], f[2]::smallint, f[3], batch_no, f[4]::integer[], f[5]::bigint[], f[6]::date, nullif(f[7], '')::date,
            string_to_array(f[8], E'\x1f'), f[9]
        FROM (SELECT string_to_array(line, E'\t') AS f FROM string_to_table(split_part(whole, E'\n\n', 2), E'\n') AS line) AS fields;
    IF cardinality(marked_account) > 0 THEN
        UPDATE ledger_account AS a SET closed = m.closed
            FROM unnest(marked_account, marked_closed) AS m (account, closed) WHERE a.no = m.account;
    END IF;
    IF cardinality(delta_account) > 0 THEN
        INSERT INTO ledger_day
            SELECT account, effective_on, batch_no
            FROM unnest(delta_account, delta_effective_on) AS d (account, effective_on)
            ON CONFLICT DO NOTHING;
        IF single_days AND NOT EXISTS (
            SELECT FROM unnest(delta_account, delta_effective_on) AS d (account, effective_on)
            JOIN ledger_day AS l ON l.account = d.account AND l.effective_on > d.effective_on
        ) THEN
            -- Nothing later is known: what is effective until then is all there is.
            WITH moved AS (
                UPDATE ledger_account AS a
                SET granted = a.granted + d.granted, held = a.held + d.held, posted = a.posted + d.posted,
                    overdraft = a.overdraft + d.overdraft
                FROM unnest(delta_account, delta_effective_on, delta_granted, delta_held, delta_posted, delta_overdraft)
                    AS d (account, effective_on, granted, held, posted, overdraft)
                WHERE a.no = d.account
                RETURNING a.no, d.effective_on, a.granted, a.held, a.posted, a.overdraft
            )
            INSERT INTO ledger_balance
                SELECT no, effective_on, batch_no, granted, held, posted, overdraft FROM moved;
        ELSE
            PERFORM ledger_write_past(batch_no, delta_account, delta_effective_on, delta_granted, delta_held,
                delta_posted, delta_overdraft);
        END IF;
    END IF;
END
$$;

-- An amount that is effective on a day also changes what was known of every later day.
CREATE FUNCTION ledger_write_past(
    batch_no bigint, delta_account integer[], delta_effective_on date[],
    delta_granted bigint[], delta_held bigint[], delta_posted bigint[], delta_overdraft bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_account AS a
        SET granted = a.granted + d.granted, held = a.held + d.held, posted = a.posted + d.posted,
            overdraft = a.overdraft + d.overdraft
        FROM (
            SELECT account, sum(granted) AS granted, sum(held) AS held, sum(posted) AS posted,
                sum(overdraft) AS overdraft
            FROM unnest(delta_account, delta_granted, delta_held, delta_posted, delta_overdraft)
                AS u (account, granted, held, posted, overdraft)
            GROUP BY account
        ) AS d
        WHERE a.no = d.account;
    INSERT INTO ledger_balance
        SELECT day.account, day.effective_on, batch_no, coalesce(before.granted, 0) + change.granted,
            coalesce(before.held, 0) + change.held, coalesce(before.posted, 0) + change.posted,
            coalesce(before.overdraft, 0) + change.overdraft
        FROM (
            SELECT account, min(effective_on) AS first_on
            FROM unnest(delta_account, delta_effective_on) AS d (account, effective_on) GROUP BY account
        ) AS touched
        JOIN ledger_day AS day ON day.account = touched.account AND day.effective_on >= touched.first_on
        LEFT JOIN LATERAL (
            SELECT b.granted, b.held, b.posted, b.overdraft FROM ledger_balance AS b
            WHERE b.account = day.account AND b.effective_on <= day.effective_on
            ORDER BY b.effective_on DESC, b.batch DESC LIMIT 1
        ) AS before ON true
        CROSS JOIN LATERAL (
            SELECT sum(d.granted) AS granted, sum(d.held) AS held, sum(d.posted) AS posted,
                sum(d.overdraft) AS overdraft
            FROM unnest(delta_account, delta_effective_on, delta_granted, delta_held, delta_posted, delta_overdraft)
                AS d (account, effective_on, granted, held, posted, overdraft)
            WHERE d.account = day.account AND d.effective_on <= day.effective_on
        ) AS change;
END
$$;

-- What the account stood at on that day, as it was known with that batch; no row when nothing was.
CREATE FUNCTION ledger_balance_as_of(of_account integer, on_day date, with_batch bigint)
RETURNS TABLE (granted bigint, held bigint, posted bigint, overdraft bigint) LANGUAGE sql STABLE AS $$
    SELECT b.granted, b.held, b.posted, b.overdraft
    FROM (
        SELECT d.effective_on FROM ledger_day AS d
        WHERE d.account = of_account AND d.effective_on <= on_day AND d.since_batch <= with_batch
        ORDER BY d.effective_on DESC LIMIT 1
    ) AS day
    CROSS JOIN LATERAL (
        SELECT * FROM ledger_balance AS b
        WHERE b.account = of_account AND b.effective_on = day.effective_on AND b.batch <= with_batch
        ORDER BY b.batch DESC LIMIT 1
    ) AS b
$$;

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the ledger is corrected by a further transfer, never by a change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

-- An account keeps its number and its id.
CREATE FUNCTION ledger_account_keeps_its_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.no, NEW.id) IS DISTINCT FROM (OLD.no, OLD.id) THEN
        RAISE EXCEPTION 'account % keeps its number and its id', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER ledger_account_keeps_its_id BEFORE UPDATE OF no, id ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_keeps_its_id();

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['ledger_batch', 'ledger_balance', 'ledger_day', 'ledger_entry'] LOOP
        EXECUTE format('CREATE TRIGGER %1$I_is_never_changed BEFORE UPDATE OR DELETE ON %1$I '
            'FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()', kept);
        EXECUTE format('CREATE TRIGGER %1$I_is_never_emptied BEFORE TRUNCATE ON %1$I '
            'FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', kept);
        -- The role that writes may not change either: before any trigger is asked.
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM CURRENT_USER', kept);
    END LOOP;
    REVOKE DELETE, TRUNCATE ON ledger_account FROM CURRENT_USER;
END
$$;
