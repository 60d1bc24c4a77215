"""Where regions, reports and promises are kept."""
