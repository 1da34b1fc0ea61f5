-- Handling units by their label, and the totes that carry these outbounds; and which of the outbounds are stopped (no node, no
-- code).  Parameters: tenant, nodes, codes, outbounds.  Locks: none: the verbs that post look again under their own locks.
-- A tote whose order is closed is free, whatever it says, once nothing lies in it: what is to be put back keeps it.
(SELECT h.node_id, h.id, h.code, h.kind,
        CASE WHEN o.state NOT IN ('shipped', 'shorted', 'cancelled') OR EXISTS (
          SELECT FROM ledger_account a WHERE a.tenant_id = h.tenant_id AND a.place_id = h.id AND a.place_id <> 0 AND a.balance > 0)
        THEN h.outbound_id END AS outbound_id
 FROM wms_handling_unit h
 LEFT JOIN wms_outbound o ON o.tenant_id = h.tenant_id AND o.id = h.outbound_id
 WHERE h.tenant_id = %(tenant)s AND h.node_id = ANY (%(nodes)s::bigint[])
   AND (h.code = ANY (%(codes)s::text[]) OR h.outbound_id = ANY (%(outbounds)s::bigint[]))
 ORDER BY h.id)
UNION ALL
SELECT NULL, NULL, NULL, NULL, o.id FROM wms_outbound o
WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(outbounds)s::bigint[]) AND (o.cancel_wanted OR o.state = 'cancelled')
