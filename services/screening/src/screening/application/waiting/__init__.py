"""Who waits, for what, and how long."""
