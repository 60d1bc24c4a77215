"""The fixtures that any member's tests may use."""

pytest_plugins = ["testkit.fixtures"]
