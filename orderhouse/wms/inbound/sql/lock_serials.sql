-- Take serials in hand, so that one number is not received twice at once.  Parameters: tenant, lots.
-- Locks: the lots, in id order, before any account.
SELECT id FROM ledger_lot WHERE tenant_id = %(tenant)s AND id = ANY (%(lots)s::bigint[]) ORDER BY id FOR UPDATE
