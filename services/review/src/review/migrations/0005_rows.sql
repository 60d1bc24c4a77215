-- A review is seen where the filing's newest revision builds, and so are the opinions on it.
ALTER TABLE review ADD COLUMN region_code text COLLATE "C" NOT NULL;

CALL protect_rows('review', '{region_code}', 'filing_id');
CALL protect_rows('owners_filing', '{region}', 'filing_id');
CALL protect_rows_of('opinion_docket', 'review', 'filing_id');
CALL protect_rows_of('opinion', 'review', 'filing_id');
CALL protect_rows_of('opinion_change', 'review', 'filing_id');
