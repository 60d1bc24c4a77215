"""The fixtures that any member's tests may use, and how properties are tried: no test asserts a time."""

from hypothesis import settings

pytest_plugins = ["testkit.fixtures", "testkit.telling"]

settings.register_profile("without-a-clock", deadline=None)
settings.load_profile("without-a-clock")
