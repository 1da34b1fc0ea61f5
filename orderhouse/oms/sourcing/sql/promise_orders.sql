-- Write the promise on orders. An order promised before keeps the later date: what waited moves it.
-- Parameters: tenant, at; orders, promises, dispatches (NULL where nothing was reserved).  Locks: orders already held.
UPDATE oms_order o
SET sourced_at = coalesce(o.sourced_at, %(at)s), promised_at = greatest(o.promised_at, u.promised_at), ship_by = greatest(o.ship_by, u.ship_by)
FROM unnest(%(orders)s::bigint[], %(promises)s::timestamptz[], %(dispatches)s::timestamptz[]) AS u (id, promised_at, ship_by)
WHERE o.tenant_id = %(tenant)s AND o.id = u.id
