-- The latest orders of customers whose email begins so, or whose phone number ends so.
-- Parameters: tenant, email and phone (the latter reversed, digits only; empty for none) with the ends of their ranges, limit.
-- Locks: none.
WITH customer AS (
  (SELECT c.id, c.email AS matched FROM oms_customer c
   WHERE %(email)s <> '' AND c.tenant_id = %(tenant)s AND c.email <> '' AND c.email >= %(email)s AND c.email < %(email_end)s
   ORDER BY c.email LIMIT %(limit)s)
  UNION ALL
  (SELECT c.id, c.phone FROM oms_customer c
   WHERE %(phone)s <> '' AND c.tenant_id = %(tenant)s AND c.phone <> ''
     AND reverse(regexp_replace(c.phone, '[^0-9]', '', 'g')) >= %(phone)s
     AND reverse(regexp_replace(c.phone, '[^0-9]', '', 'g')) < %(phone_end)s
   LIMIT %(limit)s)
)
SELECT o.id, o.number, o.ship_to ->> 'name' AS name, customer.matched
FROM customer
JOIN LATERAL (SELECT x.id, x.number, x.ship_to FROM oms_order x WHERE x.tenant_id = %(tenant)s AND x.customer_id = customer.id
              ORDER BY x.id DESC LIMIT %(limit)s) o ON true
ORDER BY o.id DESC LIMIT %(limit)s
