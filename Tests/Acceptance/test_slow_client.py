# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A release becomes visible whole, and who began with the one before can finish."""

import hashlib
import threading

from exercise import LIST


class Reader:
    """Walks from the timestamp down to every file of the release, checking each against what is signed above it."""

    def __init__(self, exercise):
        self.isp = exercise.person("isp-coral")

    def get(self, path, described=None):
        answer = self.isp.get(f"/repository/{path}")
        assert answer.status == 200, (path, answer.status)
        if described:
            assert len(answer.body) == described["length"], path
            assert hashlib.sha256(answer.body).hexdigest() == described["hashes"]["sha256"], path
        return answer

    def metadata(self):
        above = self.get("metadata/timestamp.json").json["signed"]["meta"]["snapshot.json"]
        meta = self.get(f"metadata/{above['version']}.snapshot.json", above).json["signed"]["meta"]
        targets = {}
        for role in ("targets", "releases"):
            described = meta[f"{role}.json"]
            targets |= self.get(f"metadata/{described['version']}.{role}.json", described).json["signed"]["targets"]
        return targets

    def files(self, targets):
        for path, described in targets.items():
            folder, slash, name = path.rpartition("/")
            self.get(f"targets/{folder}{slash}{described['hashes']['sha256']}.{name}", described)


def test_readers_at_every_moment_find_each_file_of_one_release(exercise):
    stop, faults, rounds = threading.Event(), [], [0] * 3

    def read(number):
        reader = Reader(exercise)
        while not stop.is_set():
            try:
                reader.files(reader.metadata())
                rounds[number] += 1
            except AssertionError as fault:
                faults.append(fault)
                return

    readers = [threading.Thread(target=read, args=(number,)) for number in range(3)]
    for reader in readers:
        reader.start()
    for number in range(8):
        exercise.list_names(f"moment-{number}.example")
    stop.set()
    for reader in readers:
        reader.join(60)
    assert not faults and all(rounds), (faults, rounds)


def test_a_slow_client_finishes_with_the_metadata_it_began_with(exercise):
    reader = Reader(exercise)
    began = reader.metadata()
    for number in range(4):
        exercise.list_names(f"meanwhile-{number}.example")
    reader.files(began)
    version = min(int(path.split("/")[1]) for path in began if path.startswith(LIST))
    other = "0" * 64
    for path in (f"{LIST}/{version}/{other}.entries.txt", f"{LIST}/99/{other}.entries.txt", f"{LIST}/0/{other}.entries.txt",
                 f"other/{version}/{other}.entries.txt"):
        assert reader.isp.get(f"/repository/targets/{path}").status == 404, path
    assert exercise.person("police-jm").get(f"/repository/targets/{LIST}/{version}/{other}.entries.txt").status == 403
