"""Tests of policies as JUnit XML, which the servers that run tests for a repository can show.

>>> from payerlogic.authoring.case_tests import CaseTest
>>> from payerlogic.authoring.running import RunReport
>>> test = CaseTest("kb/tests/acme.yaml", 3, "grown up", {}, {})
>>> print(junit(RunReport((test,), ())).decode().splitlines()[1])
<testsuites tests="1" failures="0">
"""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree

from payerlogic.authoring.running import RunReport


def junit(report: RunReport) -> bytes:
    """A suite for each file, a test case for each test; times are left out, so that equal runs are equal files."""
    failed = {id(each.test): [] for each in report.failed}  # type: dict[int, list[str]]
    for each in report.failed:
        failed[id(each.test)] += [f"{each.policy or 'case'}: {departure.in_words}" for departure in each.departures]
    root = ElementTree.Element("testsuites", tests=str(len(report.tests)), failures=str(len(failed)))
    for file, tests in groupby(report.tests, key=lambda test: test.file):
        own = list(tests)
        count = sum(id(test) in failed for test in own)
        suite = ElementTree.SubElement(root, "testsuite", name=_plain(file), tests=str(len(own)), failures=str(count))
        for test in own:
            name, line = _plain(test.name), str(test.line)
            case = ElementTree.SubElement(
                suite, "testcase", classname=_plain(file), name=name, file=_plain(file), line=line
            )
            if id(test) in failed:
                lines = [_plain(line) for line in failed[id(test)]]
                ElementTree.SubElement(case, "failure", message=lines[0]).text = "\n".join(lines)
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _plain(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
