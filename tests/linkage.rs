//! What the built file needs and what it shows: the C library and five names, nothing more.

use host::{isolated, library_file, secs};
use object::read::elf::{Dyn, FileHeader, ProgramHeader};
use object::{Object, ObjectSymbol, elf};
use std::collections::BTreeSet;

const ENTRY_POINTS: [&str; 5] =
    ["DestroyObject", "GetAttachType", "GetClassNames", "GetClassObject", "SetPlatformCapabilities"];

/// The C library's family: its loader, and what old systems keep in files of their own.
const C_LIBRARY: [&str; 6] = ["libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "ld-linux"];

fn bytes() -> Vec<u8> {
    std::fs::read(library_file()).expect("the library's file")
}

/// The DT_NEEDED entries, as `readelf -d` shows them.
fn needed<E: FileHeader<Endian = object::Endianness>>(header: &E, data: &[u8]) -> Vec<String> {
    let endian = header.endian().expect("an ELF file");
    let segments = header.program_headers(endian, data).expect("segments");
    let dynamic = segments.iter().find_map(|s| s.dynamic(endian, data).expect("dynamic"));
    let entries = dynamic.expect("a dynamic segment");
    let tag = |wanted: u32| entries.iter().find(|d| d.tag32(endian) == Some(wanted)).map(|d| d.d_val(endian).into());
    let (table, size): (u64, u64) = (tag(elf::DT_STRTAB).expect("names"), tag(elf::DT_STRSZ).expect("size"));
    let names = segments
        .iter()
        .find_map(|s| s.data_range(endian, data, table, size).expect("names"))
        .expect("the names' segment");
    entries
        .iter()
        .filter(|d| d.tag32(endian) == Some(elf::DT_NEEDED))
        .map(|d| {
            let at: u64 = d.d_val(endian).into();
            let name = &names[usize::try_from(at).expect("an offset")..];
            let end = name.iter().position(|&b| b == 0).expect("a terminator");
            String::from_utf8_lossy(&name[..end]).into_owned()
        })
        .collect()
}

#[test]
#[cfg(unix)]
fn only_the_c_library_is_needed() {
    let data = bytes();
    let libraries = match object::FileKind::parse(&*data).expect("a known kind of file") {
        object::FileKind::Elf64 => needed(elf::FileHeader64::<object::Endianness>::parse(&*data).expect("ELF"), &data),
        object::FileKind::Elf32 => needed(elf::FileHeader32::<object::Endianness>::parse(&*data).expect("ELF"), &data),
        other => panic!("{other:?} is no ELF file"),
    };
    assert!(libraries.iter().any(|l| l == "libc.so.6"), "{libraries:?}");
    for library in &libraries {
        assert!(C_LIBRARY.iter().any(|known| library.starts_with(known)), "{library} is needed, of {libraries:?}");
    }
}

#[test]
#[cfg(unix)]
fn only_the_entry_points_are_shown() {
    let data = bytes();
    let file = object::File::parse(&*data).expect("an object file");
    let shown: BTreeSet<_> = file
        .dynamic_symbols()
        .filter(|symbol| symbol.is_definition())
        .map(|symbol| symbol.name().expect("a name").to_owned())
        .collect();
    assert_eq!(shown, ENTRY_POINTS.map(String::from).into());
}

#[test]
#[cfg(windows)]
fn only_the_entry_points_are_shown() {
    let data = bytes();
    let file = object::File::parse(&*data).expect("an object file");
    let shown: BTreeSet<_> = file
        .exports()
        .expect("exports")
        .iter()
        .map(|export| String::from_utf8_lossy(export.name()).into_owned())
        .collect();
    assert_eq!(shown, ENTRY_POINTS.map(String::from).into());
}

/// Every undefined symbol is found in a process that has nothing but the C library: the file loads with all
/// its symbols bound at once.
#[test]
fn it_loads_with_every_symbol_bound() {
    isolated(secs(30), || {
        host::Library::load(&library_file()).expect("loads with RTLD_NOW");
    });
}
