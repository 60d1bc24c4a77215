-- What every service's database holds beside its own tables.

-- Answers given, for ever: the same request id gives the same answer.
CREATE TABLE request (
    request_id uuid PRIMARY KEY,
    body_hash bytea NOT NULL CHECK (length(body_hash) = 32),
    answer bytea,
    begin_time timestamptz NOT NULL DEFAULT now()
);

-- Events taken in. Kept longer than the topics keep theirs.
CREATE TABLE inbox (
    source text NOT NULL,
    event_id text NOT NULL,
    receive_time timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, event_id)
);

-- Events decided but not yet acknowledged by the broker; the relay deletes them afterwards.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    event_id uuid NOT NULL UNIQUE,
    type text NOT NULL,
    source text NOT NULL,
    occur_time timestamptz NOT NULL,
    traceparent text NOT NULL,
    value bytea NOT NULL
);

-- Rows live for milliseconds: compressing them would be work for nothing.
ALTER TABLE outbox ALTER COLUMN value SET STORAGE EXTERNAL;

CREATE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY outbox;
    RETURN NULL;
END
$$;

CREATE TRIGGER outbox_notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify();
