-- What lies in places.  Parameters: tenant, ids.  Locks: none (put_away has locked the places before).
SELECT a.place_id, sum(a.balance)::bigint AS units, sum(a.balance * i.weight_grams)::bigint AS grams
FROM ledger_account a JOIN catalog_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
WHERE a.tenant_id = %(tenant)s AND a.place_id = ANY (%(ids)s::bigint[]) AND a.place_id <> 0 AND a.balance > 0
GROUP BY a.place_id
