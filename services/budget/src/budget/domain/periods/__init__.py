"""The life of a region's budget over a year: derived, measured, traded, foreseen and closed."""
