-- What is looked at again under another law is read in pages of one order; without this each page would sort them all.
CREATE INDEX review_in_order ON review ((coalesce(application_date, 'infinity'::date)), filing_id);
