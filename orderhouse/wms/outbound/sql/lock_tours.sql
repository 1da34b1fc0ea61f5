-- Lock tours before what may be their last task is closed: two who close one task each must not both see the other's open.
-- Parameters: tenant, tours (ids).  Locks: the tours, in id order, after the outbounds and before the accounts.
SELECT id FROM wms_tour WHERE tenant_id = %(tenant)s AND id = ANY (%(tours)s::bigint[]) ORDER BY id FOR UPDATE
