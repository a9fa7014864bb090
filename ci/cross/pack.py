"""Packs what is built: the bundle that 1C installs, checksums.

pack.py bundle VERSION DIR MOMENT   addin-zeromq-VERSION.zip from the components in DIR; MOMENT is the commit's time
pack.py sums DIR                    SHA256SUMS of every published file in DIR, and SHA1SUMS-BASE64:
                                    so a security profile of 1C wants the checksum of a component
Both give the same bytes for the same files, whenever and wherever they run.
"""

import base64
import hashlib
import sys
from pathlib import Path

import bundle

SUMS = {
    "SHA256SUMS": lambda data: hashlib.sha256(data).hexdigest(),
    "SHA1SUMS-BASE64": lambda data: base64.b64encode(hashlib.sha1(data).digest()).decode(),
}


def sums(folder):
    folder = Path(folder)
    published = [path for path in sorted(folder.iterdir()) if path.is_file() and path.name not in SUMS]
    for name, digest in SUMS.items():
        (folder / name).write_text("".join(f"{digest(path.read_bytes())}  {path.name}\n" for path in published))


if __name__ == "__main__":
    {"bundle": bundle.pack, "sums": sums}[sys.argv[1]](*sys.argv[2:])
