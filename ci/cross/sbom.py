"""What is inside the released files: a CycloneDX SBOM and the licence notices.

sbom.py VERSION DIR     writes addin-zeromq-VERSION.cdx.json and -NOTICES.txt

Everything is read from what the build used: Cargo.lock through `cargo metadata`,
the locks in vendor/, Rust's std source, the compilers' own runtime libraries.
"""

import datetime
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import uuid
from pathlib import Path

ROOT = Path(os.environ["ROOT"])
TOOLS = Path(os.environ["TOOLS"])
STD = Path("/usr/lib/rustlib/src/rust/library")
TRIPLES = os.environ["TRIPLES"].split()
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)

# What is published, and which of it a crate is in; "": in everything.
OURS = {"addin-zeromq": "", "addin-zeromq-selftest": "addin-selftest"}

# Crates that std itself links on our targets.
STD_CRATES = "addr2line adler2 cfg-if gimli hashbrown libc memchr miniz_oxide object rustc-demangle".split()


class Part:
    """Something linked in: its name, version, licence and the text of it."""

    def __init__(self, name, version, licence, purl, texts, where="", **more):
        self.name, self.version, self.licence, self.purl = name, version, licence, purl
        self.texts, self.where, self.more = texts, where, more

    def component(self):
        # A single identifier and an expression are written differently.
        licence = {"expression": self.licence}
        described = {"type": "library", "bom-ref": self.purl, "name": self.name, "version": self.version}
        described |= {"licenses": [licence], "purl": self.purl}
        if self.where:
            described["properties"] = [{"name": "addin-zeromq:linked-into", "value": self.where}]
        return described | self.more


def texts_in(folder):
    found = [path for path in sorted(Path(folder).iterdir()) if path.is_file() and LICENCE_FILE.match(path.name)]
    return [path.read_text(errors="replace") for path in found]


def texts_of(folder, licence, folders):
    """The licence of a crate; a few (and Debian's copies) name it only."""
    texts = texts_in(folder)
    if not texts and "Apache-2.0" in licence:
        apache = (folders[lock("libzmq")["crate"]] / "LICENSE-APACHE").read_text()
        texts = [f"Its source has no licence file; it is taken here under Apache-2.0.\n\n{apache}"]
    elif not texts and "MIT" in licence:
        mit = (folders[lock("libzmq")["crate"]] / "LICENSE-MIT").read_text()
        permission = mit[mit.index("Permission is hereby granted"):]
        texts = [f"Its source has no licence file; it is taken here under the MIT licence.\n\n{permission}"]
    return texts


def lock(name):
    return tomllib.loads((ROOT / f"vendor/{name}.lock").read_text())


def cargo_metadata(triple):
    command = ["cargo", "metadata", "--locked", "--format-version=1", "--filter-platform", triple]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def crates():
    """The crates that a published file links, with what else it is in, and the folder of every crate."""
    linked, folders = {}, {}
    for triple in TRIPLES:
        metadata = cargo_metadata(triple)
        packages = {package["id"]: package for package in metadata["packages"]}
        nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
        for package in packages.values():
            folders[f"{package['name']} {package['version']}"] = Path(package["manifest_path"]).parent
        for published, where in OURS.items():
            for package in map(packages.get, below(nodes, packages, published)):
                crate = f"{package['name']} {package['version']}"
                linked.setdefault(crate, (package["license"].replace("/", " OR "), where))
    return linked, folders


def below(nodes, packages, name):
    """The ids of others' crates that this one of ours links."""
    todo = [key for key, package in packages.items() if package["name"] == name]
    seen = set(todo)
    while todo:
        for dependency in nodes[todo.pop()]["deps"]:
            normal = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if normal and dependency["pkg"] not in seen:
                seen.add(dependency["pkg"])
                todo.append(dependency["pkg"])
    return [key for key in seen if packages[key]["source"]]


def crate_parts(linked, folders):
    for crate, (licence, where) in sorted(linked.items()):
        name, version = crate.split()
        texts = texts_of(folders[crate], licence, folders)
        yield Part(name, version, licence, f"pkg:cargo/{name}@{version}", texts, where)


def std_parts(folders):
    version = os.environ["RUST_VERSION"]
    purl = f"pkg:generic/rust-std@{version}"
    yield Part("rust-std", version, "MIT OR Apache-2.0", purl, [(STD.parent / "COPYRIGHT").read_text()])
    for name in STD_CRATES:
        folder = next(path for path in (STD / "vendor").iterdir() if re.fullmatch(rf"{name}-\d.*", path.name))
        package = tomllib.loads((folder / "Cargo.toml").read_text())["package"]
        purl = f"pkg:cargo/{name}@{package['version']}"
        licence = package["license"].replace("/", " OR ")
        texts = texts_of(folder, licence, folders)
        yield Part(f"{name} (in std)", package["version"], licence, f"{purl}?in=rust-std", texts)


def c_parts(folders):
    zmq, sodium = lock("libzmq"), lock("libsodium")
    source = folders[zmq["crate"]] / "vendor"
    patches = [{"type": "unofficial", "diff": {"url": f"vendor/patches/{path.name}"}} for path in sorted((ROOT / "vendor/patches").glob("*.patch"))]
    yield Part(
        "libzmq", zmq["version"], "MPL-2.0", f"pkg:github/zeromq/libzmq@{zmq['commit']}", texts_in(source),
        pedigree={"patches": patches, "notes": "the patches are in the source archive of this release"},
    )  # fmt: skip
    wepoll = source / "external/wepoll"
    version = re.search(r"\d+\.\d+\.\d+", (wepoll / "version.txt").read_text())[0]
    purl = f"pkg:github/piscisaureus/wepoll@v{version}"
    yield Part("wepoll", version, "BSD-2-Clause", purl, texts_in(wepoll), "windows")
    with tarfile.open(folders[sodium["crate"]] / "LATEST.tar.gz") as archive:
        text = archive.extractfile("libsodium-stable/LICENSE").read().decode()
    version = sodium["version"]
    yield Part("libsodium", version, "ISC", f"pkg:github/jedisct1/libsodium@{version}-RELEASE", [text])


def runtime_parts():
    """What the compilers add of their own: zig's for Linux, GCC's for Windows."""
    zig = next(TOOLS.glob("lib/python*/site-packages/ziglang"))
    version = re.search(r"ziglang==(\S+)", os.environ["PIP_PACKAGES"])[1]
    for name in ("libcxx", "libcxxabi", "libunwind"):
        text = (zig / "lib" / name / "LICENSE.TXT").read_text()
        licence = "Apache-2.0 WITH LLVM-exception"
        yield Part(name, f"zig-{version}", licence, f"pkg:pypi/ziglang@{version}?part={name}", [text], "linux")
    text = (zig / "LICENSE").read_text()
    yield Part("compiler_rt", f"zig-{version}", "MIT", f"pkg:pypi/ziglang@{version}?part=compiler_rt", [text], "linux")
    text = (zig / "lib/libc/glibc/LICENSES").read_text()
    licence = "LGPL-2.1-or-later WITH GCC-exception-2.0-note"
    purl = f"pkg:pypi/ziglang@{version}?part=glibc"
    yield Part("glibc start files and libc_nonshared", f"zig-{version}", licence, purl, [text], "linux")
    yield from debian_part("gcc-mingw-w64-base", "libstdc++, libgcc and libssp", "GPL-3.0-or-later WITH GCC-exception-3.1")
    yield from debian_part("mingw-w64-common", "mingw-w64 runtime and winpthreads", "ZPL-2.1 AND MIT AND BSD-3-Clause")


def debian_part(package, name, licence):
    command = ["dpkg-query", "-W", "-f=${Version}", package]
    version = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    text = Path(f"/usr/share/doc/{package}/copyright").read_text(errors="replace")
    yield Part(name, version, licence, f"pkg:deb/debian/{package}@{version}", [text], "windows")


def main(version, folder):
    linked, folders = crates()
    parts = [*c_parts(folders), *crate_parts(linked, folders), *std_parts(folders), *runtime_parts()]
    for part in parts:
        if not part.texts:
            raise SystemExit(f"sbom: no licence text of {part.name} {part.version}")
    moment = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.UTC)
    sbom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'addin-zeromq {version} {moment}')}",
        "version": 1,
        "metadata": {
            "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "library",
                "bom-ref": "addin-zeromq",
                "name": "addin-zeromq",
                "version": version,
                "licenses": [{"expression": "MPL-2.0"}],
            },
        },
        "components": [part.component() for part in parts],
        "dependencies": [{"ref": "addin-zeromq", "dependsOn": sorted(part.purl for part in parts)}],
    }
    out = Path(folder) / f"addin-zeromq-{version}"
    Path(f"{out}.cdx.json").write_text(json.dumps(sbom, indent=1, ensure_ascii=False) + "\n")

    notices = [
        f"addin-zeromq {version} (MPL-2.0) contains the works below, each under its own licence.\n"
        "The source of libzmq with our changes, of libsodium and of the crates is in\n"
        f"addin-zeromq-{version}-source.tar.xz of the same release; the compilers' own parts\n"
        "(Rust's std, the C and C++ runtimes) come from the packages named in buildinfo.txt.\n"
    ]
    for part in parts:
        where = f" ({part.where} files only)" if part.where else ""
        notices.append(f"{'=' * 78}\n{part.name} {part.version}{where}: {part.licence}\n{'=' * 78}\n")
        notices.extend(text.rstrip() + "\n" for text in part.texts)
    Path(f"{out}-NOTICES.txt").write_text("\n".join(notices))


if __name__ == "__main__":
    main(*sys.argv[1:])
