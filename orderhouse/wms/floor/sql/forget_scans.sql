-- Forget floor sessions that nobody scanned in since, each with all its scans or not at all: a scan of a session that is gone is refused,
-- so it can still not be done twice. About as many rows at once as asked, the oldest first; answers how many they were.
-- Parameters: tenant, before (a time), before_id (the first id of that time), limit (rows).  Locks: the sessions; busy ones are passed over.
WITH idle AS (
  SELECT s.id, s.serial FROM wms_floor_session s
  LEFT JOIN LATERAL (SELECT c.at FROM wms_scan c WHERE c.tenant_id = s.tenant_id AND c.session_id = s.id
                     ORDER BY c.serial DESC LIMIT 1) latest ON true
  WHERE s.tenant_id = %(tenant)s AND s.id < %(before_id)s AND coalesce(latest.at, s.opened_at) < %(before)s
  ORDER BY s.id LIMIT %(limit)s FOR UPDATE OF s SKIP LOCKED
), old AS (
  SELECT u.id FROM (SELECT id, sum(serial + 1) OVER (ORDER BY id) - serial - 1 AS rows_before FROM idle) u WHERE u.rows_before < %(limit)s
), scans AS (
  DELETE FROM wms_scan c USING old WHERE c.tenant_id = %(tenant)s AND c.session_id = old.id RETURNING 1
), sessions AS (
  DELETE FROM wms_floor_session s USING old WHERE s.tenant_id = %(tenant)s AND s.id = old.id RETURNING 1
)
SELECT (SELECT count(*) FROM scans) + (SELECT count(*) FROM sessions)
