-- What a badge could do now at a node, its own started tours in front.  Parameters: tenant, node, badge, limit.  Locks: none.
-- Answers (flow, target, label, state, open): target is the tour's or receipt's id; open counts picks, lines, tasks or totes.
-- anytime (parameter) adds what can be done at any time, with nothing open: count the bin one stands at, move, look up.
(SELECT 'pick' AS flow, t.id AS target, t.number AS label, t.state,
        (SELECT count(*) FROM wms_pick_task p
         WHERE p.tenant_id = t.tenant_id AND p.tour_id = t.id AND p.state IN ('ready', 'started')) AS open
 FROM wms_tour t JOIN wms_wave w ON w.tenant_id = t.tenant_id AND w.id = t.wave_id
 WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state <> 'done' AND w.state = 'released'
   AND (t.badge IS NULL OR t.badge = %(badge)s)
 ORDER BY t.state = 'started' DESC, t.id LIMIT %(limit)s)
UNION ALL
(SELECT 'receive', r.id, r.number, r.state,
        (SELECT count(*) FROM wms_receipt_line l
         WHERE l.tenant_id = r.tenant_id AND l.receipt_id = r.id AND l.good + l.damaged + l.ungraded < l.expected)
 FROM wms_receipt r
 WHERE r.tenant_id = %(tenant)s AND r.node_id = %(node)s AND r.state <> 'closed'
 ORDER BY r.state = 'counting' DESC, r.state = 'arrived' DESC, r.expected_at, r.id LIMIT %(limit)s)
UNION ALL
SELECT 'putaway', NULL, '', 'ready', count(*) FROM wms_putaway_task t
WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state = 'ready' HAVING count(*) > 0
UNION ALL
SELECT 'pack', NULL, '', 'ready', count(*) FROM wms_handling_unit h
JOIN wms_outbound o ON o.tenant_id = h.tenant_id AND o.id = h.outbound_id
WHERE h.tenant_id = %(tenant)s AND h.node_id = %(node)s AND h.outbound_id IS NOT NULL AND o.state = 'picked' AND NOT o.cancel_wanted
HAVING count(*) > 0
UNION ALL
SELECT 'count', NULL, '', 'ready', count(*) FROM wms_count_task t
WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state = 'ready'
  AND (t.assigned_to IS NULL OR t.assigned_to = %(badge)s) HAVING count(*) > 0
UNION ALL
SELECT f.flow, NULL, '', 'anytime', 0 FROM unnest(ARRAY['count', 'move', 'lookup']) WITH ORDINALITY AS f (flow, n)
WHERE %(anytime)s AND (f.flow <> 'count' OR NOT EXISTS (
  SELECT FROM wms_count_task t WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state = 'ready'))
