//! The file and what it offers.

use super::Check;
use crate::bench::{Bench, call, text};
use crate::report::{Outcome, Verdict};
use host::{Library, Value};

pub const FIRST: Check = (("Файл компоненты загружается", "The component's file loads"), load);

pub const TABLE: &[Check] = &[
    (("Подключение: уровень и вид", "Attaching: level and kind"), attaching),
    (("Имена классов", "Names of the classes"), class_names),
    (("Каждый класс под обоими именами", "Every class under both names"), both_names),
    (("Методы и свойства на двух языках", "Methods and properties in both languages"), members),
    (("ZeroMQ.Info", "ZeroMQ.Info"), info),
];

const CLASSES: [&str; 17] = [
    "Req", "Rep", "Pub", "Sub", "Push", "Pull", "Dealer", "Router", "Pair", "XPub", "XSub", "Stream", "Info", "Poller",
    "Curve", "Auth", "Proxy",
];

fn load(bench: &Bench) -> Outcome {
    let size = std::fs::metadata(&bench.file).map_err(|e| format!("{}: {e}", bench.file.display()))?.len();
    let library = Library::load(&bench.file).map_err(|words| format!("{words}{}", hint(bench, &words)))?;
    bench.hold(library);
    Ok(Verdict::Well(format!("{} KiB", size / 1024)))
}

/// What the loader's own words mean for the owner of the machine.
fn hint(bench: &Bench, words: &str) -> String {
    let meaning = if words.contains("wrong ELF class") || words.contains("(os error 193)") {
        ("разрядность файла не та, что у этой программы", "the file is for another architecture than this program")
    } else if words.contains("GLIBC_") {
        ("система старше, чем нужно компоненте", "the system is older than the component needs")
    } else if words.contains("(os error 126)") || words.contains("cannot open shared object file") {
        ("файла или нужной ему системной библиотеки нет", "the file, or a system library that it needs, is missing")
    } else if words.contains("failed to map segment") {
        ("каталог подключён с noexec, или загрузку запретила защита", "the folder is noexec, or loading is forbidden")
    } else if words.contains("invalid ELF header") || words.contains("file too short") {
        ("это не библиотека, или файл повреждён", "this is no library, or the file is damaged")
    } else {
        return String::new();
    };
    format!(" ({})", bench.language.say(meaning))
}

fn attaching(bench: &Bench) -> Outcome {
    let (level, kind) = (bench.library().set_platform_capabilities(3), bench.library().attach_type());
    if level != 3 || !(1..=3).contains(&kind) {
        return Err(format!("SetPlatformCapabilities = {level}, GetAttachType = {kind}"));
    }
    Bench::well()
}

fn class_names(bench: &Bench) -> Outcome {
    let names = bench.library().class_names();
    // Each twice, and the component's own.
    if names.len() != 2 * CLASSES.len() + 1 || names.iter().any(|n| n.is_empty() || n.contains('.')) {
        return Err(names.join("|"));
    }
    Ok(Verdict::Well(names.len().to_string()))
}

fn both_names(bench: &Bench) -> Outcome {
    let both = CLASSES.iter().flat_map(|class| [format!("ZeroMQ.{class}"), format!("ZeroMQ{class}")]);
    for name in both.chain(["ZeroMQ".to_owned()]) {
        let object = bench.make(&name);
        let version = object.slots().get_info();
        if version < 1000 || !text(&object, "LastError")?.is_empty() {
            return Err(format!("{name}: GetInfo = {version}, LastError = {}", object.last_error()));
        }
    }
    Bench::well()
}

fn members(bench: &Bench) -> Outcome {
    let mut count = 0;
    for class in CLASSES {
        let object = bench.make(&format!("ZeroMQ.{class}"));
        let slots = object.slots();
        for n in 0..i32::try_from(slots.n_methods()).unwrap_or(0) {
            for alias in [0, 1] {
                let name = slots.method_name(n, alias).ok_or(format!("{class}: GetMethodName({n}, {alias})"))?;
                if slots.find_method(&name) != i64::from(n) || slots.find_method(&name.to_uppercase()) != i64::from(n) {
                    return Err(format!("{class}.{name}"));
                }
            }
            count += 1;
        }
        for n in 0..i32::try_from(slots.n_props()).unwrap_or(0) {
            for alias in [0, 1] {
                let name = slots.prop_name(n, alias).ok_or(format!("{class}: GetPropName({n}, {alias})"))?;
                if slots.find_prop(&name) != i64::from(n) || slots.find_prop(&name.to_uppercase()) != i64::from(n) {
                    return Err(format!("{class}.{name}"));
                }
            }
            count += 1;
        }
    }
    if count < 7 * 2 { Err(count.to_string()) } else { Ok(Verdict::Well(count.to_string())) }
}

fn info(bench: &Bench) -> Outcome {
    let [one, two] = ["ZeroMQ.Info", "ZeroMQInfo"].map(|name| bench.make(name));
    let (addin, zmq) = (text(&one, "VersionAddin")?, text(&one, "VersionZeroMQ")?);
    let instance = text(&one, "Instance")?;
    let guid = instance.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && instance.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
    if !guid || instance != text(&two, "Экземпляр")? {
        return Err(format!("Instance = {instance}, {}", text(&two, "Экземпляр")?));
    }
    let id = one.get("ProcessId").map_err(|e| e.to_string())?;
    if (id.number() - f64::from(std::process::id())).abs() > 0.5 {
        return Err(format!("ProcessId = {} ≠ {}", id.brief(), std::process::id()));
    }
    // The test host says that it does not isolate.
    if one.get("Isolated").map_err(|e| e.to_string())? != Value::Bool(false) {
        return Err("Isolated".into());
    }
    if call(&one, "НетТакогоМетода", &[]).is_ok() || !addin.contains('.') || !zmq.starts_with("4.") {
        return Err(format!("{addin}, {zmq}"));
    }
    Ok(Verdict::Well(format!("addin-zeromq {addin}, ZeroMQ {zmq}")))
}
