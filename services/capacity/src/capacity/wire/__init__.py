"""Between the domain and its messages."""
