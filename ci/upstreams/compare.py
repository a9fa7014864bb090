"""Compares what upstream's tests say of plain and of patched libzmq.

compare.py RESULTS [--chosen] SUITE…: reads RESULTS/SUITE.KIND.ATTEMPT.xml, which ctest and pytest write alike.
A test is a program of libzmq's ("test_hwm"), a function in it ("test_hwm:test_defaults") or a function of pyzmq's.
It fails where no attempt passed. Ends with 1 where there is red; --chosen: not all tests were run.
"""

import collections
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).parent
PATCHES = HERE.parent.parent / "vendor/patches"
FUNCTION = re.compile(r"^\S*\.cpp:\d+:(\w+):(PASS|FAIL|IGNORE)", re.M)
WORDS = {"PASS": "passed", "FAIL": "failed", "IGNORE": "skipped"}


def outcomes(case):
    """Tests and their outcomes, each with a reason, of one <testcase>."""
    if "." in case.get("classname", ""):  # pytest
        name = f"{case.get('classname').removeprefix('tests.')}.{case.get('name')}"
    else:
        name = case.get("name")
        for function, word in FUNCTION.findall(case.findtext("system-out") or ""):
            yield f"{name}:{function}", WORDS[word], ""
    for tag, outcome in ("failure", "failed"), ("error", "failed"), ("skipped", "skipped"):
        if (found := case.find(tag)) is not None:
            yield name, outcome, (found.get("message") or "").split("\n")[0]
            return
    yield name, "passed", ""


def read(results, suite, kind):
    """{test: outcome of its best attempt}, {test: reason of a skip}, tests that failed first."""
    best, reasons, unsteady = {}, {}, set()
    attempts = sorted(results.glob(f"{suite}.{kind}.*.xml"))
    for path in attempts:
        this = {}
        for case in xml.parse(path).iter("testcase"):
            for test, outcome, reason in outcomes(case):
                # Of a function that runs twice the worse counts.
                this[test] = min(this.get(test, outcome), outcome)
                reasons[test] = reason
        for test, outcome in this.items():
            if best.get(test) == "failed" and outcome == "passed":
                unsteady.add(test)
            best[test] = max(best.get(test, outcome), outcome, key=["failed", "skipped", "passed"].index)
    if not attempts or not best:
        sys.exit(f"upstream: no results of {suite} with {kind} libzmq")
    return best, reasons, unsteady


def differing(plain, patched):
    """{test that passes plain and not patched: what it does}: functions, and programs of which no function tells."""
    found, ended = {}, {}
    for test, outcome in plain.items():
        program = test.split(":")[0]
        if outcome != "passed" or patched.get(test) == "passed":
            continue
        if test in patched:
            found[test] = patched[test]
        elif program in ended:
            ended[program][1] += 1
        else:
            found[test] = "never finished"
            ended[program] = [test, 0]
    for test, after in ended.values():
        found[test] += f"; {after} tests after it are not reached" if after else ""
    told = {test.split(":")[0] for test in found if ":" in test}
    return {test: what for test, what in found.items() if test not in told}


def listed():
    """{(suite, test): the line} of the list of intended differences; exits where a line is wrong."""
    lines = {}
    for line in (HERE / "differences").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            fields, _, reason = line.partition(" # ")
            suites, test, patch = fields.split()
            if not reason or not (PATCHES / f"{patch}.patch").is_file():
                sys.exit(f"upstream: ci/upstreams/differences: no reason, or no patch of that name: {line}")
            lines.update({(suite, test): line for suite in suites.split(",")})
    return lines


def main(results, *arguments):
    results = pathlib.Path(results)
    chosen = "--chosen" in arguments
    lines, red, summary, table = listed(), [], [], []
    for suite in (argument for argument in arguments if argument != "--chosen"):
        plain, reasons, unsteady = read(results, suite, "plain")
        patched, _, also = read(results, suite, "patched")
        differ = differing(plain, patched)
        for test, what in differ.items():
            known = next((lines[key] for key in ((suite, test), (suite, test.split(":")[0])) if key in lines), None)
            if known is None:
                red.append(f"{suite} {test}: passes plain, patched: {what}")
        for (where, test), line in lines.items():
            if where == suite and test not in differ and not any(name.startswith(f"{test}:") for name in differ):
                if test in plain or not chosen:
                    red.append(f"{suite} {test}: does not differ, but ci/upstreams/differences has: {line}")
        tests = [test for test in {**plain, **patched} if ":" not in test]
        counts = [sum(kind.get(test) == "passed" for test in tests) for kind in (plain, patched)]
        both = [test for test in tests if "passed" not in (plain.get(test), patched.get(test))]
        skipped = [test for test in both if plain.get(test) == patched.get(test) == "skipped"]
        summary.append(f"{suite:8}{len(tests):7}{counts[0]:8}{counts[1]:9}{len(skipped):9}{len(both) - len(skipped):14}"
                       f"{len(differ):12}")
        for test in {**plain, **patched}:
            outcome = [kind.get(test, "not reached") for kind in (plain, patched)]
            again = [kind for kind, tests_ in (("plain", unsteady), ("patched", also)) if test in tests_]
            note = f"  not at once: {', '.join(again)}" if again else ""
            table.append(f"{suite:8}{outcome[0]:12} {outcome[1]:12} {test}{note}")
            if test in tests and test not in skipped and (outcome != ["passed", "passed"] or note):
                print(table[-1])
        for reason, number in collections.Counter(reasons[test] for test in skipped).items():
            print(f"{suite:8}skipped in both: {number} ({reason})")
    (results / "table").write_text("\n".join(table) + "\n")
    heading = f"{'suite':8}{'tests':>7}{'plain':>8}{'patched':>9}{'skipped':>9}{'fail in both':>14}{'differences':>12}"
    print("", heading, *summary, "", *(f"RED {line}" for line in red), sep="\n")
    print(f"upstream: {len(red)} red" if red else "upstream: nothing passes plain and fails patched that is not listed")
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
