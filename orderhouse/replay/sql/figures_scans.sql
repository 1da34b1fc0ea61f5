-- Scans by flow.  Parameters: tenant.  Locks: none.
SELECT s.flow, count(*) AS scans, count(*) FILTER (WHERE c.refused) AS refused
FROM wms_scan c JOIN wms_floor_session s ON s.tenant_id = c.tenant_id AND s.id = c.session_id
WHERE c.tenant_id = %(tenant)s
GROUP BY s.flow ORDER BY s.flow
