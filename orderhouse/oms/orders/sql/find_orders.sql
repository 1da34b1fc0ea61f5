-- Orders by what identifies them or something of them; the surest match first.
-- Parameters: tenant, text, lower (the text in lower case), limit.  Locks: none.
SELECT order_id, number, matched_by FROM (
  (SELECT o.id AS order_id, o.number, 'number' AS matched_by, 1 AS rank, o.received_at FROM oms_order o
   WHERE o.tenant_id = %(tenant)s AND o.number = %(text)s)
  UNION ALL
  (SELECT o.id, o.number, 'channel order id', 2, o.received_at FROM oms_channel c
   JOIN oms_order o ON o.tenant_id = c.tenant_id AND o.channel_id = c.id AND o.channel_order_id = %(text)s
   WHERE c.tenant_id = %(tenant)s)
  UNION ALL
  (SELECT o.id, o.number, 'tracking', 3, o.received_at FROM oms_parcel p
   JOIN oms_shipment s ON s.tenant_id = p.tenant_id AND s.id = p.shipment_id
   JOIN oms_order o ON o.tenant_id = s.tenant_id AND o.id = s.order_id
   WHERE p.tenant_id = %(tenant)s AND p.tracking = %(text)s LIMIT %(limit)s)
  UNION ALL
  (SELECT o.id, o.number, 'email', 4, o.received_at FROM oms_customer u
   JOIN oms_order o ON o.tenant_id = u.tenant_id AND o.customer_id = u.id
   WHERE u.tenant_id = %(tenant)s AND (u.email = %(lower)s AND u.email <> '' OR u.reference = %(text)s)
   ORDER BY o.received_at DESC LIMIT %(limit)s)
  UNION ALL
  (SELECT o.id, o.number, 'sku', 5, o.received_at FROM oms_order o
   WHERE o.tenant_id = %(tenant)s AND EXISTS (
     SELECT FROM oms_order_line l WHERE l.tenant_id = o.tenant_id AND l.order_id = o.id
       AND l.item_id = ANY (ARRAY(SELECT i.id FROM catalog_owner w JOIN catalog_item i
         ON i.tenant_id = w.tenant_id AND i.owner_id = w.id AND i.sku = %(text)s WHERE w.tenant_id = %(tenant)s)))
     AND EXISTS (SELECT FROM catalog_owner w JOIN catalog_item i ON i.tenant_id = w.tenant_id AND i.owner_id = w.id AND i.sku = %(text)s
       WHERE w.tenant_id = %(tenant)s)
   ORDER BY o.received_at DESC, o.id DESC LIMIT %(limit)s)
) found
ORDER BY rank, received_at DESC, order_id DESC
LIMIT %(limit)s
