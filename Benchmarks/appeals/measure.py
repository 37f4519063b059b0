# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Appeals about listed names and about names as long that are not, in pairs of random order on one connection; and what is asked of
the cases afterwards, before and after the service gave them to reviewers.

  measure.py DATA PORT PAIRS

For each: the middle and the quartiles of both, the middle of the differences in a pair, and in how many pairs the listed one took
longer, with how many standard deviations from half that is: beyond 3 something tells them apart.
"""

import http.client
import json
import random
import ssl
import statistics
import sys
import time

DATA, PORT, PAIRS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
TLS = ssl.create_default_context(cafile=f"{DATA}/ca.pem")
MADE_UP = {"case", "secret", "received_at"}
connection = http.client.HTTPSConnection("127.0.0.1", PORT, context=TLS, timeout=60)


def ask(method, path, body=None, fields=()):
    """Microseconds, status, content and the names of the fields."""
    fields = dict(fields) | ({} if body is None else {"Content-Type": "application/json"})
    content = None if body is None else json.dumps(body)
    began = time.perf_counter_ns()
    connection.request(method, path, content, fields)
    answer = connection.getresponse()
    text = answer.read()
    return (time.perf_counter_ns() - began) / 1_000, answer.status, text, [name for name, _ in answer.getheaders()]


def told(what, listed, other):
    assert len(listed) == len(other)
    longer = sum(one > two for one, two in zip(listed, other))
    deviations = (2 * longer - len(listed)) / len(listed) ** 0.5
    difference = statistics.median(one - two for one, two in zip(listed, other))
    for name, times in (("listed", listed), ("not listed", other)):
        low, middle, high = statistics.quantiles(times, n=4)
        print(f"{what}, {name}: {middle:.0f} us ({low:.0f} to {high:.0f})")
    print(f"{what}: listed is longer by {difference:+.1f} us in the middle, in {longer} of {len(listed)} pairs ({deviations:+.1f} deviations)")


def in_pairs(what, pairs, act):
    """What `act` gives of each pair, the listed one first."""
    random.seed(20)
    times, results = ([], []), []
    for number, pair in enumerate(pairs):
        made = [None, None]
        for which in random.sample((0, 1), 2):
            made[which] = act(pair[which])
        results.append([one[1:] for one in made])
        if number >= len(pairs) // 20:
            for which in (0, 1):
                times[which].append(made[which][0])
    told(what, *times)
    return results


def file(name):
    took, status, text, fields = ask("POST", "/v1/appeals", {"name": name, "statement": "This is my shop, and it sells tea."})
    assert status == 201, text
    answer = json.loads(text)
    # All but what is made up for each.
    shape = status, sorted(answer), {key: answer[key] for key in answer if key not in MADE_UP}, len(text), fields
    return took, answer["case"], answer["secret"], shape


def look(case):
    took, status, text, fields = ask("GET", f"/v1/appeals/{case[0]}", fields={"Appeal-Secret": case[1]})
    assert status == 200, text
    answer = json.loads(text)
    return took, (status, {key: answer[key] for key in answer if key not in MADE_UP}, len(text), fields)


token = open(f"{DATA}/credentials/isp-coral.token").read().strip()
_, status, text, _ = ask("GET", "/v1/lists/worst-of/latest/entries.txt", fields={"Authorization": f"Bearer {token}"})
assert status == 200, text
names = {entry.lstrip(".") for entry in text.decode().split()}


def is_covered(name):
    labels = name.split(".")
    return any(".".join(labels[start:]) in names for start in range(len(labels)))


draw = random.Random(7)
both = []
for name in sorted(name for name in names if "xn--" not in name):
    first, rest = name.split(".", 1)
    other = "".join(draw.choice("bcdfghjkmnpqrstvwxz") for _ in first) + "." + rest
    if not is_covered(other):
        both.append((name, other))
assert both, "the exercise has no list"
# As often the one as the other.
pairs = [both[number % len(both)] for number in range(PAIRS)]
print(f"{len(both)} listed names, each beside one that is not")


def having_a_reviewer():
    """How many cases have one, of those about listed names and of the others; and how many have none."""
    counts, after = {True: 0, False: 0, None: 0}, 0
    token = open(f"{DATA}/credentials/admin-one.token").read().strip()
    listed_cases = {pair[0][0] for pair in cases}
    while after is not None:
        _, status, text, _ = ask("GET", f"/v1/appeals?limit=1000&after={after}", fields={"Authorization": f"Bearer {token}"})
        assert status == 200, text
        page = json.loads(text)
        for item in page["items"]:
            counts[item["case"] in listed_cases if item["state"] == "assigned" else None] += 1
        after = page["next"]
    return counts


filed = in_pairs("filing", pairs, file)
assert all(one[2] == two[2] for one, two in filed), "an answer has another form"
cases = [[one[:2] for one in pair] for pair in filed]
seen = in_pairs("asking at once", cases, look)
assert all(one == two for one, two in seen), "an answer has another form"
deadline = time.monotonic() + 600
while (counts := having_a_reviewer())[None] > 0 and time.monotonic() < deadline:
    time.sleep(5)
print(f"have a reviewer: {counts[True]} about listed names, {counts[False]} about others; {counts[None]} have none")
seen = in_pairs("asking once they have a reviewer", cases, look)
assert all(one == two for one, two in seen), "an answer has another form"
