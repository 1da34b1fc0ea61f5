-- Let go of totes that hold nothing of their outbound any more.  Parameters: tenant, ids (of outbounds, locked before).
-- Locks: the totes, in id order.
WITH empty AS MATERIALIZED (
  SELECT h.id FROM wms_handling_unit h
  WHERE h.tenant_id = %(tenant)s AND h.outbound_id = ANY (%(ids)s::bigint[]) AND NOT EXISTS (
    SELECT FROM wms_outbound_line l
    JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.book = 'physical' AND a.node_id = h.node_id AND a.item_id = l.item_id
     AND a.state = 'picked' AND a.place_id = h.id AND a.balance > 0
    WHERE l.tenant_id = h.tenant_id AND l.outbound_id = h.outbound_id)
  ORDER BY h.id FOR UPDATE OF h
)
UPDATE wms_handling_unit h SET outbound_id = NULL FROM empty e WHERE h.tenant_id = %(tenant)s AND h.id = e.id
