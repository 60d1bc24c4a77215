"""Cases, region levels and decisions. Pure."""
