"""Use cases of opinions: each runs inside the caller's transaction, and announces what it changed."""
