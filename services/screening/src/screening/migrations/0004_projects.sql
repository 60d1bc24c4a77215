-- What projects are listed and found by. The names stand apart: their index is wide, and a case is written often.
ALTER TABLE screening_case
    -- When its current decision was made; while there is none, when the first fact came.
    ADD COLUMN moved_time timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN prefecture text COLLATE "C" GENERATED ALWAYS AS (substr(region_code, 1, 4)) STORED,
    -- A year's energy on the calorific basis; NULL while it cannot be told.
    ADD COLUMN annual_kgce bigint CHECK (annual_kgce >= 0),
    ADD COLUMN two_high text NOT NULL DEFAULT '' CHECK (two_high IN ('', 'holds', 'fails', 'unknown'));

CREATE INDEX screening_case_moved ON screening_case (moved_time, filing_id);
CREATE INDEX screening_case_moved_in ON screening_case (prefecture, moved_time, filing_id);
CREATE INDEX screening_case_in_order_in ON screening_case (prefecture, application_date, filing_id);
CREATE INDEX screening_case_moved_at ON screening_case (region_code, moved_time, filing_id);
CREATE INDEX screening_case_in_order_at ON screening_case (region_code, application_date, filing_id);
CREATE INDEX screening_case_moved_to ON screening_case (disposition, moved_time, filing_id);

-- The newest revision's names and codes. A filing that was heard of before this table gets its row with its next fact.
CREATE TABLE project (
    filing_id text COLLATE "C" PRIMARY KEY REFERENCES screening_case,
    region_code text COLLATE "C" NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    display_name text NOT NULL,
    owner_name text NOT NULL,
    credit_code text COLLATE "C" NOT NULL,
    project_code text COLLATE "C" NOT NULL,
    industry_codes text[] NOT NULL,
    -- The number of the newest opinion, '' without one.
    document text COLLATE "C" NOT NULL,
    -- The names as they are compared, and their pairs of neighbouring characters.
    sought text COLLATE "C" NOT NULL,
    pairs text[] NOT NULL
);

CREATE INDEX project_pairs ON project USING gin (pairs) WITH (gin_pending_list_limit = 256);
CREATE INDEX project_of_owner ON project (credit_code, filing_id) WHERE credit_code <> '';
CREATE INDEX project_of_code ON project (project_code, filing_id) WHERE project_code <> '';
CREATE INDEX project_of_document ON project (document, filing_id) WHERE document <> '';

CALL protect_rows('project', '{region_code}', 'filing_id');

-- What somebody may mean by the words: part of a name, the beginning of a filing's id or a project code, a whole credit
-- code or number of an opinion.
CREATE FUNCTION project_meant(p project, part text, code text, document_number text) RETURNS boolean
    LANGUAGE sql IMMUTABLE AS $$
SELECT strpos(p.sought, part) > 0 OR (p.document <> '' AND p.document = document_number)
    OR (code <> '' AND ((p.filing_id >= lower(code) AND p.filing_id < lower(code) || '~')
        OR (p.project_code >= code AND p.project_code < code || '~') OR p.credit_code = upper(code)))
$$;

-- The filings that they may mean, of those that the session sees, at most so many of each way. The policy of the rows
-- would keep the index of pairs from being used, which is not proof against leaks: so it runs as the owner and asks itself.
CREATE FUNCTION projects_meant(names text[], part text, code text, document_number text, most integer)
    RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    IF cardinality(names) > 0 THEN
        RETURN QUERY SELECT p.filing_id FROM project AS p
            WHERE p.pairs @> names AND strpos(p.sought, part) > 0 AND visible(p.region_code, p.filing_id) LIMIT most;
    END IF;
    RETURN QUERY SELECT p.filing_id FROM project AS p
        WHERE p.document <> '' AND p.document = document_number AND visible(p.region_code, p.filing_id) LIMIT most;
    IF code <> '' THEN
        RETURN QUERY SELECT p.filing_id FROM project AS p
            WHERE p.filing_id >= lower(code) AND p.filing_id < lower(code) || '~'
                AND visible(p.region_code, p.filing_id) LIMIT most;
        RETURN QUERY SELECT p.filing_id FROM project AS p
            WHERE p.project_code <> '' AND p.project_code >= code AND p.project_code < code || '~'
                AND visible(p.region_code, p.filing_id) LIMIT most;
        RETURN QUERY SELECT p.filing_id FROM project AS p
            WHERE p.credit_code <> '' AND p.credit_code = upper(code)
                AND visible(p.region_code, p.filing_id) LIMIT most;
    END IF;
END
$$;
