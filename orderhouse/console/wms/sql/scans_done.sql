-- Scan by scan with its answer, the latest first; on every row how many there are in all.
-- Parameters: tenant, node, from_id (first ended session id to look at), since, until, badge and session (NULL for any), refused (NULL for
-- both), limit.  Locks: none.
WITH sessions AS MATERIALIZED (
  SELECT id, badge, flow, device FROM wms_floor_session
  WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND ended_at IS NULL AND (%(badge)s::text IS NULL OR badge = %(badge)s)
  UNION ALL
  SELECT id, badge, flow, device FROM wms_floor_session
  WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND id >= %(from_id)s AND ended_at >= %(since)s
    AND (%(badge)s::text IS NULL OR badge = %(badge)s)
)
SELECT s.id AS session_id, c.serial, c.at, s.badge, coalesce(b.name, s.badge) AS name, s.flow, s.device, c.text, c.quantity, c.refused,
  coalesce(c.answer ->> 'sentence', '') AS sentence, count(*) OVER ()::int AS total
FROM sessions s
JOIN wms_scan c ON c.tenant_id = %(tenant)s AND c.session_id = s.id
LEFT JOIN people_badge b ON b.tenant_id = %(tenant)s AND b.code = s.badge
WHERE c.at >= %(since)s AND c.at < %(until)s
  AND (%(session)s::bigint IS NULL OR s.id = %(session)s::bigint) AND (%(refused)s::boolean IS NULL OR c.refused = %(refused)s::boolean)
ORDER BY c.at DESC, c.serial DESC LIMIT %(limit)s
