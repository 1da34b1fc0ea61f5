-- Locations goods are put to.  Parameters: tenant, ids.
-- Locks: the locations, in id order, after the tasks: two hands filling one bin are counted one after the other.
SELECT id, node_id, code, kind, active, capacity_units, capacity_grams FROM wms_location
WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s::bigint[]) ORDER BY id FOR NO KEY UPDATE
