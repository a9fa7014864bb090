//! Whether a load failed because the system lets no code run from that folder: no fault of the component.

use crate::language::Words;

/// What that means for a file which loads from another folder; None when it is something else.
pub fn meaning(loader_says: &str, noexec: bool) -> Option<Words> {
    // Without memory the loader says the same.
    let refused = loader_says.contains("failed to map segment") && !loader_says.contains("Cannot allocate memory");
    if noexec {
        Some((
            "каталог подключён с noexec, загрузить оттуда библиотеку нельзя",
            "mounted noexec: no library loads from there",
        ))
    } else if refused {
        Some((
            "система не даёт загружать библиотеки из этого каталога (noexec или средства защиты)",
            "the system lets no library load from there (noexec, or a protection)",
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_to_map_counts() {
        let names_noexec = |says, noexec| {
            meaning(says, noexec)
                .is_some_and(|(russian, english)| russian.contains("noexec") && english.contains("noexec"))
        };
        assert!(names_noexec("/t/a.so: dlopen: /t/a.so: failed to map segment from shared object", true));
        assert!(names_noexec("failed to map segment from shared object: Operation not permitted", false));
        // As musl says it.
        assert!(names_noexec("Error loading shared library /t/a.so: Operation not permitted", true));
        assert_eq!(meaning("failed to map segment from shared object: Cannot allocate memory", false), None);
        assert_eq!(meaning("/t/a.so: invalid ELF header", false), None);
    }
}
