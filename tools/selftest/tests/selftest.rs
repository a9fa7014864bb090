//! The self-test that goes out with a release: what it says of a good file, a bad one, one that hangs, one that crashes.

use host::{command, end_in_words, isolated, library_file, patient, program, secs, wait};
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// The exit code and all that it said; with a folder for temporary files in which nothing but a report is left.
fn run(file: &Path, args: &[&OsStr]) -> (Option<i32>, String) {
    let temp = tempfile::Builder::new().prefix("st").tempdir().expect("a folder");
    let mut order = in_temp(file, temp.path());
    order.args(args);
    let (code, said) = finish(&mut order);
    if code == Some(2) {
        assert_eq!(left_in(temp.path()).len(), 0);
    } else {
        the_report_alone_is_left(temp.path(), &said);
    }
    (code, said)
}

fn in_temp(file: &Path, temp: &Path) -> Command {
    let mut order = command(file);
    order.envs(["TEMP", "TMP", "TMPDIR"].map(|name| (name, temp)));
    order
}

fn left_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path()).collect()
}

fn the_report_alone_is_left(temp: &Path, said: &str) {
    let left = left_in(temp);
    let [report] = &left[..] else { panic!("{left:?}") };
    let name = report.file_name().expect("a name").to_string_lossy();
    assert!(name.starts_with("addin-selftest-report-") && name.ends_with(".txt"), "{name}");
    assert!(said.contains(&*report.to_string_lossy()), "{}", report.display());
    let kept = fs::read_to_string(report).expect("the report");
    assert!(!kept.is_empty() && said.starts_with(&kept), "{kept}");
}

/// The exit code and all that it said.
fn finish(order: &mut Command) -> (Option<i32>, String) {
    order.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
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
            assert!(checks.len() >= 50, "only {} checks", checks.len());
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
        assert_eq!(code, Some(4));
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

        // As an abort() ends on Windows, and as no end of the program itself.
        let three = build("three", "extern void _exit(int) __attribute__((noreturn)); _exit(3);");
        let (code, said) = selftest(&[three.as_os_str()]);
        assert_eq!(code, Some(1));
        assert!(said.contains("программа упала: код 3"));

        let hang = build("hang", "for (;;) __builtin_ia32_pause();");
        let (code, said) = selftest(&[OsStr::new("--patience"), OsStr::new("0.02"), hang.as_os_str()]);
        assert_eq!(code, Some(4));
        assert!(said.contains("Зависла проверка «Файл компоненты загружается»"));
    });
}

/// Socket files have few bytes for their paths.
#[test]
#[cfg(unix)]
fn a_long_temporary_folder_is_no_fault_of_the_component() {
    isolated(secs(1200), || {
        let root = tempfile::Builder::new().prefix("st").tempdir_in("/tmp").expect("a folder");
        let of_length = |bytes: usize| {
            let folder = root.path().join("b".repeat(bytes - root.path().as_os_str().len() - 1));
            fs::create_dir(&folder).expect("a folder");
            folder
        };
        // The longest that has room for all, the longest that has room for ipc://*, and one more.
        for (bytes, absent) in [(72, 0), (90, 0), (91, 1)] {
            let temp = of_length(bytes);
            let (code, said) = finish(in_temp(&program("addin-selftest"), &temp).arg(library_file()));
            assert_eq!(code, Some(0), "{bytes}");
            the_report_alone_is_left(&temp, &said);
            assert_eq!(absent_of_50(&said).len(), absent, "{bytes}");
            assert!(absent == 0 || said.contains("путь длиннее, чем позволяет AF_UNIX: 108 байт, а можно 107"));
        }
        // Where no nearer folder can be had, as on Windows: every check over ipc.
        let temp = of_length(120);
        let mut order = in_temp(&program("addin-selftest"), &temp);
        let (code, said) = finish(order.env("ADDIN_SELFTEST_FOLDER", &temp).arg("--english").arg(library_file()));
        assert_eq!(code, Some(0));
        let absent = absent_of_50(&said);
        assert_eq!(absent.len(), 12);
        assert!(absent.iter().all(|check| check.contains("too long for AF_UNIX") && check.contains("limit is 107")));
    });
}

/// Of all the checks those that the system does not support.
#[cfg(unix)]
fn absent_of_50(said: &str) -> Vec<&str> {
    let mut checks = checks(said);
    assert_eq!(checks.len(), 50);
    checks
        .retain(|check| check.contains("НЕ ПОДДЕРЖИВАЕТСЯ СИСТЕМОЙ") || check.contains("NOT SUPPORTED BY THIS SYSTEM"));
    checks
}

#[test]
fn a_report_that_is_not_written_is_not_announced() {
    isolated(secs(120), || {
        let temp = tempfile::tempdir().expect("a folder");
        let missing = temp.path().join("нет");
        let told = |order: &mut Command, why: &str| {
            let (code, said) = finish(order.arg(&missing));
            assert_eq!(code, Some(1));
            assert!(said.contains(why) && !said.contains("Отчёт сохранён"), "{why}");
            assert!(left_in(temp.path()).is_empty());
        };
        // No process for the checks.
        let mut alone = in_temp(&program("addin-selftest"), temp.path());
        told(alone.env("ONEC_HOST_RUNNER", &missing), "Отчёт не сохранён: проверки не запускаются");
        // The folder is not there; the checks take another, where the system has one.
        let mut nowhere = in_temp(&program("addin-selftest"), &missing);
        let why =
            if cfg!(unix) { format!("Отчёт не сохранён: {}", missing.display()) } else { "FAIL".into() };
        told(&mut nowhere, &why);
    });
}

/// Where this user may not mount, the decision's own test in the program stands for this one.
#[test]
#[cfg(target_os = "linux")]
fn a_noexec_temporary_folder_is_no_fault_of_the_component() {
    isolated(secs(600), || {
        let temp = tempfile::Builder::new().prefix("st").tempdir_in("/tmp").expect("a folder");
        let mounted = |rights: &[&str], order: &Command| {
            let script = "mount -t tmpfs -o noexec tmpfs \"$TMPDIR\" && exec \"$@\"";
            let mut whole = Command::new("unshare");
            whole.args(rights).args(["sh", "-c", script, "sh"]).arg(order.get_program()).args(order.get_args());
            whole.envs(order.get_envs().filter_map(|(name, value)| Some((name, value?))));
            whole.env("TMPDIR", temp.path());
            finish(&mut whole)
        };
        if std::env::var_os("ONEC_HOST_RUNNER").is_some() {
            println!("NOT TRIED: an emulator reads code as data, noexec does not hinder it");
            return;
        }
        let ways = [&["--mount"][..], &["--map-root-user", "--mount"]];
        let Some(rights) = ways.into_iter().find(|rights| mounted(rights, &Command::new("true")).0 == Some(0)) else {
            println!("NOT TRIED: unshare and mount are not for this user");
            return;
        };
        for (language, noexec) in [(None, "подключён с noexec"), (Some("--english"), "mounted noexec")] {
            let mut order = command(&program("addin-selftest"));
            order.args(language).arg(library_file());
            let (code, said) = mounted(rights, &order);
            assert_eq!(code, Some(0));
            let absent = absent_of_50(&said);
            assert_eq!(absent.len(), 3);
            assert!(absent.iter().all(|check| check.contains(noexec)));
        }
    });
}
