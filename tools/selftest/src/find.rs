//! Which file is the component: the one named, or the one of this system that lies next to this program.

use crate::language::Language;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// How the files of a release end for the system that this program was built for.
fn label() -> String {
    let arch = if env::consts::ARCH == "x86" { "i686" } else { env::consts::ARCH };
    format!("-{}-{arch}", env::consts::OS)
}

pub fn component(named: Option<&Path>, language: Language) -> Result<PathBuf, String> {
    if let Some(named) = named {
        return std::path::absolute(named).map_err(|e| format!("{}: {e}", named.display()));
    }
    let own = env::current_exe().map_err(|e| e.to_string())?;
    let folder = own.parent().unwrap_or(Path::new("."));
    let names = names_in(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    choose(&names, &own_version(&own), language)
        .map(|name| folder.join(name))
        .map_err(|why| format!("{}: {why}", folder.display()))
}

/// "-1.2.3-linux-i686" of a program that is called as in a release.
fn own_version(own: &Path) -> String {
    let name = own.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_prefix("addin-selftest").unwrap_or_default();
    name.strip_suffix(env::consts::EXE_SUFFIX).unwrap_or(name).to_owned()
}

fn names_in(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.extend(entry?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

/// The file of this program's own release, else the only one of a release, else the one that cargo has built.
fn choose(names: &[String], version: &str, language: Language) -> Result<String, String> {
    let extension = if cfg!(windows) { ".dll" } else { ".so" };
    let own = format!("addin-zeromq{version}{extension}");
    if names.contains(&own) {
        return Ok(own);
    }
    let label = label();
    let released: Vec<&String> =
        names.iter().filter(|n| n.starts_with("addin-zeromq-") && n.ends_with(extension)).collect();
    let fitting = released.iter().filter(|n| n.trim_end_matches(extension).ends_with(&label));
    match fitting.collect::<Vec<_>>()[..] {
        [one] => return Ok((*one).clone()),
        [] => {}
        _ => {
            return Err(language.of(
                format!("здесь несколько файлов addin-zeromq-*{label}{extension}; укажите нужный аргументом"),
                format!("there are several files addin-zeromq-*{label}{extension}; name the one as an argument"),
            ));
        }
    }
    let built = ["libaddin_zeromq.so", "addin_zeromq.dll"];
    if let Some(built) = names.iter().find(|n| built.contains(&n.as_str()) && n.ends_with(extension)) {
        return Ok(built.clone());
    }
    let others = released.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", ");
    Err(if others.is_empty() {
        language.of(
            format!("рядом с программой нет файла addin-zeromq-*{label}{extension}; укажите путь к нему аргументом"),
            format!("no file addin-zeromq-*{label}{extension} lies next to this program; give its path as an argument"),
        )
    } else {
        language.of(
            format!("нужен файл addin-zeromq-*{label}{extension}, а здесь файлы для других систем: {others}"),
            format!("addin-zeromq-*{label}{extension} is needed, here are files for other systems: {others}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen_by(version: &str, names: &[&str]) -> Result<String, String> {
        choose(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>(), version, Language::English)
    }

    fn chosen(names: &[&str]) -> Result<String, String> {
        chosen_by("", names)
    }

    #[test]
    fn the_file_of_this_system_is_chosen() {
        let extension = if cfg!(windows) { "dll" } else { "so" };
        let own = &*format!("addin-zeromq-1.2.3{}.{extension}", label());
        let newer = &*format!("addin-zeromq-1.2.4{}.{extension}", label());
        let built = if cfg!(windows) { "addin_zeromq.dll" } else { "libaddin_zeromq.so" };
        let foreign = &*format!("addin-zeromq-1.2.3-plan9-mips.{extension}");
        assert_eq!(chosen(&["README", foreign, own, built]).as_deref(), Ok(own));
        assert_eq!(chosen(&[foreign, built]).as_deref(), Ok(built));
        assert_eq!(chosen_by(&format!("-1.2.4{}", label()), &[own, newer]).as_deref(), Ok(newer));
        assert!(chosen(&[own, newer]).is_err_and(|why| why.contains("several")));
        assert!(chosen(&[foreign]).is_err_and(|why| why.contains("mips")));
        let program = format!("addin-selftest-1.2.4{}{}", label(), env::consts::EXE_SUFFIX);
        assert_eq!(own_version(Path::new(&program)), format!("-1.2.4{}", label()));
        assert!(chosen(&["README"]).is_err_and(|why| why.contains("give its path")));
    }
}
