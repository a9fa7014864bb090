"""Checks of a release's files that cannot be forgotten.

check.py library LABEL FILE         one component
check.py program LABEL FILE         one self-test program
check.py bundle VERSION ZIP MOMENT  the bundle that 1C installs, of a commit of that time

Every fault is one line that says why; the first argument that has one fails.
"""

import os
import re
import sys
from pathlib import Path

import pefile
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

import bundle

ENTRY_POINTS = {"GetClassNames", "GetClassObject", "DestroyObject", "SetPlatformCapabilities", "GetAttachType"}

ELF_MACHINE = {"linux-x86_64": "EM_X86_64", "linux-i686": "EM_386", "linux-aarch64": "EM_AARCH64"}
# The C library in its parts; before glibc 2.34 threads and dlopen stood apart.
ELF_NEEDED = re.compile(r"(libc|libm|libdl|libpthread|librt|ld-linux[\w-]*)\.so\.\d+")

PE_MACHINE = {"windows-x86_64": 0x8664, "windows-i686": 0x14C}
PE_CONSOLE = 3
PE_CHARACTERISTICS = {"HIGH_ENTROPY_VA": 0x20, "DYNAMIC_BASE (ASLR)": 0x40, "NX_COMPAT (NX)": 0x100}

SIZE_MB = {"library": (0.8, 6.0), "program": (0.3, 4.0)}


def beside(name):
    return Path(__file__).with_name(name).read_text()


def floor_of(what):
    """What a file must run on, from the one place of such numbers."""
    return re.search(rf"^{what}=(\S+)", beside("versions.env"), re.M)[1]


def windows_imports():
    """DLL: the functions of it that may be used."""
    allowed = {}
    for dll, names in re.findall(r"^(\S+\.dll): (.*)", beside("windows-imports"), re.M):
        allowed.setdefault(dll, set()).update(names.split())
    return allowed


def version(text):
    return tuple(int(part) for part in text.split("."))


def machine_paths(data):
    """Folders of the machine that built it, found inside."""
    wanted = [b"/home/", b"/usr/src/", b"/usr/lib/rustlib", b"/.cargo/"]
    for name in ("ROOT", "CROSS", "HOME", "CARGO_HOME", "TMPDIR"):
        value = os.environ.get(name, "")
        if len(value) > 3:
            wanted.append(value.encode())
    texts = re.findall(rb"[\x20-\x7e]{6,}", data)
    texts += (wide[::2] for wide in re.findall(rb"(?:[\x20-\x7e]\0){6,}", data))
    for text in texts:
        for path in wanted:
            if path in text:
                yield f"holds a path of the build machine: {text[:120].decode()}"
                break


def check_elf(label, path, library):
    with open(path, "rb") as file:
        elf = ELFFile(file)
        if elf["e_machine"] != ELF_MACHINE[label]:
            yield f"is for {elf['e_machine']}, not for {ELF_MACHINE[label]}"
        if elf["e_type"] != "ET_DYN":
            yield f"is {elf['e_type']}: not position independent, no ASLR"

        dynamic = next(s for s in elf.iter_sections() if isinstance(s, DynamicSection))
        tags = {tag.entry.d_tag: tag for tag in dynamic.iter_tags()}
        for tag in dynamic.iter_tags("DT_NEEDED"):
            if not ELF_NEEDED.fullmatch(tag.needed):
                yield f"needs {tag.needed}: only the C library may be needed"
        for tag in ("DT_RPATH", "DT_RUNPATH"):
            if tag in tags:
                yield f"has {tag}: it would look for libraries in a folder of the build machine"
        if "DT_TEXTREL" in tags:
            yield "has text relocations: its code pages would be writable"

        floor = floor_of("GLIBC_FLOOR")
        for section in elf.iter_sections():
            if isinstance(section, GNUVerNeedSection):
                for needed, versions in section.iter_versions():
                    for wanted in versions:
                        if not re.fullmatch(r"GLIBC_[0-9.]+", wanted.name):
                            yield f"wants {wanted.name} of {needed.name}: not in every glibc"
                        elif version(wanted.name[6:]) > version(floor):
                            yield f"wants {wanted.name} of {needed.name}: the floor is {floor}"
        symbols = list(elf.get_section_by_name(".dynsym").iter_symbols())
        defined = {s.name for s in symbols if s["st_shndx"] != "SHN_UNDEF" and s.name and s["st_info"]["bind"] != "STB_LOCAL"}
        undefined = {s.name for s in symbols if s["st_shndx"] == "SHN_UNDEF"}
        if library:
            yield from exports(defined)
        # A program is Rust but for the host's small bridge.
        if library and "__stack_chk_fail" not in undefined:
            yield "has no stack protector (__stack_chk_fail is not used)"
        # zig's clang cannot fortify on x86 (build/target.rs).
        if library and label != "linux-i686" and not any(name.endswith("_chk") for name in undefined):
            yield "is not fortified (no function ending in _chk is used)"

        segments = {segment["p_type"]: segment for segment in elf.iter_segments()}
        if "PT_GNU_RELRO" not in segments:
            yield "has no RELRO segment"
        flags = tags["DT_FLAGS"].entry.d_val if "DT_FLAGS" in tags else 0
        if not (flags & 0x8 or "DT_BIND_NOW" in tags):
            yield "is not bound at load (no BIND_NOW): RELRO is partial"
        stack = segments.get("PT_GNU_STACK")
        if stack is None or stack["p_flags"] & 1:
            yield "asks for an executable stack (NX)"
        for segment in elf.iter_segments():
            if segment["p_type"] == "PT_LOAD" and segment["p_flags"] & 3 == 3:
                yield "has a segment both writable and executable"
        for section in elf.iter_sections():
            if section.name == ".symtab" or section.name.startswith(".debug"):
                yield f"is not stripped ({section.name})"


def check_pe(label, path, library):
    pe = pefile.PE(path)
    if pe.FILE_HEADER.Machine != PE_MACHINE[label]:
        yield f"is for machine {pe.FILE_HEADER.Machine:#x}, not {PE_MACHINE[label]:#x}"
    if library and not pe.is_dll():
        yield "is no DLL"
    if pe.OPTIONAL_HEADER.Subsystem != PE_CONSOLE:
        yield f"is of subsystem {pe.OPTIONAL_HEADER.Subsystem}, not {PE_CONSOLE} (console)"
    if hasattr(pe, "DIRECTORY_ENTRY_DELAY_IMPORT"):
        yield "imports with delay: nothing would say at its loading what is missing"
    allowed = windows_imports()
    for entry in pe.DIRECTORY_ENTRY_IMPORT:
        dll = entry.dll.decode().lower()
        if dll not in allowed:
            yield f"needs {dll}: not one of {', '.join(sorted(allowed))}"
            continue
        for function in entry.imports:
            name = (function.name or f"number {function.ordinal}".encode()).decode()
            if name not in allowed[dll]:
                yield f"needs {name} of {dll}: if Windows 7 has it, add it to ci/cross/windows-imports"
    exported = getattr(pe, "DIRECTORY_ENTRY_EXPORT", None)
    if library:
        symbols = exported.symbols if exported else []
        yield from exports({(symbol.name or b"?").decode() for symbol in symbols})
        for symbol in symbols:
            if symbol.forwarder:
                yield f"hands {symbol.name.decode()} on to {symbol.forwarder.decode()}"
    floor = version(floor_of("WINDOWS_FLOOR"))
    header = pe.OPTIONAL_HEADER
    for what in ("Subsystem", "OperatingSystem"):
        found = (getattr(header, f"Major{what}Version"), getattr(header, f"Minor{what}Version"))
        if found > floor:
            yield f"has {what.lower()} version {found[0]}.{found[1]}: Windows {floor[0]}.{floor[1]} would refuse it"
    for name, flag in PE_CHARACTERISTICS.items():
        if label == "windows-i686" and flag == 0x20:
            continue
        if not header.DllCharacteristics & flag:
            yield f"lacks the characteristic {name}"
    if not header.DATA_DIRECTORY[pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_BASERELOC"]].Size:
        yield "has no relocations: it could not be moved (ASLR)"
    for section in pe.sections:
        if section.IMAGE_SCN_MEM_WRITE and section.IMAGE_SCN_MEM_EXECUTE:
            yield f"has a section both writable and executable: {section.Name}"
    if pe.FILE_HEADER.TimeDateStamp or (exported and exported.struct.TimeDateStamp):
        yield "carries the time of its linking: two builds would differ"
    if pe.FILE_HEADER.PointerToSymbolTable:
        yield "is not stripped"
    if library:
        yield from version_info(pe, Path(path).name)
    if library and b"stack smashing detected" not in Path(path).read_bytes():
        yield "has no stack protector"


def version_info(pe, name):
    """What the file's properties show in Windows, and that it does not tell when it was built."""
    release = re.search(r"-(\d+\.\d+\.\d+)-", name)
    wanted = bundle.four_numbers(release[1] if release else "0.0.0")
    if not hasattr(pe, "VS_FIXEDFILEINFO"):
        yield "has no VERSIONINFO: Windows would show no version"
        return
    fixed = pe.VS_FIXEDFILEINFO[0]
    for what, high, low in [
        ("file", fixed.FileVersionMS, fixed.FileVersionLS),
        ("product", fixed.ProductVersionMS, fixed.ProductVersionLS),
    ]:
        found = f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"
        if found != wanted:
            yield f"is of {what} version {found} by its VERSIONINFO, of {wanted} by its name"
    tables = [table for info in pe.FileInfo for block in info for table in getattr(block, "StringTable", [])]
    texts = {key.decode(): value.decode() for table in tables for key, value in table.entries.items()}
    for key, value in [("FileVersion", wanted), ("ProductVersion", wanted), ("ProductName", "addin-zeromq")]:
        if texts.get(key) != value:
            yield f"has {key} {texts.get(key)} in its VERSIONINFO, not {value}"
    if pe.DIRECTORY_ENTRY_RESOURCE.struct.TimeDateStamp:
        yield "carries a time in its resources: two builds would differ"


def exports(found):
    for name in sorted(ENTRY_POINTS - found):
        yield f"does not export {name}"
    for name in sorted(found - ENTRY_POINTS):
        yield f"exports {name}: only the five entry points may be exported"


def check_file(label, path, library):
    yield from (check_elf if label in ELF_MACHINE else check_pe)(label, path, library)
    data = Path(path).read_bytes()
    yield from machine_paths(data)
    size = len(data) / 1e6
    least, most = SIZE_MB["library" if library else "program"]
    if not least <= size <= most:
        yield f"is {size:.1f} MB, expected {least} to {most}"
    name = rf"addin-{'zeromq' if library else 'selftest'}-\d+\.\d+\.\d+-{label}"
    name += {"linux": r"\.so" if library else "", "windows": r"\.dll" if library else r"\.exe"}[label.split("-")[0]]
    if not re.fullmatch(name, Path(path).name):
        yield f"has a name other than {name}"


def main(what, key, path, *moment):
    if what == "bundle":
        faults = list(bundle.faults(key, path, *moment))
    else:
        faults = list(check_file(key, path, what == "library"))
    for fault in faults:
        print(f"{Path(path).name}: {fault}", file=sys.stderr)
    print(f"{Path(path).name}: {'FAILED' if faults else 'checked'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
