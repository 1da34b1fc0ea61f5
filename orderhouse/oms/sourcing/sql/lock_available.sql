-- What every node has free of these items.  Parameters: tenant; items, nodes.
-- Locks: the accounts in which they are free and those in which they will be reserved, in id order: whoever reserves and whoever
-- gives back meet on both, and each locks them once.
WITH locked AS MATERIALIZED (
  SELECT a.node_id, a.item_id, a.owner_id, a.state, a.balance
  FROM ledger_account a
  WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.state IN ('available', 'reserved')
    AND a.item_id = ANY (%(items)s::bigint[]) AND a.node_id = ANY (%(nodes)s::bigint[])
  ORDER BY a.id
  FOR UPDATE OF a
)
SELECT node_id, item_id, owner_id, balance FROM locked WHERE state = 'available' AND balance > 0
