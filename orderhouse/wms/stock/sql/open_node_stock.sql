-- Totals that do not exist yet, at 0.  Parameters: tenant, node, items and owners (sorted).
-- Locks: the new rows; a twin opened by another transaction at this moment is waited for, and then left as it is.
INSERT INTO wms_node_stock (tenant_id, node_id, item_id, owner_id, on_hand, sequence)
SELECT t.tenant_id, %(node)s, u.item_id, u.owner_id, 0, 0
FROM people_tenant t, unnest(%(items)s::bigint[], %(owners)s::bigint[]) AS u (item_id, owner_id)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, node_id, item_id, owner_id) DO NOTHING
