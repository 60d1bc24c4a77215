"""Use cases of offsets and savings: each runs inside the caller's transaction, and announces what it changed."""
