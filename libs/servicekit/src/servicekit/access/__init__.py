"""Who calls, how that was proved, and whether it may be done: before any handler runs, and again at the row."""
