"""The bundle that 1C installs: what stands in it, and what БСП's catalogue of components takes from it.

Nothing but Python's own library is used: ci/test runs bundle_test.py wherever there is a Python.
"""

import re
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

# What the manifest may say: (os, arch) of each file.
COMPONENTS = {
    "linux-x86_64": ("Linux", "x86_64"),
    "linux-i686": ("Linux", "i386"),
    "linux-aarch64": ("Linux", "ARM64"),
    "windows-x86_64": ("Windows", "x86_64"),
    "windows-i686": ("Windows", "i386"),
}
# What follows "AddIn.": БСП makes objects of the class with this name.
PROGID = "AddIn.ZeroMQ"
NAMESPACE = "{http://v8.1c.ru/8.2/addin/bundle}"

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<bundle xmlns="http://v8.1c.ru/8.2/addin/bundle">
{components}
</bundle>
"""

INFO = """<?xml version="1.0" encoding="UTF-8"?>
<drivers>
    <component progid="{progid}" type="native" name="ZeroMQ" version="{version}"/>
</drivers>
"""


def four_numbers(version):
    """0.4.0 as 0.4.0.0: БСП compares versions of four numbers only, and takes any other for an older one."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise SystemExit(f"bundle: {version} is not a version of three numbers")
    return f"{version}.0"


def stamp(moment):
    """The time of a commit as a zip keeps it: in UTC, whole pairs of seconds."""
    year, month, day, hour, minute, second = time.gmtime(int(moment))[:6]
    return (year, month, day, hour, minute, second // 2 * 2)


def write_zip(path, files, moment):
    """The same bytes for the same files, whenever and wherever it runs."""
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files:
            entry = zipfile.ZipInfo(name, stamp(moment))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, data, compresslevel=9)


def pack(version, folder, moment):
    """addin-zeromq-VERSION.zip from the components in a folder; MOMENT is the commit's time, which БСП takes for the version's date."""
    folder = Path(folder)
    files, lines = {}, []
    for label, (system, arch) in COMPONENTS.items():
        found = [path for path in folder.glob(f"addin-zeromq-{version}-{label}.*") if path.suffix in (".so", ".dll")]
        if len(found) != 1:
            raise SystemExit(f"pack: the bundle needs {label}: build it first (ci/release {label})")
        files[found[0].name] = found[0].read_bytes()
        lines.append(f'    <component os="{system}" path="{found[0].name}" type="native" arch="{arch}"/>')
    manifest = MANIFEST.format(components="\n".join(lines))
    info = INFO.format(progid=PROGID, version=four_numbers(version))
    # 1C reads the manifest first; the rest in order of name.
    texts = [("MANIFEST.XML", manifest.encode()), ("INFO.XML", info.encode())]
    path = folder / f"addin-zeromq-{version}.zip"
    write_zip(path, [*texts, *sorted(files.items())], moment)
    return path


def faults(release, path, moment):
    """Every fault of a bundle, a line each."""
    with zipfile.ZipFile(path) as bundle:
        entries = bundle.infolist()
        names = {entry.filename for entry in entries}
        if len(names) < len(entries):
            yield "names a file twice"
        if broken := bundle.testzip():
            yield f"{broken} is broken inside"
        for name in names - {"MANIFEST.XML", "INFO.XML"}:
            loose = Path(path).with_name(name)
            if not loose.is_file() or loose.read_bytes() != bundle.read(name):
                yield f"{name} inside is another than the loose one"
        for entry in entries:
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                yield f"{entry.filename} is packed in a way that 1C may not know ({entry.compress_type})"
            if entry.flag_bits & 1:
                yield f"{entry.filename} is encrypted"
            if "/" in entry.filename or not re.fullmatch(r"[A-Za-z0-9._-]+", entry.filename):
                yield f"{entry.filename}: files stand at the root, with plain names"
            if entry.date_time != stamp(moment):
                yield f"{entry.filename} is of {entry.date_time}, the commit of {stamp(moment)}"
        for wanted in {"MANIFEST.XML", "INFO.XML"} - names:
            yield f"has no {wanted}"
            return
        manifest = ElementTree.fromstring(bundle.read("MANIFEST.XML"))
        info = ElementTree.fromstring(bundle.read("INFO.XML"))
    yield from manifest_faults(manifest, release, names)
    component = info.find("component") if info.tag == "drivers" else None
    if component is None or component.get("type") != "native" or component.get("progid") != PROGID:
        yield f"INFO.XML does not describe a native component {PROGID}"
    elif component.get("name") != "ZeroMQ":
        yield f"INFO.XML names it {component.get('name')}"
    elif component.get("version") != four_numbers(release):
        yield f"INFO.XML is of version {component.get('version')}, the release is {four_numbers(release)}"


def manifest_faults(manifest, release, names):
    if manifest.tag != f"{NAMESPACE}bundle":
        yield f"MANIFEST.XML: the root is {manifest.tag}"
    named = set()
    for component in manifest:
        given = dict(component.attrib)
        path = given.get("path", "")
        label = re.fullmatch(rf"addin-zeromq-{re.escape(release)}-([a-z]+-\w+)\.(so|dll)", path)
        if component.tag != f"{NAMESPACE}component" or set(given) != {"os", "path", "type", "arch"}:
            yield f"MANIFEST.XML: unexpected {component.tag} {given}"
        elif given["type"] != "native":
            yield f"MANIFEST.XML: {path} has type {given['type']}"
        elif label is None or COMPONENTS.get(label[1]) != (given["os"], given["arch"]):
            yield f"MANIFEST.XML: {path} does not go with os {given['os']}, arch {given['arch']}"
        elif path in named:
            yield f"MANIFEST.XML names {path} twice"
        elif path not in names:
            yield f"MANIFEST.XML names {path}, which is not in the bundle"
        named.add(path)
    for extra in sorted(names - named - {"MANIFEST.XML", "INFO.XML"}):
        yield f"{extra} is in the bundle, but not in MANIFEST.XML"
    for label, (system, arch) in COMPONENTS.items():
        if not any(label in path for path in named):
            yield f"MANIFEST.XML has nothing for {system} {arch}"
