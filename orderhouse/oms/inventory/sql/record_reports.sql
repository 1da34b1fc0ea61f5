-- Keep each node's latest report of an item; an older one that arrives late changes nothing.
-- Parameters: tenant, at; nodes, items, owners, on_hands, sequences (one entry a key, sorted).  Locks: the reported rows, in key order.
INSERT INTO oms_reported_stock AS r (tenant_id, node_id, item_id, owner_id, on_hand, sequence, reported_at)
SELECT t.tenant_id, u.node_id, u.item_id, u.owner_id, u.on_hand, u.sequence, %(at)s
FROM people_tenant t,
     unnest(%(nodes)s::bigint[], %(items)s::bigint[], %(owners)s::bigint[], %(on_hands)s::bigint[], %(sequences)s::bigint[])
       AS u (node_id, item_id, owner_id, on_hand, sequence)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, node_id, item_id, owner_id) DO UPDATE
  SET on_hand = excluded.on_hand, sequence = excluded.sequence, reported_at = excluded.reported_at
  WHERE r.sequence < excluded.sequence
