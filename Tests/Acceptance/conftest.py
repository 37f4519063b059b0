# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""One exercise is prepared by scripts/serve for the whole run; each test that wants one runs a copy of it."""

import shutil
import sys

import pytest

from exercise import Exercise, copy_exercise
from serving import Serving


def needs(*programs):
    """Marks a test that drives foreign programs; without one of them it is skipped, and said so."""
    missing = [name for name in programs if not shutil.which(name)]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """The folder of a loaded exercise that is not running. Not to be changed: copy it."""
    folder = tmp_path_factory.mktemp("prepared") / "exercise"
    with Serving("--data", folder) as serving:
        serving.wait_until_ready()
    assert (folder / ".loaded").exists()
    return folder


@pytest.fixture(autouse=True)
def no_name_server_is_left():
    """A test that fails before it ends its name servers leaves none behind."""
    yield
    if "resolvers" in sys.modules:
        sys.modules["resolvers"].Program.stop_all()


@pytest.fixture
def exercise(prepared, tmp_path):
    """A loaded exercise of this test's own, running."""
    yield from running(copy_exercise(prepared, tmp_path / "exercise"))


@pytest.fixture(scope="module")
def shared_exercise(prepared, tmp_path_factory):
    """A loaded exercise that the tests of one file share, each with names of its own."""
    yield from running(copy_exercise(prepared, tmp_path_factory.mktemp("shared") / "exercise"))


def running(exercise: Exercise):
    exercise.start()
    try:
        yield exercise
    finally:
        if exercise.process:
            exercise.stop()
