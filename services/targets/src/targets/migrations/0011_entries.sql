-- What one person entered of a region; it counts for nothing before another publishes it.
CREATE TABLE entry (
    region_code text COLLATE "C" NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    number integer NOT NULL CHECK (number >= 1),
    kind text NOT NULL CHECK (kind IN ('report', 'level')),
    stated bytea NOT NULL CHECK (octet_length(stated) BETWEEN 1 AND 8192),
    author text NOT NULL CHECK (author <> ''),
    enter_time timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'published', 'withdrawn')),
    settled_by text NOT NULL,
    settle_time timestamptz,
    reason text NOT NULL,
    PRIMARY KEY (region_code, number),
    CHECK ((state = 'pending') = (settled_by = '') AND (settled_by = '') = (settle_time IS NULL)),
    CHECK ((state = 'withdrawn') = (reason <> '')),
    CHECK (state <> 'published' OR lower(settled_by) <> lower(author))
);
CREATE INDEX entry_that_waits ON entry (region_code, number DESC) WHERE state = 'pending';

CREATE FUNCTION entry_only_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'pending' OR (NEW.region_code, NEW.number, NEW.kind, NEW.stated, NEW.author, NEW.enter_time)
        IS DISTINCT FROM (OLD.region_code, OLD.number, OLD.kind, OLD.stated, OLD.author, OLD.enter_time)
    THEN
        RAISE EXCEPTION 'entry % of region % is % and stays as it was entered', OLD.number, OLD.region_code, OLD.state;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER entry_only_moves_on BEFORE UPDATE ON entry
    FOR EACH ROW EXECUTE FUNCTION entry_only_moves_on();
CREATE TRIGGER entry_is_kept BEFORE DELETE OR TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION row_is_append_only();
