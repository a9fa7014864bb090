//! The self-test that goes out with a release: what it says of a good file, a bad one, one that hangs, one that crashes.

use host::{command, end_in_words, isolated, library_file, patient, program, secs, wait};
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::thread;

/// The exit code and all that it said.
fn run(file: &Path, args: &[&OsStr]) -> (Option<i32>, String) {
    let mut order = command(file);
    order.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = order.spawn().expect("the self-test starts");
    let mut pipes: [Box<dyn Read + Send>; 2] =
        [Box::new(child.stdout.take().expect("piped")), Box::new(child.stderr.take().expect("piped"))];
    let status = thread::scope(|scope| {
        let said = pipes.each_mut().map(|pipe| {
            scope.spawn(move || {
                let mut said = Vec::new();
                pipe.read_to_end(&mut said).expect("its output");
                String::from_utf8(said).expect("UTF-8")
            })
        });
        let status = wait(&mut child, patient(secs(900))).expect("the self-test does not end");
        (status, said.map(|said| said.join().expect("read")).concat())
    });
    println!("{}\n{}", end_in_words(status.0), status.1);
    (status.0.code(), status.1)
}

fn selftest(args: &[&OsStr]) -> (Option<i32>, String) {
    run(&program("addin-selftest"), args)
}

/// Every line of a check, which ends with how the check ended.
fn checks(said: &str) -> Vec<&str> {
    said.lines().filter(|line| line.starts_with("  ") && line.contains(" ... ") || line.contains("....")).collect()
}

#[test]
fn the_built_component_passes() {
    isolated(secs(1200), || {
        let file = library_file();
        for (language, words) in [
            (None, ["Каждый класс под обоими именами", "Компонента исправна на этом компьютере."]),
            (Some("--english"), ["Every class under both names", "The component works on this computer."]),
        ] {
            let args: Vec<&OsStr> = language.iter().map(OsStr::new).chain([file.as_os_str()]).collect();
            let (code, said) = selftest(&args);
            assert_eq!(code, Some(0));
            assert!(words.iter().all(|words| said.contains(words)), "{words:?}");
            let checks = checks(&said);
            assert!(checks.len() >= 40, "only {} checks", checks.len());
            for check in checks {
                // Wine has no sockets of AF_UNIX.
                let absent = ["НЕ ПОДДЕРЖИВАЕТСЯ СИСТЕМОЙ", "NOT SUPPORTED BY THIS SYSTEM"];
                let well = check.contains(". OK") || cfg!(windows) && absent.iter().any(|words| check.contains(words));
                assert!(well, "{check}");
            }
        }
    });
}

#[test]
fn the_file_next_to_it_is_found() {
    isolated(secs(1200), || {
        let folder = tempfile::Builder::new().prefix("Самопроверка ").tempdir().expect("a folder");
        let extension = if cfg!(windows) { "dll" } else { "so" };
        let arch = if std::env::consts::ARCH == "x86" { "i686" } else { std::env::consts::ARCH };
        let name = format!("addin-zeromq-9.9.9-{}-{arch}.{extension}", std::env::consts::OS);
        let own = folder.path().join(format!("addin-selftest{}", std::env::consts::EXE_SUFFIX));
        fs::copy(program("addin-selftest"), &own).expect("a copy");

        let (code, said) = run(&own, &[]);
        assert_eq!(code, Some(1));
        assert!(said.contains("FAIL") && said.contains("рядом с программой нет файла"));

        fs::copy(library_file(), folder.path().join(&name)).expect("a copy");
        let (code, said) = run(&own, &[]);
        assert_eq!(code, Some(0));
        assert!(said.contains(&name));
    });
}

#[test]
fn what_cannot_be_loaded_is_told_in_the_loaders_words() {
    isolated(secs(120), || {
        let folder = tempfile::tempdir().expect("a folder");
        let broken = folder.path().join("addin-zeromq-1.2.3-broken.so");
        fs::write(&broken, "no library at all, only a text of some length").expect("written");
        let (code, said) = selftest(&[broken.as_os_str()]);
        assert_eq!(code, Some(1));
        assert!(said.contains("FAIL") && said.contains("повреждён") || cfg!(windows) && said.contains("os error"));
        let (code, said) = selftest(&[folder.path().join("нет").as_os_str()]);
        assert_eq!(code, Some(1));
        assert!(said.contains("FAIL") && said.contains("os error"));
    });
}

#[test]
fn wrong_orders_are_refused() {
    isolated(secs(60), || {
        for order in [&["--speed"][..], &["--patience"], &["--patience", "0"], &["one", "two"]] {
            let (code, said) = selftest(&order.iter().map(OsStr::new).collect::<Vec<_>>());
            assert!(code == Some(2) && said.contains("--english"), "{order:?}");
        }
    });
}

#[test]
fn a_check_that_hangs_is_named() {
    isolated(secs(120), || {
        // With no time at all, the first check that waits for anything counts as hung.
        let (code, said) = selftest(
            &["--patience", "0.00001", "--english"]
                .map(OsStr::new)
                .iter()
                .copied()
                .chain([library_file().as_os_str()])
                .collect::<Vec<_>>(),
        );
        assert_eq!(code, Some(3));
        assert!(said.contains("The check \"") && said.contains("\" hangs"));
    });
}

/// A component that fells its host while it loads, or never comes back from it.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn a_crash_and_a_hang_of_the_component_are_told() {
    isolated(secs(120), || {
        let folder = tempfile::tempdir().expect("a folder");
        let build = |name: &str, body: &str| {
            let [source, file] = ["c", "so"].map(|extension| folder.path().join(format!("{name}.{extension}")));
            fs::write(&source, format!("__attribute__((constructor)) static void start(void) {{ {body} }}\n"))
                .expect("written");
            let status =
                std::process::Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&file, &source]).status();
            assert!(status.expect("a C compiler").success());
            file
        };
        let (code, said) = selftest(&[build("crash", "*(volatile int *)0 = 1;").as_os_str()]);
        assert_eq!(code, Some(1));
        assert!(said.contains("Файл компоненты загружается") && said.contains("программа упала: сигнал 11"));

        let hang = build("hang", "for (;;) __builtin_ia32_pause();");
        let (code, said) = selftest(&[OsStr::new("--patience"), OsStr::new("0.02"), hang.as_os_str()]);
        assert_eq!(code, Some(3));
        assert!(said.contains("Зависла проверка «Файл компоненты загружается»"));
    });
}
