-- The transactions that are open in this database now, by virtual id: one has it from its first statement on, before it writes.
-- pg_locks shows everybody's; autovacuum's have no user and write no rows of ours. No parameters, no locks of its own.
SELECT l.virtualtransaction
FROM pg_locks l
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.pid <> pg_backend_pid()
  AND a.datname = current_database() AND a.usesysid IS NOT NULL
