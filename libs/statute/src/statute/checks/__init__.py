"""What a loader does not refuse but a person must know about a set of law."""
