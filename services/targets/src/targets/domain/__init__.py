"""Indicators, targets, schedules, reports, levels, their history, and promises: state, rules, events. Pure."""
