-- Who works at a node now: open sessions whose last scan is recent, with what they scanned last.
-- Parameters: tenant, node, since.  Locks: none.
SELECT s.badge, b.name, s.flow, c.text AS last_scan, c.at, c.refused
FROM wms_floor_session s
JOIN people_badge b ON b.tenant_id = s.tenant_id AND b.code = s.badge
CROSS JOIN LATERAL (
  SELECT c.text, c.at, c.refused FROM wms_scan c
  WHERE c.tenant_id = s.tenant_id AND c.session_id = s.id ORDER BY c.serial DESC LIMIT 1
) c
WHERE s.tenant_id = %(tenant)s AND s.node_id = %(node)s AND s.ended_at IS NULL AND c.at >= %(since)s
ORDER BY b.name, c.at DESC
