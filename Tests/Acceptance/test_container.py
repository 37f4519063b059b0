# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What an image is built from: the packages that the build wants, and every folder that Package.swift names.

No container engine is needed: this reads the Dockerfile, the ignored names and the package lists."""

import json
import re
import subprocess

from exercise import BUILD, CHECKOUT


def dockerfile():
    return (CHECKOUT / "Dockerfile").read_text().replace("\\\n", " ")


def ignored():
    return {line.strip() for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.strip()}


def test_an_image_is_built_with_the_packages_that_the_build_installs():
    listed = (CHECKOUT / "scripts/lib/packages.sh").read_text()
    wanted = re.search(r"build_packages=\(([^)]*)\)", listed).group(1).split()
    build_stage = dockerfile().split("FROM ")[1]
    missing = [name for name in wanted if name.endswith("-dev") and name not in build_stage.split()]
    assert missing == []


def test_the_built_programs_find_their_libraries_in_the_image():
    """Each shared library that they name belongs to a package that the last stage installs, or to the base system."""
    last = dockerfile().split("FROM ")[2].split()
    lacking = set()
    for program in ("cordond", "cordon"):
        dynamic = subprocess.run(["objdump", "-p", BUILD / "release" / program], capture_output=True, text=True, check=True).stdout
        for library in re.findall(r"NEEDED\s+(\S+)", dynamic):
            # Swift's own are linked into the image's programs; the C library is everywhere.
            if re.match(r"lib(swift|Foundation|_Foundation|dispatch|Blocks|c\.|m\.|gcc_s|stdc|dl|pthread)|ld-", library):
                continue
            owner = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True).stdout
            packages = {line.split(":")[0] for line in owner.splitlines()}
            assert packages, f"no package owns {library}"
            if not packages & set(last):
                lacking.add(library)
    assert lacking == set()


def test_every_folder_that_the_package_names_reaches_the_build():
    described = json.loads(subprocess.run(
        ["swift", "package", "--package-path", CHECKOUT, "dump-package"],
        capture_output=True, text=True, check=True).stdout)
    copied = set(re.findall(r"^COPY (\S+) \S+$", dockerfile().split("FROM ")[1], re.M))
    for target in described["targets"]:
        kind = "Tests" if target["type"] == "test" else "Sources"
        folder = target.get("path") or f"{kind}/{target['name']}"
        assert folder.split("/")[0] in copied, folder
        assert not any(folder == name or folder.startswith(name + "/") for name in ignored()), folder
