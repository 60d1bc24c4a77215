-- Who is signed in at the portal, and who is on the way to it. What only a browser may know is kept as a hash.
CREATE TABLE session (
    id_hash bytea PRIMARY KEY CHECK (octet_length(id_hash) = 32),
    subject text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 200),
    csrf text NOT NULL,
    -- Sealed under a key that is made of the session's id: who reads this table can call nobody with it.
    sealed_token bytea NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL CHECK (last_used_at >= created_at),
    ends_at timestamptz NOT NULL CHECK (ends_at > created_at)
);
CREATE INDEX session_by_subject ON session (subject);
CREATE INDEX session_by_end ON session (ends_at);

CREATE TABLE sign_in (
    state_hash bytea PRIMARY KEY CHECK (octet_length(state_hash) = 32),
    browser_hash bytea NOT NULL CHECK (octet_length(browser_hash) = 32),
    nonce text NOT NULL,
    verifier text NOT NULL,
    back text NOT NULL CHECK (char_length(back) <= 2000),
    fresh_seconds_max integer,
    begun_at timestamptz NOT NULL
);
CREATE INDEX sign_in_by_time ON sign_in (begun_at);

-- Who serves from the database does not own it: the role of its own name reads and writes rows, and changes no table.
DO $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', current_database());
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON session, sign_in TO %I', current_database());
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I',
        current_database());
END
$$;
