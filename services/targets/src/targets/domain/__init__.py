"""Barometer, regions and promises: state, rules, events. Pure."""
