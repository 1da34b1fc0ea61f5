-- What was promised when an order was first looked at, and what was taken back for want of stock.
-- Parameters: tenant.  Locks: none.
WITH sourced AS (
  SELECT subject_id, facts, row_number() OVER (PARTITION BY subject_id ORDER BY id) AS look
  FROM contract_event WHERE tenant_id = %(tenant)s AND subject_kind = 'order' AND type = 'order-sourced'
)
SELECT count(*) FILTER (WHERE look = 1) AS orders,
       count(*) FILTER (WHERE look = 1 AND coalesce((facts ->> 'backordered')::bigint, 0) > 0) AS orders_that_waited,
       coalesce(sum((facts ->> 'reserved')::bigint) FILTER (WHERE look = 1), 0)::bigint AS units_promised_at_once,
       coalesce(sum((facts ->> 'backordered')::bigint) FILTER (WHERE look = 1), 0)::bigint AS units_that_waited,
       coalesce(sum((facts ->> 'cancelled')::bigint), 0)::bigint AS units_cancelled_for_want_of_stock,
       (SELECT count(*) FROM oms_node_refusal WHERE tenant_id = %(tenant)s) AS lines_shorted_by_a_node,
       (SELECT coalesce(sum(shorted), 0)::bigint FROM oms_release_line WHERE tenant_id = %(tenant)s) AS units_shorted_by_a_node,
       (SELECT -coalesce(sum(balance), 0)::bigint FROM ledger_account
        WHERE tenant_id = %(tenant)s AND book = 'promise' AND state = 'shortage') AS units_promised_beyond_stock_now
FROM sourced
