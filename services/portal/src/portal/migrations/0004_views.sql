-- What somebody looks for in the list of projects again and again.
CREATE TABLE saved_view (
    subject text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 200),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    query text NOT NULL CHECK (char_length(query) BETWEEN 1 AND 2000),
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (subject, name)
);
