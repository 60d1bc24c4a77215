"""The Python client of dualcontrol, and the `dualcontrol` command."""
