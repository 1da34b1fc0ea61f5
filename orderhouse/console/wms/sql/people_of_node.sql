-- Who scanned at a node within a span of time: scans, those refused, the last one and the work it belongs to, by name.
-- Reads the open sessions, and of those that ended the end of the primary key.
-- Parameters: tenant, node, from_id (first session id to look at), since, until.  Locks: none.
WITH sessions AS MATERIALIZED (
  SELECT id, badge, flow, device, state, ended_at FROM wms_floor_session
  WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND ended_at IS NULL
  UNION ALL
  SELECT id, badge, flow, device, state, ended_at FROM wms_floor_session
  WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND id >= %(from_id)s AND ended_at >= %(since)s
), worked AS (
  SELECT s.badge, s.id AS session_id, c.scans, c.refused, c.first_at, c.last_at, c.last_serial
  FROM sessions s CROSS JOIN LATERAL (
    SELECT count(*) AS scans, count(*) FILTER (WHERE c.refused) AS refused, min(c.at) AS first_at, max(c.at) AS last_at, max(c.serial) AS last_serial
    FROM wms_scan c WHERE c.tenant_id = %(tenant)s AND c.session_id = s.id AND c.at >= %(since)s AND c.at < %(until)s
  ) c WHERE c.scans > 0
), latest AS (
  SELECT DISTINCT ON (badge) badge, session_id, last_serial FROM worked ORDER BY badge, last_at DESC, session_id DESC
)
SELECT w.badge, coalesce(b.name, w.badge) AS name, sum(w.scans)::int AS scans, sum(w.refused)::int AS refused,
  min(w.first_at) AS first_at, max(w.last_at) AS last_at, s.flow, s.ended_at IS NULL AS busy,
  coalesce(t.number, r.number, '') AS work, c.text AS last_scan, c.refused AS last_refused
FROM worked w
JOIN latest n ON n.badge = w.badge
JOIN sessions s ON s.id = n.session_id
JOIN wms_scan c ON c.tenant_id = %(tenant)s AND c.session_id = n.session_id AND c.serial = n.last_serial
LEFT JOIN people_badge b ON b.tenant_id = %(tenant)s AND b.code = w.badge
LEFT JOIN wms_tour t ON s.flow = 'pick' AND t.tenant_id = %(tenant)s AND t.id = (s.state ->> 'target')::bigint
LEFT JOIN wms_receipt r ON s.flow = 'receive' AND r.tenant_id = %(tenant)s AND r.id = (s.state ->> 'target')::bigint
GROUP BY w.badge, b.name, s.flow, s.ended_at, t.number, r.number, c.text, c.refused
ORDER BY coalesce(b.name, w.badge)
