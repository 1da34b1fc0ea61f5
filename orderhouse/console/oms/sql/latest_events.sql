-- The latest events people follow, each with its order where it happened to one or to a release of one (a release's number is the
-- order's, a slash and a count).  Reads the end of the primary key.
-- Parameters: tenant, from_id (look no further back), types (left out), limit.  Locks: none.
SELECT e.id, e.at, e.type, e.subject_kind, e.subject_id, e.actor, e.facts::text AS facts, o.id AS order_id, o.number AS order_number
FROM (
  SELECT * FROM contract_event
  WHERE tenant_id = %(tenant)s AND id >= %(from_id)s AND type <> ALL (%(types)s::text[])
  ORDER BY id DESC LIMIT %(limit)s
) e
LEFT JOIN LATERAL (
  SELECT o.id, o.number FROM oms_order o WHERE e.subject_kind = 'order' AND o.tenant_id = %(tenant)s AND o.id = e.subject_id
  UNION ALL
  SELECT o.id, o.number FROM oms_order o
  WHERE e.subject_kind = 'release' AND o.tenant_id = %(tenant)s AND o.number = regexp_replace(e.facts ->> 'release', '/[0-9]+$', '')
) o ON true
ORDER BY e.id DESC
