-- Ids of letters in that took effect so long ago that nobody sends them again. What was refused or dropped stays.
-- Parameters: tenant, before (a time), limit.  Locks: the rows.
WITH old AS MATERIALIZED (
  SELECT source, message_id FROM contract_inbox
  WHERE tenant_id = %(tenant)s AND state = 'done' AND received_at < %(before)s
  LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
DELETE FROM contract_inbox i USING old WHERE i.tenant_id = %(tenant)s AND i.source = old.source AND i.message_id = old.message_id
