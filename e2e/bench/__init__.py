"""Benches: ratios to a bare baseline in the same run; printed and written, never asserted."""
