"""Packs what is built: the bundle that 1C installs, zip files, checksums.

pack.py bundle VERSION DIR      addin-zeromq-VERSION.zip from the components in DIR
pack.py sums DIR                SHA256SUMS of every published file in DIR
Both give the same bytes for the same files, whenever and wherever they run.
"""

import hashlib
import sys
import zipfile
from pathlib import Path

from check import COMPONENTS

# A zip keeps the time of each file; this one says nothing, so it is always the same.
NO_TIME = (1980, 1, 1, 0, 0, 0)

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<bundle xmlns="http://v8.1c.ru/8.2/addin/bundle">
{components}
</bundle>
"""

# For БСП's catalogue of components («Внешние компоненты»).
INFO = """<?xml version="1.0" encoding="UTF-8"?>
<drivers>
    <component progid="AddIn.ZeroMQ" type="native" name="ZeroMQ" version="{version}"/>
</drivers>
"""


def bundle(version, folder):
    folder = Path(folder)
    files, lines = {}, []
    for label, (system, arch) in COMPONENTS.items():
        found = [path for path in folder.glob(f"addin-zeromq-{version}-{label}.*") if path.suffix in (".so", ".dll")]
        if len(found) != 1:
            raise SystemExit(f"pack: the bundle needs {label}: build it first (ci/release {label})")
        files[found[0].name] = found[0].read_bytes()
        lines.append(f'    <component os="{system}" path="{found[0].name}" type="native" arch="{arch}"/>')
    texts = {"MANIFEST.XML": MANIFEST.format(components="\n".join(lines)), "INFO.XML": INFO.format(version=version)}
    with zipfile.ZipFile(folder / f"addin-zeromq-{version}.zip", "w") as packed:
        # 1C reads the manifest first; the rest in order of name.
        for name, data in [*((name, text.encode()) for name, text in texts.items()), *sorted(files.items())]:
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, data, compresslevel=9)


def sums(folder):
    lines = []
    for path in sorted(Path(folder).iterdir()):
        if path.is_file() and path.name != "SHA256SUMS":
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    (Path(folder) / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    {"bundle": bundle, "sums": sums}[sys.argv[1]](*sys.argv[2:])
