-- A case is seen where it is built, and so is all that is kept of it.
CALL protect_rows('screening_case', '{region_code}', 'filing_id');
CALL protect_rows_of('case_fact', 'screening_case', 'filing_id');
CALL protect_rows_of('waiting', 'screening_case', 'filing_id');
CALL protect_rows_of('overtaking', 'screening_case', 'filing_id');
CALL protect_rows_of('decision', 'screening_case', 'filing_id');
CALL protect_rows_of('rescreened', 'screening_case', 'filing_id');
CALL protect_rows_of('ruling', 'screening_case', 'filing_id');
CALL protect_rows_of('override', 'screening_case', 'filing_id');
CALL protect_rows_of('override_step', 'screening_case', 'filing_id');
