-- In which states units stand where tasks take them from.  Parameters: tenant, places, items.  Locks: none.
SELECT place_id, item_id, owner_id, lot_id, state, balance FROM ledger_account
WHERE tenant_id = %(tenant)s AND place_id = ANY (%(places)s::bigint[]) AND place_id <> 0 AND item_id = ANY (%(items)s::bigint[])
  AND state IN ('good', 'hold', 'expired', 'picked', 'packed') AND balance > 0
