"""The commands: read options, call, show."""
