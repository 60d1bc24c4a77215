"""Double entry with two-phase holds: the decisions are pure, `ledger.store` keeps them in PostgreSQL."""
