"""Use cases: each runs inside the caller's transaction, and announces what it changed."""
