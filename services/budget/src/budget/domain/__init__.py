"""Envelopes and deductions: state, rules, events, refusals. Pure."""
