import pytest

from testkit.errors import MissingPrerequisite
from testkit.prerequisites import check_platform, package_folder, refused


def test_a_missing_system_library_is_named_with_the_command_that_installs_it() -> None:
    problem = refused("/w/bin/postgres", "error while loading shared libraries: libz.so.1: cannot open shared object")

    assert "libz.so.1" in problem.text.en
    assert "install -y" in problem.text.en
    assert "缺少系统库 libz.so.1" in problem.text.zh


def test_an_unsupported_platform_is_told_what_to_use() -> None:
    with pytest.raises(MissingPrerequisite, match="WSL 2"):
        check_platform("win32")


def test_a_missing_package_names_make_setup() -> None:
    with pytest.raises(MissingPrerequisite, match="Run: make setup"):
        package_folder("no_such_package_here", "no-such-package")
