-- One row a filing: the lock of its aggregate, and what must be unique.
CREATE TABLE filing (
    filing_id text PRIMARY KEY CHECK (length(filing_id) BETWEEN 3 AND 63),
    project_code text UNIQUE CHECK (project_code <> ''),
    -- Where the newest revision builds.
    region_code text COLLATE "C" NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    revision integer NOT NULL CHECK (revision >= 1),
    state text NOT NULL CHECK (state IN ('accepted', 'withdrawn'))
);

-- Every revision, for ever.
CREATE TABLE filing_revision (
    filing_id text NOT NULL REFERENCES filing,
    revision integer NOT NULL CHECK (revision >= 1),
    state text NOT NULL CHECK (state IN ('accepted', 'withdrawn')),
    dossier bytea NOT NULL,
    findings bytea NOT NULL,
    bundle_hash text NOT NULL,
    accept_time timestamptz NOT NULL,
    PRIMARY KEY (filing_id, revision)
);

CREATE FUNCTION filing_revision_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a revision of a filing is never changed; add a newer one';
END
$$;

CREATE TRIGGER filing_revision_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON filing_revision
    FOR EACH STATEMENT EXECUTE FUNCTION filing_revision_is_append_only();

CALL protect_rows('filing', '{region_code}', 'filing_id');
CALL protect_rows_of('filing_revision', 'filing', 'filing_id');
