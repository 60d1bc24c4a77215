"""PostgreSQL: the pool, the unit of work, idempotent requests, migrations."""
