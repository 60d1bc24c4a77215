-- The rows that belong to a review name its filing by bytes, COLLATE "C"; an index in another order is of no use to them.
CREATE UNIQUE INDEX review_of_filing ON review (filing_id COLLATE "C");
