-- A filing's replacement is seen where it is built. Lots and utilisation are seen by all who read.
CALL protect_rows('replacement', '{region_code}', 'filing_id');
CALL protect_rows_of('plan_step', 'replacement', 'filing_id');
CALL protect_rows_of('plan_deadline', 'replacement', 'filing_id');
CALL protect_rows_of('named_lot', 'replacement', 'filing_id');
CALL protect_rows_of('lot_recipient', 'replacement', 'filing_id');
CALL protect_rows_of('reevaluation', 'replacement', 'filing_id');
CALL protect_rows_of('opinion_heard', 'replacement', 'filing_id');
