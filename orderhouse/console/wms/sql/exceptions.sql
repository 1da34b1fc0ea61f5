-- Exceptions with their owners in words people know; exception_queries.py adds which of them.  Locks: none.
SELECT e.id, n.code AS node, e.kind, e.subject_kind, e.subject_id, e.facts::text AS facts, e.owner, coalesce(b.name, '') AS owner_name,
  e.raised_at, e.noted, e.settled_at, coalesce(e.settled_by, '') AS settled_by, e.outcome
FROM wms_exception e
JOIN catalog_node n ON n.tenant_id = e.tenant_id AND n.id = e.node_id
LEFT JOIN people_badge b ON b.tenant_id = e.tenant_id AND b.code = e.owner
WHERE e.tenant_id = %(tenant)s
