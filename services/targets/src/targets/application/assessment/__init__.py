"""Use cases that assess and report: they read what is known, and write nothing."""
