-- The newest evaluation of each filing. An older revision never replaces a newer one, whatever order events come in.
CREATE TABLE review (
    filing_id text PRIMARY KEY CHECK (length(filing_id) BETWEEN 3 AND 63),
    revision integer NOT NULL CHECK (revision >= 1),
    review bytea NOT NULL,
    bundle_hash text NOT NULL CHECK (bundle_hash <> '')
);

CREATE FUNCTION review_revision_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.filing_id <> OLD.filing_id OR NEW.revision <= OLD.revision THEN
        RAISE EXCEPTION 'the review of % stands at revision % and takes only a newer one', OLD.filing_id, OLD.revision;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER review_revision_only_grows BEFORE UPDATE ON review
    FOR EACH ROW EXECUTE FUNCTION review_revision_only_grows();
