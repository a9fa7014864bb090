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

from check import COMPONENTS


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


def tested(folder, label):
    log = folder / f"tests/{label}.log"
    if not log.is_file():
        return "not run"
    counts = re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", log.read_text(errors="replace"), re.M)
    passed, failed, ignored = (sum(int(count[n]) for count in counts) for n in range(3))
    return f"{passed} passed, {failed} failed, {ignored} ignored"


def selftest(folder, label):
    """The closing line of the self-test's table: what worked, what did not, what this system does not have."""
    report = folder / f"tests/{label}-selftest.txt"
    if not report.is_file():
        return "not run"
    total = re.search(r"^(?:Всего|Total) +(\d+) +(\d+) +(\d+)", report.read_text(errors="replace"), re.M)
    return "{} passed, {} failed, {} unsupported".format(*total.groups()) if total else "did not come to its end"


def main(version, folder):
    folder = Path(folder)
    lines = [f"# addin-zeromq {version}", "", "| file | MB | needs | floor | host's tests | self-test | SHA-256 |", "|---|---|---|---|---|---|---|"]
    for label in COMPONENTS:
        path = next(path for path in folder.glob(f"addin-zeromq-{version}-{label}.*") if path.suffix in (".so", ".dll"))
        needed, floor = described(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        size = f"{path.stat().st_size / 1e6:.2f}"
        lines.append(f"| {path.name} | {size} | {', '.join(needed)} | {floor} | {tested(folder, label)} | {selftest(folder, label)} | `{digest}` |")
    oldest = f"host's tests {tested(folder, 'oldest')}; self-test {selftest(folder, 'oldest')}"
    lines += ["", f"linux-x86_64 in the oldest Debian that is served: {oldest}", ""]
    text = "\n".join(lines)
    (folder / "REPORT.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
