"""Decisions made again from what is kept."""
