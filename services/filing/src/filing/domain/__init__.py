"""Filings: state, rules, events, refusals. Pure."""
