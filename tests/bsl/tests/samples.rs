//! Scripts under `samples/`: each says by Сообщить what its comments `// => …` expect, in that order.
//!
//! A first line `// опции: …` has words: `onescript`, `processes`. A line `// !! …` is what the run must end with: an exception that
//! nothing catches, or a name that the runner does not know.

use bsl::run::{Settings, World};
use bsl::script;
use bsl::value::plain::Plain;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn scripts(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).expect("samples").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn marked<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    text.lines().filter_map(|line| line.split_once(mark)).map(|(_, rest)| rest.trim()).collect()
}

fn run(file: &Path) -> Result<(), String> {
    let text = fs::read_to_string(file).expect("a script");
    let options = marked(text.lines().next().unwrap_or_default(), "// опции:").concat();
    let settings = Settings {
        onescript: options.contains("onescript"),
        processes: options.contains("processes"),
        ..Settings::default()
    };
    let said = Arc::new(Mutex::new(Vec::new()));
    let heard = said.clone();
    let world = World::new(settings, move |said| {
        if !said.from_job {
            heard.lock().expect("nobody panics").push(said.text.replace('\u{a0}', " "));
        }
    });
    let library = host::library_file();
    world.set_template("ОбщийМакет.ZeroMQ", &library);
    world.set_constant("Компонента", Plain::Text(library.display().to_string().into()));
    let (own, name) = (text.clone(), file.file_name().expect("a name").to_string_lossy().into_owned());
    let end = script::within(Duration::from_secs(30), &world, move |world| {
        script::run_text(world, &name, &own)?;
        script::finish_jobs(world, Duration::from_secs(10))
    });
    let said = said.lock().expect("nobody panics").join("\n");
    let wanted = marked(&text, "// =>").join("\n");
    if said != wanted {
        return Err(format!("сказано:\n{said}\nожидалось:\n{wanted}\nконец: {end:?}"));
    }
    match (end, marked(&text, "// !!").first()) {
        (Ok(()), None) => Ok(()),
        (Ok(()), Some(wanted)) => Err(format!("закончено, а ожидалось: {wanted}")),
        (Err(text), Some(wanted)) if text.contains(wanted) => Ok(()),
        (Err(text), wanted) => Err(format!("конец: {text}\nожидался: {wanted:?}")),
    }
}

#[track_caller]
fn all(folder: &str) {
    let problems: Vec<_> = scripts(folder)
        .iter()
        .filter_map(|file| run(file).err().map(|problem| format!("{}: {problem}", file.display())))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn the_language() {
    all("language");
}

#[test]
fn the_platform() {
    all("platform");
}

#[test]
fn the_component() {
    all("component");
}

/// Nothing is guessed, and nothing catches what is unknown.
#[test]
fn what_is_unknown_ends_the_run() {
    all("refused");
}
