-- Items that make the first 80 of 100 picks (A) and the next 15 (B); what is not named here is C.
-- Parameters: tenant, from_id (first pick task id to look at).  Locks: none.
SELECT item_id, CASE WHEN before < 0.8 * every THEN 'A' ELSE 'B' END AS class FROM (
  SELECT item_id, sum(picks) OVER (ORDER BY picks DESC, item_id) - picks AS before, sum(picks) OVER () AS every FROM (
    SELECT p.item_id, count(*) AS picks FROM wms_pick_task p
    WHERE p.tenant_id = %(tenant)s AND p.id >= %(from_id)s AND p.state = 'picked' GROUP BY p.item_id) counted) ranked
WHERE before < 0.95 * every
