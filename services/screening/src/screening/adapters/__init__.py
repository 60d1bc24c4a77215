"""Where cases, region levels and decisions are kept."""
