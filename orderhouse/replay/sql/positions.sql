-- Free stock less shortages, plus what is on its way, by node and item.  Parameters: tenant.  Locks: none.
SELECT node_id, item_id, sum(units)::bigint AS units FROM (
  SELECT node_id, item_id, balance AS units FROM ledger_account
    WHERE tenant_id = %(tenant)s AND book = 'promise' AND state IN ('available', 'safety', 'shortage')
  UNION ALL SELECT node_id, item_id, quantity FROM oms_incoming WHERE tenant_id = %(tenant)s AND settled_at IS NULL) known
GROUP BY node_id, item_id
