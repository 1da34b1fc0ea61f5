-- How many movements there are past the mark, and the highest id of all. Counting ends at limit.
-- Parameters: tenant, upto, limit. Locks: none.
SELECT (SELECT count(*) FROM (
          SELECT 1 FROM ledger_movement WHERE tenant_id = %(tenant)s AND id > %(upto)s LIMIT %(limit)s) tail) AS movements,
  coalesce((SELECT id FROM ledger_movement WHERE tenant_id = %(tenant)s ORDER BY id DESC LIMIT 1), 0) AS last_movement_id
