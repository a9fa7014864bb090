"""The table of a release: REPORT.md with size, imports, floor, hash, what ran where.

report.py VERSION DIR
"""

import hashlib
import re
import sys
from pathlib import Path

import pefile
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from bundle import COMPONENTS

# Where ci/cross/test.sh runs each.
RUNS = {
    "linux-x86_64": "natively",
    "linux-i686": "natively",
    "linux-aarch64": "qemu-user",
    "windows-x86_64": "Wine",
    "windows-i686": "Wine",
}


def described(path):
    """What a file needs, and how old a system may be."""
    if path.suffix == ".dll":
        pe = pefile.PE(path, fast_load=False)
        header = pe.OPTIONAL_HEADER
        needed = sorted(entry.dll.decode() for entry in pe.DIRECTORY_ENTRY_IMPORT)
        return needed, f"Windows 7 (subsystem {header.MajorSubsystemVersion}.{header.MinorSubsystemVersion})"
    with open(path, "rb") as file:
        elf = ELFFile(file)
        dynamic = next(section for section in elf.iter_sections() if isinstance(section, DynamicSection))
        needed = [tag.needed for tag in dynamic.iter_tags("DT_NEEDED")]
        versions = set()
        for section in elf.iter_sections():
            if isinstance(section, GNUVerNeedSection):
                versions |= {wanted.name for _, all_wanted in section.iter_versions() for wanted in all_wanted}
        highest = max((tuple(map(int, name[6:].split("."))) for name in versions if name.startswith("GLIBC_")))
    return needed, "glibc " + ".".join(map(str, highest))


def told(log, digest):
    """What a log says, if it is about the file with this hash: its first line tells."""
    text = log.read_text(errors="replace") if log.is_file() else ""
    return text if text.startswith(f"{digest}  ") else None


def tested(folder, label, digest):
    text = told(folder / f"tests/{label}.log", digest)
    if text is None:
        return "not run"
    counts = re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", text, re.M)
    if not counts:
        return "did not come to its end"
    passed, failed, ignored = (sum(int(count[n]) for count in counts) for n in range(3))
    return f"{passed} passed, {failed} failed, {ignored} ignored"


def selftest(folder, label, digest):
    """The closing line of the self-test's table: what worked, what did not, what this system does not have."""
    text = told(folder / f"tests/{label}-selftest.txt", digest)
    if text is None:
        return "not run"
    total = re.search(r"^(?:Всего|In all) +(\d+) +(\d+) +(\d+)", text, re.M)
    return "{} passed, {} failed, {} unsupported".format(*total.groups()) if total else "did not come to its end"


def digest_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def megabytes(path):
    return f"{path.stat().st_size / 1e6:.2f}"


def main(version, folder):
    folder = Path(folder)
    commit = (folder / "tests/linux-x86_64.commit").read_text().strip()
    lines = [f"# addin-zeromq {version}", "", f"Commit {commit}", ""]
    lines += ["| file | MB | needs | floor | ran | host's tests | self-test | SHA-256 |", "|---|---|---|---|---|---|---|---|"]
    libraries = []
    for label in COMPONENTS:
        path = next(path for path in folder.glob(f"addin-zeromq-{version}-{label}.*") if path.suffix in (".so", ".dll"))
        libraries.append(path)
        needed, floor = described(path)
        digest = digest_of(path)
        ran = f"{tested(folder, label, digest)} | {selftest(folder, label, digest)}"
        lines.append(f"| {path.name} | {megabytes(path)} | {', '.join(needed)} | {floor} | {RUNS[label]} | {ran} | `{digest}` |")
    digest = digest_of(libraries[0])
    oldest = f"host's tests {tested(folder, 'oldest', digest)}; self-test {selftest(folder, 'oldest', digest)}"
    lines += ["", f"{libraries[0].name} in the oldest Debian that is served: {oldest}", ""]
    lines += ["| other files | MB | SHA-256 |", "|---|---|---|"]
    for path in sorted(folder.glob(f"addin-*{version}*")):
        if path.is_file() and path not in libraries:
            lines.append(f"| {path.name} | {megabytes(path)} | `{digest_of(path)}` |")
    text = "\n".join([*lines, ""])
    (folder / "REPORT.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
