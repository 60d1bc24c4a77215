"""Where filings are kept."""
