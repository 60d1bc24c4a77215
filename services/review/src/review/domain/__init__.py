"""Evaluations: what is looked at, the rules, the result. Pure."""
