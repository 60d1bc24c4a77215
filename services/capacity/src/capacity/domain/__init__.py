"""Lots, plans, ratios and holds: state, rules, events. Pure."""
