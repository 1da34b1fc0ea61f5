-- Waiting units become reserved or cancelled; what still waits gets the date of the next receipt, if one is due.
-- Parameters: tenant; lines, reserved, cancelled (one entry a line).  Locks: lines already held.
UPDATE oms_order_line l
SET backordered = l.backordered - u.reserved - u.cancelled, reserved = l.reserved + u.reserved, cancelled = l.cancelled + u.cancelled,
    due_date = CASE WHEN l.backordered > u.reserved + u.cancelled THEN
      (SELECT min(n.due_at)::date FROM oms_incoming n
       WHERE n.tenant_id = %(tenant)s AND n.item_id = l.item_id AND n.owner_id = l.owner_id AND n.settled_at IS NULL) END
FROM unnest(%(lines)s::bigint[], %(reserved)s::int[], %(cancelled)s::int[]) AS u (id, reserved, cancelled)
WHERE l.tenant_id = %(tenant)s AND l.id = u.id
