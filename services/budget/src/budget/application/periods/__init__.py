"""Use cases of periods: each runs inside the caller's transaction, and announces what it changed."""
