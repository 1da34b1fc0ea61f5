-- Dead letters of the outbox and refused ones of the inbox, dropped.
-- Parameters: tenant, sources, ids.  Locks: the letters, each box in id order.
WITH wanted AS MATERIALIZED (
  SELECT * FROM unnest(%(sources)s::text[], %(ids)s::bigint[]) AS u (source, id)
), dead AS MATERIALIZED (
  SELECT o.id FROM contract_outbox o JOIN wanted w ON w.id = o.id AND w.source = o.source
  WHERE o.tenant_id = %(tenant)s AND o.state = 'dead' ORDER BY o.id FOR UPDATE OF o
), refused AS MATERIALIZED (
  SELECT i.source, i.message_id FROM contract_inbox i JOIN wanted w ON w.id = i.message_id AND w.source = i.source
  WHERE i.tenant_id = %(tenant)s AND i.state = 'refused' ORDER BY i.source, i.message_id FOR UPDATE OF i
), from_outbox AS (
  UPDATE contract_outbox o SET state = 'dropped' FROM dead WHERE o.tenant_id = %(tenant)s AND o.id = dead.id
  RETURNING o.source, o.id
), from_inbox AS (
  UPDATE contract_inbox i SET state = 'dropped' FROM refused r
  WHERE i.tenant_id = %(tenant)s AND i.source = r.source AND i.message_id = r.message_id
  RETURNING i.source, i.message_id
)
SELECT source, id FROM from_outbox UNION ALL SELECT source, message_id FROM from_inbox
