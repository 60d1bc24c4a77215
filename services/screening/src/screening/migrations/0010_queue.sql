-- Who waits in a prefecture, and in a county, is met there: in the whole province's order it is not known how far off.
CREATE INDEX screening_case_queue_in ON screening_case (prefecture, application_date, filing_id)
    WHERE disposition IN ('defer', 'restrict') AND NOT settled;
CREATE INDEX screening_case_queue_at ON screening_case (region_code, application_date, filing_id)
    WHERE disposition IN ('defer', 'restrict') AND NOT settled;
