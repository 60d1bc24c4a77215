-- Forms that were filled in and not sent. They outlive the session, so no key of a session could open them: who reads
-- this table reads them, as who reads the services' tables reads what was sent.
CREATE TABLE unsent (
    subject text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 200),
    place text NOT NULL CHECK (char_length(place) BETWEEN 1 AND 200),
    content text NOT NULL CHECK (octet_length(content) <= 524288),
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (subject, place)
);
CREATE INDEX unsent_by_time ON unsent (saved_at);

-- Whose a session was that has run out: a form that comes too late is kept for that person. It can do nothing else.
CREATE TABLE ended_session (
    id_hash bytea PRIMARY KEY CHECK (octet_length(id_hash) = 32),
    csrf text NOT NULL,
    subject text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 200),
    ended_at timestamptz NOT NULL
);
CREATE INDEX ended_session_by_time ON ended_session (ended_at);
