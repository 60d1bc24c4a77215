-- What the filings of one owner are, as far as splitting is looked at: owner, place, products, day, energy.
-- A withdrawn filing stays with its revision, so that an older event that comes late does not bring it back.
CREATE TABLE owners_filing (
    filing_id text PRIMARY KEY CHECK (length(filing_id) BETWEEN 3 AND 63),
    revision integer NOT NULL CHECK (revision >= 1),
    standing boolean NOT NULL,
    owner text NOT NULL,
    region text NOT NULL,
    product_ids text[] NOT NULL,
    application_date date,
    tce_calorific numeric CHECK (tce_calorific >= 0)
);

CREATE INDEX owners_filing_owner ON owners_filing (owner, region) WHERE standing;
