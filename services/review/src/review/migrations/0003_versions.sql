SET LOCAL lock_timeout = '5s';

-- A filing is evaluated again under another law: versions count its evaluations, revisions its own changes.
-- Null in what was written by code that counted none: then it is the revision, and what it was evaluated on is not kept.
ALTER TABLE review
    ADD COLUMN version bigint CHECK (version >= revision),
    -- What the revision was evaluated on, as a message of the contracts.
    ADD COLUMN asked bytea,
    -- What of the evaluation decides. Evaluations of one signature differ in words only.
    ADD COLUMN signature bytea CHECK (length(signature) = 32),
    ADD COLUMN application_date date,
    -- The policy bundle under which it was last looked at, whether or not anything differed.
    ADD COLUMN looked_under text NOT NULL DEFAULT '',
    ADD CONSTRAINT review_is_kept_whole CHECK (num_nonnulls(version, asked, signature) IN (0, 1, 3));

CREATE INDEX review_by_application ON review ((coalesce(application_date, 'infinity'::date)), filing_id);

CREATE OR REPLACE FUNCTION review_revision_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revision > OLD.revision AND NEW.version IS NOT DISTINCT FROM OLD.version THEN
        -- Written by code that counts no versions: what was kept of the older revision does not go with this one.
        NEW.version := greatest(coalesce(OLD.version, OLD.revision) + 1, NEW.revision);
        NEW.asked := NULL;
        NEW.signature := NULL;
    END IF;
    IF NEW.filing_id <> OLD.filing_id OR NEW.revision < OLD.revision
        OR coalesce(NEW.version, NEW.revision) <= coalesce(OLD.version, OLD.revision)
    THEN
        RAISE EXCEPTION 'the review of % stands at revision %, version %, and takes only a newer one',
            OLD.filing_id, OLD.revision, coalesce(OLD.version, OLD.revision);
    END IF;
    RETURN NEW;
END
$$;

-- That it was looked at again is no evaluation.
DROP TRIGGER review_revision_only_grows ON review;
CREATE TRIGGER review_revision_only_grows
    BEFORE UPDATE OF filing_id, revision, review, bundle_hash, version, asked, signature ON review
    FOR EACH ROW EXECUTE FUNCTION review_revision_only_grows();
