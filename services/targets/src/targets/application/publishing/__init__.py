"""Use cases that publish: they read, and write a file."""
