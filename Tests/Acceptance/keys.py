# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Root rotation as the key holders do it."""

import itertools

numbers = itertools.count(1)


def holders(exercise):
    """The private keys of the present holders, oldest first; the exercise's folder remembers them."""
    return exercise.__dict__.setdefault(
        "holders", [exercise.folder / "keyholders" / f"holder-{name}.pem" for name in ("one", "two", "three")])


def rotate(exercise, folder):
    """Two of the three holders replace the first of them by somebody new."""
    new = folder / f"holder-new-{next(numbers)}.pem"
    exercise.cordon("admin-one", "keys", "new", "--name", new.stem, "--out", new)
    present = holders(exercise)
    leaving, *staying = present
    done = exercise.cordon(
        "admin-one", "keys", "rotate", "--sign-with", staying[0], "--sign-with", staying[1],
        "--replace", f"{leaving.with_suffix('.pub')}={new}")
    exercise.holders = [*staying, new]
    return done
