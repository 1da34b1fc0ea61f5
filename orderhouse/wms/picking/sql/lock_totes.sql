-- Totes as they stand.  Parameters: tenant, ids (sorted).  Locks: the handling units, in id order, after the outbounds.
-- stale: the order a tote last carried is closed and nothing lies in it, so it is free whatever it says.
SELECT h.id, h.node_id, h.code, h.kind, h.outbound_id,
       h.outbound_id IS NOT NULL AND EXISTS (
         SELECT FROM wms_outbound o WHERE o.tenant_id = h.tenant_id AND o.id = h.outbound_id
           AND o.state IN ('shipped', 'shorted', 'cancelled')) AND NOT EXISTS (
         SELECT FROM ledger_account a
         WHERE a.tenant_id = h.tenant_id AND a.place_id = h.id AND a.place_id <> 0 AND a.balance > 0) AS stale
FROM wms_handling_unit h
WHERE h.tenant_id = %(tenant)s AND h.id = ANY (%(ids)s::bigint[])
ORDER BY h.id
FOR UPDATE OF h
