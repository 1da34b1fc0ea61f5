-- Let go of totes and unpacked cartons that carry nothing any more.  Parameters: tenant, ids.  Locks: the totes, in id order.
WITH bare AS MATERIALIZED (
  SELECT h.id FROM wms_handling_unit h
  WHERE h.tenant_id = %(tenant)s AND h.id = ANY (%(ids)s::bigint[]) AND h.outbound_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM ledger_account a
      WHERE a.tenant_id = h.tenant_id AND a.place_id = h.id AND a.place_id <> 0 AND a.balance > 0)
  ORDER BY h.id FOR UPDATE
)
UPDATE wms_handling_unit h SET outbound_id = NULL FROM bare WHERE h.tenant_id = %(tenant)s AND h.id = bare.id
