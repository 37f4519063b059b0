# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""The police guide's part on reporting, run as an officer would: what it shows as answers is what comes."""

import json
import os
import re
import subprocess

from exercise import CHECKOUT

MARK = "=== next ==="


def blocks(text):
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def documents(text):
    """The JSON documents in a text, whatever else stands between them; numbers of submissions made alike."""
    found, at, decoder = [], 0, json.JSONDecoder()
    text = re.sub(r'"sub_\d+"', '"sub_N"', text)
    while (at := text.find("{", at)) >= 0:
        document, at = decoder.raw_decode(text, at)
        found.append(document)
    return found


def test_the_answers_in_the_police_guide_are_those_that_come(exercise, tmp_path):
    guide = (CHECKOUT / "docs" / "police-guide.md").read_text(encoding="utf-8")
    before = guide[guide.index("## Before you start"):guide.index("## Report")]
    report = guide[guide.index("## Report"):guide.index("### Check before sending")]
    report += guide[guide.index("### Refusals, as they come"):guide.index("### What you may be told")]
    setup = "\n".join(text for kind, text in blocks(before) if kind == "sh").replace("https://127.0.0.1:8443", exercise.url)
    script, expected = [setup], []
    found = blocks(report)
    for (kind, text), (following, answer) in zip(found, [*found[1:], ("", "")]):
        if kind == "csv":
            (tmp_path / "report.csv").write_text(text, encoding="utf-8")
        if kind == "sh" and following == "json":
            script += [f"echo '{MARK}'", text]
            expected.append(documents(answer))
    done = subprocess.run(["bash", "-e", "-c", "\n".join(script)], cwd=tmp_path, capture_output=True, text=True, timeout=120,
                          env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    came = [documents(part) for part in done.stdout.split(MARK)[1:]]
    assert len(expected) == 5 and sum(map(len, expected)) >= 17
    assert came == expected
