-- The transactions that are open in this database now, by virtual id, without our own.
-- Autovacuum's have no user and write no rows of ours. Parameters: none. Locks: none.
SELECT l.virtualtransaction
FROM pg_locks l
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.pid <> pg_backend_pid()
  AND a.datname = current_database() AND a.usesysid IS NOT NULL
