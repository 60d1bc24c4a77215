"""Where calls and commands come in."""
