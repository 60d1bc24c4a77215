-- A change that touches many cases, and how far it was gone through, in the published order.
CREATE TABLE sweep (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope text NOT NULL CHECK (scope IN ('within', 'freed', 'granted', 'all')),
    regions text NOT NULL,
    policy text NOT NULL DEFAULT '',
    -- Those that one screening answers, at most 100 of cause_count.
    causes text[] NOT NULL,
    cause_count integer NOT NULL CHECK (cause_count >= 1),
    begun boolean NOT NULL DEFAULT false,
    done boolean NOT NULL DEFAULT false,
    after_date date,
    after_filing text,
    added_time timestamptz NOT NULL,
    done_time timestamptz,
    CHECK ((after_date IS NULL) = (after_filing IS NULL)),
    CHECK (done = (done_time IS NOT NULL)),
    CHECK (begun OR NOT done)
);

-- What has not begun yet is joined by the next cause of the same scope: a storm of changes stays one sweep.
CREATE UNIQUE INDEX sweep_not_begun ON sweep (scope, regions, policy) WHERE NOT begun;
CREATE INDEX sweep_open ON sweep (id) WHERE NOT done;
-- The newest tells which policy bundle was last installed: one that is put back is swept for again.
CREATE INDEX sweep_of_policy ON sweep (id) WHERE policy <> '';

-- Each case once for each sweep, and so for each of its causes.
CREATE TABLE rescreened (
    sweep_id bigint NOT NULL REFERENCES sweep,
    filing_id text COLLATE "C" NOT NULL REFERENCES screening_case,
    PRIMARY KEY (sweep_id, filing_id)
);

CREATE FUNCTION sweep_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY sweep;
    RETURN NULL;
END
$$;

CREATE TRIGGER sweep_notify AFTER INSERT ON sweep FOR EACH STATEMENT EXECUTE FUNCTION sweep_notify();
