-- Take locations out of use, and call off the counts asked for there.  Parameters: tenant, ids.
-- Locks: the locations (the caller holds them already), then their open count tasks.
WITH closed AS (
  UPDATE wms_location SET active = false WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s::bigint[]) AND active RETURNING id
)
UPDATE wms_count_task c SET state = 'cancelled' FROM closed
WHERE c.tenant_id = %(tenant)s AND c.location_id = closed.id AND c.state = 'ready'
