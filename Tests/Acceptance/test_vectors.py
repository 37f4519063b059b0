# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""`cordon names` against the public vectors: WHATWG's urltestdata.json (web-platform-tests, as Debian's librust-url-dev carries
it), Unicode's IdnaTestV2.txt (in the source of the Python package idna 3.10), and ada-url on addresses made at random. Each
difference has to be one of the listed ones, by rule and with its reason."""

import io
import json
import os
import random
import subprocess
import sys
import tarfile

import pytest

from exercise import CORDON

# What a report refuses although a browser takes the address. By rule: why.
STRICTER = {
    "forbidden-code-point": "STD 3: letters, digits and hyphens only",
    "empty-label": "two dots, or a dot in front: no name in the DNS",
    "label-too-long": "over 63 octets: no name in the DNS",
    "name-too-long": "over 253 octets: no name in the DNS",
    "control-character": "a report is one address: browsers drop tabs and line breaks",
    "white-space": "a report is one address",
    "invisible-character": "a report is one address: browsers drop what nobody sees",
    "glued-addresses": "a report is one address",
    "mixed-scripts": "give the A-label",
    "embedded-content": "2,048 characters at most",
    "ip-address": "an address is no name",
    # Letters beside symbols in one label, letters that libidn2's Unicode lacks, hyphens in labels with other letters, Punycode of
    # nothing or of what maps to something else, digits in front beside a right-to-left label (which ada-url does not look at).
    "invalid-idna": "IDNA2008 by libidn2, the bidi rule for every label",
    "invalid-ip-address": "a name that ends in a number is an IPv4 address to browsers",
    "single-label": "no public site", "special-use": "no public site", "localhost": "no public site", "local": "no public site",
    "onion": "no public site", "alt": "no public site", "private-network": "no public site", "public-suffix": "no registered name",
}


def names(lines):
    """What `cordon names` says of each line, in order."""
    text = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run([CORDON, "names", "--allow-reserved", "-"], input=text, capture_output=True, text=True, timeout=600)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(lines), done.stderr
    return answers


@pytest.fixture(scope="module")
def urltestdata(tmp_path_factory):
    folder = tmp_path_factory.mktemp("url")
    for command in (["apt-get", "download", "-qq", "librust-url-dev"], ["sh", "-c", "dpkg-deb -x librust-url-dev_*.deb ."]):
        subprocess.run(command, cwd=folder, capture_output=True)
    found = sorted(folder.glob("usr/share/cargo/registry/url-*/tests/urltestdata.json"))
    if not found:
        pytest.skip("Debian's librust-url-dev, which carries WHATWG's urltestdata.json, cannot be had")
    return [case for case in json.loads(found[-1].read_text(encoding="utf-8")) if isinstance(case, dict)]


def lone_surrogate(text):
    return any(0xD800 <= ord(letter) < 0xE000 for letter in text)


def test_addresses_are_read_as_the_url_standard_says(urltestdata):
    cases = [case for case in urltestdata
             if case["input"].strip().lower().startswith(("http:", "https:")) and not lone_surrogate(case["input"])
             # A slash-less special URL is relative to a base of its own scheme; a report has no base.
             and (case.get("base") in (None, "about:blank") or not case.get("base", "").startswith(case["input"].strip()[:5].lower()))]
    assert len(cases) > 250
    differences, rules = [], {}
    for case, answer in zip(cases, names([case["input"] for case in cases])):
        refusal = answer["refusal"] and answer["refusal"]["rule"]
        if case.get("failure"):
            if refusal is None or answer["host"] is not None and refusal not in STRICTER:
                differences.append((case["input"], "refused by browsers", answer))
        elif answer["host"] is None:
            rules[refusal] = rules.get(refusal, 0) + 1
            if refusal not in STRICTER:
                differences.append((case["input"], case["hostname"], answer))
        elif answer["host"] != case["hostname"].removesuffix("."):
            differences.append((case["input"], case["hostname"], answer))
    print(len(cases), "cases, stricter:", rules)
    assert differences == []


@pytest.fixture(scope="module")
def idna_vectors(tmp_path_factory):
    folder = tmp_path_factory.mktemp("idna")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", ":all:",
         "-d", folder, "idna==3.10"], capture_output=True, text=True)
    archives = list(folder.glob("idna-3.10.tar.gz"))
    if not archives:
        pytest.skip(f"the source of idna 3.10, which carries Unicode's IdnaTestV2.txt, cannot be had: {done.stderr[-200:]}")
    with tarfile.open(archives[0]) as archive:
        text = archive.extractfile("idna-3.10/tests/IdnaTestV2.txt").read().decode()
    return [row for row in map(vector, io.StringIO(text)) if row]


def vector(line):
    """(source, to-ASCII non-transitional, whether it is valid) of a line; None for any other."""
    fields = [field.strip() for field in line.split("#")[0].split(";")]
    if len(fields) < 5:
        return None
    source = unescaped(fields[0])
    unicode = unescaped(fields[1]) or source
    states = fields[4] or fields[2]
    return source, unescaped(fields[3]) or unicode, states.strip("[] ") == ""


def unescaped(text):
    if text == '""':
        return ""
    out, index = "", 0
    while index < len(text):
        if text.startswith("\\u", index):
            out += chr(int(text[index + 2:index + 6], 16))
            index += 6
        elif text.startswith("\\x{", index):
            end = text.index("}", index)
            out += chr(int(text[index + 3:end], 16))
            index = end + 1
        else:
            out += text[index]
            index += 1
    return out


def test_labels_are_mapped_as_unicode_says(idna_vectors):
    cases = [case for case in idna_vectors if case[0] and not lone_surrogate(case[0])]
    assert len(cases) > 5_000
    hosts = ["http://" + source for source, _, _ in cases]
    wrong, taken, rules = [], [], {}
    for (source, expected, valid), answer in zip(cases, names(hosts)):
        refusal = answer["refusal"] and answer["refusal"]["rule"]
        if answer["host"] is None:
            if valid:
                rules[refusal] = rules.get(refusal, 0) + 1
                if refusal not in STRICTER:
                    wrong.append((source, expected, answer))
        elif not valid:
            taken.append((source, answer["host"]))
        elif answer["host"] != expected.removesuffix("."):
            wrong.append((source, expected, answer))
    print(len(cases), "cases, stricter:", rules, "taken though invalid:", len(taken))
    assert wrong == []
    unlike = [pair for pair in taken if not permissible(*pair)]
    assert unlike == []


def permissible(source, host):
    """What the file calls invalid, by checks that browsers leave out (URL Standard: no STD 3, no hyphens) or that need a table of
    bidi classes."""
    labels = host.split(".")
    letters = "".join(label[4:].encode().decode("punycode") if label.startswith("xn--") else label for label in labels)
    return (
        "?" in source  # in an address the query begins there
        or any(label[:1] == "-" or label[-1:] == "-" or label[2:4] == "--" and label[:4] != "xn--" for label in labels)
        or any(sign in letters for sign in "\u2260\u226e\u226f")  # unequal signs: valid but for STD 3
        or "\u02c7" in letters  # a caron, bidi-neutral, though a letter by its category, beside a right-to-left label
    )


ALPHABET = list("abcxyz019-.") + list("üßéŁςאب٣日本ｱ한ا") + ["☃", "💩", "。", "．", "Ａ", "%41", "%C3%BC", "xn--"]


def addresses(count, seed):
    """Valid addresses, made at random: mostly well-formed names, mixed case, ports, credentials, paths, queries."""
    chance = random.Random(seed)
    for _ in range(count):
        labels = ["".join(chance.choice(ALPHABET[:9] if chance.random() < 0.6 else ALPHABET)
                          for _ in range(chance.randint(1, 8))) for _ in range(chance.randint(1, 3))]
        host = ".".join(labels) + chance.choice([".example", ".TEST", ".invalid", ".example.com", ".example."])
        yield (chance.choice(["http://", "https://", "HTTP://", "https:", "http:\\\\", "http:///"])
               + chance.choice(["", "", "", "user@", "user:pass@"]) + host + chance.choice(["", ":80", ":8443", ":"])
               + chance.choice(["", "/", "/a/b", "/a?b=c", "?q", "#f", "\\x"]))


def test_random_addresses_have_the_host_that_ada_gives_them():
    ada_url = pytest.importorskip("ada_url", reason="the Python package ada-url is not installed")
    # CORDON_RANDOM_ADDRESSES=N asks for more of them, CORDON_RANDOM_SEED=N for others.
    count, seed = (int(os.environ.get(f"CORDON_RANDOM_{name}", usual)) for name, usual in (("ADDRESSES", "20000"), ("SEED", "20261126")))
    lines = list(dict.fromkeys(addresses(count, seed)))
    differences, stricter, agreed = [], {}, 0
    for line, answer in zip(lines, names(lines)):
        try:
            host = ada_url.URL(line).hostname
        except ValueError:
            host = None
        refusal = answer["refusal"] and answer["refusal"]["rule"]
        if host is None and answer["host"] is None:
            agreed += 1
        elif host is not None and answer["host"] == host.removesuffix("."):
            agreed += 1
        elif answer["host"] is None and refusal in STRICTER:
            stricter[refusal] = stricter.get(refusal, 0) + 1
        else:
            differences.append((line, host, answer))
    print(len(lines), "addresses:", agreed, "agree, stricter:", stricter)
    assert agreed > len(lines) // 2
    assert differences == []
