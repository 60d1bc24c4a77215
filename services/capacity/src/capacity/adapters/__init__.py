"""Where lots and replacements are kept."""
