"""One moment of all databases and of what is on its way between them: taken, kept, and brought back."""
