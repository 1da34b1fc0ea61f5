-- Every rule of the examination, by name, with the tables its view reads.  Parameters: none.  Locks: none.
SELECT v.relname::text AS rule,
  coalesce(array_agg(DISTINCT t.relname::text) FILTER (WHERE t.relname IS NOT NULL), '{}') AS tables
FROM pg_catalog.pg_class v
JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace AND n.nspname = 'exam'
JOIN pg_catalog.pg_rewrite w ON w.ev_class = v.oid
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
  AND d.refclassid = 'pg_catalog.pg_class'::regclass
LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p')
WHERE v.relkind = 'v'
GROUP BY v.relname ORDER BY v.relname
