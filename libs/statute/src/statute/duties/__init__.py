"""Duties that are conditions on facts: bans, the industry catalogue and every access duty without an energy figure."""
