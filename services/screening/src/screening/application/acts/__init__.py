"""What persons decide of cases."""
