"""Use cases on readings: each runs inside the caller's transaction."""
