"""Drills: faults at length, and what has to be true after them."""
