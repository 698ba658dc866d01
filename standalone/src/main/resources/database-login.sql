DO $$
DECLARE
  change text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'annals') THEN
    CREATE ROLE annals;
  END IF;
  ALTER ROLE annals LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '${password}';
  ALTER DATABASE postgres OWNER TO annals;
  FOR change IN
    SELECT format('ALTER %s %s OWNER TO annals', replace(type, 'composite ', ''), identity)
    FROM (
      SELECT 'pg_namespace'::regclass, oid FROM pg_namespace WHERE nspowner = 10
      UNION ALL
      SELECT 'pg_class'::regclass, oid FROM pg_class AS c
      WHERE relowner = 10 AND relkind IN ('r', 'p', 'v', 'm', 'c', 'S')
        -- A column's sequence follows its table.
        AND NOT (relkind = 'S' AND EXISTS (
          SELECT FROM pg_depend
          WHERE classid = 'pg_class'::regclass AND objid = c.oid AND refobjsubid > 0))
      UNION ALL
      SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE proowner = 10
      UNION ALL
      SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typowner = 10 AND typtype IN ('d', 'e', 'r')
    ) AS owned (catalog, id), pg_identify_object(catalog, id, 0)
    -- Lower ids belong to the system catalog.
    WHERE id >= 16384
  LOOP
    EXECUTE change;
  END LOOP;
END $$;
