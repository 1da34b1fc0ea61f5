-- Items by what was scanned: a barcode with the base units it stands for, or a bare SKU.  Parameters: tenant, texts.  Locks: none.
SELECT u.text, u.item_id, u.quantity, i.sku, i.name FROM (
  SELECT sku AS text, id AS item_id, 1 AS quantity FROM catalog_item WHERE tenant_id = %(tenant)s AND sku = ANY (%(texts)s::text[])
  UNION ALL
  SELECT text, item_id, quantity FROM catalog_barcode WHERE tenant_id = %(tenant)s AND text = ANY (%(texts)s::text[])) u
JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.id = u.item_id
