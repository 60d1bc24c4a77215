"""Where reviews are kept."""
