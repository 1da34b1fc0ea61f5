-- Add net deltas to a node's totals, and number the changes.  Parameters: tenant, node, items, owners, deltas, counts.
-- Locks: the totals, in (item, owner) order, after every physical account.
WITH change AS (
  SELECT * FROM unnest(%(items)s::bigint[], %(owners)s::bigint[], %(deltas)s::bigint[], %(counts)s::bigint[])
    AS u (item_id, owner_id, delta, changes)
), locked AS MATERIALIZED (
  SELECT s.item_id, s.owner_id FROM wms_node_stock s JOIN change c USING (item_id, owner_id)
  WHERE s.tenant_id = %(tenant)s AND s.node_id = %(node)s
  ORDER BY s.item_id, s.owner_id FOR UPDATE OF s
)
UPDATE wms_node_stock s SET on_hand = s.on_hand + c.delta, sequence = s.sequence + c.changes
FROM change c JOIN locked USING (item_id, owner_id)
JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.id = c.item_id
JOIN catalog_owner o ON o.tenant_id = %(tenant)s AND o.id = c.owner_id
JOIN catalog_node n ON n.tenant_id = %(tenant)s AND n.id = %(node)s
WHERE s.tenant_id = %(tenant)s AND s.node_id = %(node)s AND s.item_id = c.item_id AND s.owner_id = c.owner_id
RETURNING s.item_id, s.owner_id, s.on_hand - c.delta AS on_hand, s.sequence - c.changes AS sequence, i.sku, o.code AS owner, n.code AS node
