"""Between cases, region levels and decisions and their messages."""
