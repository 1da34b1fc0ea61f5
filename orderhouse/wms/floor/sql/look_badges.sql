-- Badges by code, and what they are at work on.  Parameters: tenant, node, texts.  Locks: none.
SELECT b.code, b.name, ARRAY(
  SELECT DISTINCT s.flow FROM wms_floor_session s
  WHERE s.tenant_id = b.tenant_id AND s.node_id = %(node)s AND s.badge = b.code AND s.ended_at IS NULL ORDER BY s.flow) AS flows
FROM people_badge b WHERE b.tenant_id = %(tenant)s AND b.code = ANY (%(texts)s::text[]) AND b.active
