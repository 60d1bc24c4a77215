-- Who sees which rows. The role that owns the database makes its tables; the role of the database's own name serves from
-- it, is bound by the policies of its tables, and can change neither.
DO $$
BEGIN
    IF current_user = current_database()
        OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = current_database() AND NOT rolsuper AND NOT rolbypassrls)
    THEN
        RAISE EXCEPTION 'migrate as the owner of the database; the plain role % only serves from it', current_database();
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', current_database());
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', current_database());
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I', current_database());
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I',
        current_database());
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO %I',
        current_database());
    -- What was applied is read and never written by who serves.
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM %I', current_database());
END
$$;

-- What the session was told it may see: dualcontrol.scope holds beginnings of region codes, or * for everything;
-- dualcontrol.cases single cases. A session that was told nothing sees nothing.
CREATE FUNCTION sees_everything() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('dualcontrol.scope', true), '') = '*'
$$;

CREATE FUNCTION seen_regions() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT string_to_array(coalesce(current_setting('dualcontrol.scope', true), ''), ',')
$$;

CREATE FUNCTION seen_cases() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT string_to_array(coalesce(current_setting('dualcontrol.cases', true), ''), ',')
$$;

CREATE FUNCTION visible(region text, code text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sees_everything()
        OR coalesce(region ^@ ANY (seen_regions()), false) OR coalesce(code = ANY (seen_cases()), false)
$$;

-- Rows are seen and changed by who sees one of `regions`, which name columns, or the case that the column `case` names.
-- What does not change from row to row is asked for once: (SELECT ...).
CREATE PROCEDURE protect_rows(protected regclass, regions text[], code text DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
    region text;
    rule text := '(SELECT sees_everything())';
BEGIN
    FOREACH region IN ARRAY regions LOOP
        rule := rule || format(' OR %I ^@ ANY ((SELECT seen_regions())::text[])', region);
    END LOOP;
    IF code IS NOT NULL THEN
        rule := rule || format(' OR %I = ANY ((SELECT seen_cases())::text[])', code);
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', protected);
    EXECUTE format('CREATE POLICY visible ON %s USING (%s)', protected, rule);
END
$$;

-- Rows are seen and changed by who sees the row of `parent` that has the same value in the column `key`, its key there.
-- Row by row, as few are asked for: with EXISTS the planner may read all of the parent's rows first.
CREATE PROCEDURE protect_rows_of(protected regclass, parent regclass, key text, parent_key text DEFAULT NULL)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', protected);
    EXECUTE format(
        'CREATE POLICY visible ON %1$s USING ((SELECT sees_everything()) OR ('
            'SELECT true FROM %2$s AS parent WHERE parent.%4$I = %1$s.%3$I))',
        protected, parent, key, coalesce(parent_key, key)
    );
END
$$;
