//! The configuration: what a platform would check at loading, every test of the data processor Тесты, and what the checks find.

use bsl::checks::Component;
use bsl::conf::{self, Configuration};
use bsl::run::Settings;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

const LIMIT: Duration = Duration::from_secs(60);

fn root() -> PathBuf {
    host::workspace().join("conf")
}

fn component() -> Component {
    Component::of(&host::Library::built())
}

#[test]
fn the_configuration_would_load() {
    let problems = conf::check(&root(), &component()).expect("a configuration");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Counts such as 1,000,000 tasks are small here; `bsl tests conf` runs them whole.
fn every_test(processes: bool, count: i64) {
    let conf = Configuration::load(&root()).expect("a configuration");
    let settings = Settings { processes, ..Settings::default() };
    let tell = |report: &conf::TestReport| println!("{}", report.in_words());
    let reports = conf::tests(&conf, "", Some(count), LIMIT, &settings, &host::library_file(), tell).expect("tests");
    let failed: Vec<_> = reports.iter().filter(|r| r.result.is_err()).map(conf::TestReport::in_words).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(reports.len() >= 13, "the seed's six and one for every class: only {}", reports.len());
}

#[test]
fn every_test_of_the_processor_passes() {
    every_test(false, 300);
}

#[test]
fn every_test_passes_with_jobs_in_processes() {
    every_test(true, 100);
}

/// Where errors are ignored, as OneScript does, the tests that wait for exceptions notice.
#[test]
fn tests_of_errors_notice_a_host_that_ignores_them() {
    let conf = Configuration::load(&root()).expect("a configuration");
    let settings = Settings { onescript: true, ..Settings::default() };
    let ran = conf::tests(&conf, "ТестОшибок", Some(10), LIMIT, &settings, &host::library_file(), |_| {});
    assert!(ran.expect("the test").iter().all(|report| report.result.is_err()));
}

/// The list that the form shows, and its buttons, are the tests that there are.
#[test]
fn the_form_offers_every_test() {
    let conf = Configuration::load(&root()).expect("a configuration");
    let mut names = conf::test_names(&conf).expect("tests");
    let mut listed = conf::listed_tests(&conf, &host::library_file()).expect("СписокТестов");
    let buttons = conf::commands(&conf, "Тесты").expect("a form");
    for name in &names {
        assert!(buttons.contains(name), "no button starts {name}");
    }
    names.sort();
    listed.sort();
    assert_eq!(listed, names);
}

/// jing says nothing, or what it says.
fn schema(root: &Path) -> Result<(), String> {
    let mut files = Vec::new();
    xml_files(root, &mut files);
    assert!(!files.is_empty());
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/dump.rnc");
    let ran = Command::new("jing").arg("-c").arg(schema).args(&files).output();
    let ran = ran.map_err(|e| format!("jing (ci/setup.sh test installs it): {e}"))?;
    if ran.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&ran.stdout).into_owned()) }
}

fn xml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            xml_files(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "xml") {
            found.push(entry);
        }
    }
}

#[test]
fn the_dump_fits_its_schema() {
    assert_eq!(schema(&root()), Ok(()));
    for (file, from, to, sign) in [
        ("CommonModules/ZeroMQ.xml", "<Server>true</Server>", "", "ExternalConnection"),
        ("Configuration.xml", "<Vendor>", "<Seller/><Vendor>", "Seller"),
        (FORM, "<ExtendedTooltip ", "<Extra/><ExtendedTooltip ", "Extra"),
    ] {
        let place = TempDir::new().expect("a folder");
        copy(&root(), place.path());
        let path = place.path().join(file);
        let text = fs::read_to_string(&path).expect("a file of conf");
        fs::write(&path, text.replacen(from, to, 1)).expect("written");
        let said = schema(place.path()).expect_err(file);
        assert!(said.contains(sign), "{file}: {said}");
    }
}

/// What the packing makes of conf/ for those who may not replace their configuration.
#[test]
fn the_extension_would_load() {
    const MAKE: &str =
        "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); import configuration, pathlib
for name, data in configuration.extension(configuration.sources()).items():
    path = pathlib.Path(sys.argv[2]) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)";
    let place = TempDir::new().expect("a folder");
    let python = std::env::var_os("ADDIN_ZEROMQ_PYTHON").unwrap_or_else(|| "python3".into());
    let tools = host::workspace().join("ci/cross");
    let made = Command::new(python).args(["-c", MAKE]).arg(tools).arg(place.path()).output().expect("Python");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let problems = conf::check(place.path(), &component()).expect("an extension");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(schema(place.path()), Ok(()));
}

/// `ci/bsl-mutations` breaks these places; it takes minutes, that they are still there is told at once.
#[test]
fn the_mutations_fit_the_modules() {
    let conf = Configuration::load(&root()).expect("a configuration");
    for mutation in conf::MUTATIONS {
        let file = conf.modules.iter().find(|file| file.name == mutation.module).expect(mutation.module);
        let count = file.text.matches(mutation.from).count();
        assert_eq!(count, 1, "{}: {}", mutation.module, mutation.from);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("conf").map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

const ZEROMQ: &str = "CommonModules/ZeroMQ/Ext/Module.bsl";
const JOBS: &str = "CommonModules/Задания/Ext/Module.bsl";
const OBJECT: &str = "DataProcessors/Тесты/Ext/ObjectModule.bsl";
const FORM: &str = "DataProcessors/Тесты/Forms/Форма/Ext/Form.xml";
const CODE: &str = "DataProcessors/Тесты/Forms/Форма/Ext/Form/Module.bsl";
const CLIENT: &str = "CommonModules/ZeroMQКлиент/Ext/Module.bsl";

/// The file, what stands there (its first place), what is put there, and what the check says.
const BROKEN: &[(&str, &str, &str, &str)] = &[
    (ZEROMQ, "КонецФункции", "КонецФункци", "синтаксическая ошибка"),
    (ZEROMQ, "\u{feff}", "", "нет BOM"),
    (ZEROMQ, "\r\n", "\n", "кончается не на CR LF"),
    (JOBS, "Сокет.Закрыть()", "Сокет.Закрыт()", "ZeroMQ.Rep: нет Закрыт"),
    (JOBS, "Сокет.Закрыть()", "Сокет.Закрыть(1)", "параметров 1, нужно от 0 до 0"),
    (JOBS, "ZeroMQ.Отправить(Сокет, Ответ)", "ZeroMQ.Отправть(Сокет, Ответ)", "нет метода Отправть"),
    (JOBS, "ZeroMQ.Отправить(Сокет, Ответ)", "ZeroMQ.Отправить(Сокет)", "Отправить: параметров 1"),
    (JOBS, "ZeroMQ.Отправить(Сокет, Ответ)", "ZeroMQ.КакДвоичныеДанные(Ответ)", "не Экспорт"),
    (JOBS, "СтрШаблон(", "СтрШаб(", "метод не определён: СтрШаб"),
    (JOBS, "Новый Массив", "Новый Масив", "тип не определён: Масив"),
    (
        JOBS,
        "Для Каждого КонечнаяТочка Из КонечныеТочки",
        "Для Каждого КонечнаяТочка Из Точки",
        "переменная не определена: Точки",
    ),
    (OBJECT, "НовыйОбъект(\"Info\")", "НовыйОбъект(\"Инфо\")", "нет класса"),
    (OBJECT, "Сведения.Изолированно", "Сведения.Изолирован", "ZeroMQ.Info: нет Изолирован"),
    (CODE, "\"Задания.ВыполнитьТест\"", "\"Задания.Выполнить\"", "нет экспортного метода Задания.Выполнить"),
    (CODE, "&НаСервереБезКонтекста", "&НаКлиенте", "на клиенте нет"),
    (CODE, "\"ПроверитьТест\"", "\"ПроверитТест\"", "обработчик ожидания: нет метода"),
    (CLIENT, "НачатьВызовПодключить", "НачатьВызовПодключит", "нет такого НачатьВызовПодключит"),
    (CLIENT, "\"ПослеУстановки\"", "\"ПослеУстановка\"", "нет экспортного метода ПослеУстановка"),
    (FORM, "<Action>ВыполнитьВсе<", "<Action>ВыполнитьВсё<", "нет метода ВыполнитьВсё"),
    (FORM, "<CommandName>Form.Command.ВыполнитьВсе<", "<CommandName>Form.Command.Нет<", "которой нет"),
    (FORM, "<DataPath>Количество<", "<DataPath>Число<", "такого реквизита нет"),
    (FORM, "id=\"12\"", "id=\"13\"", "номер 13 встречается"),
    (FORM, "</Form>", "</From>", "Form.xml"),
    ("CommonModules/ZeroMQ.xml", "version=\"2.16\"", "version=\"2.17\"", "версии выгрузки разные"),
    ("CommonModules/ZeroMQ.xml", "<Name>ZeroMQ<", "<Name>ZeroMQ2<", "а файл называется ZeroMQ"),
    ("CommonModules/Задания.xml", "uuid=\"", "uuid=\"x", "не идентификатор"),
    ("Configuration.xml", "<CommonModule>Задания<", "<CommonModule>Работы<", "Работы.xml"),
];

/// Each fault, put into a copy, is found.
#[test]
fn every_kind_of_fault_is_found() {
    let component = component();
    let mut unnoticed = Vec::new();
    for (file, from, to, sign) in BROKEN {
        let place = TempDir::new().expect("a folder");
        copy(&root(), place.path());
        let path = place.path().join(file);
        let text = fs::read_to_string(&path).expect("a file of conf");
        if !text.contains(from) {
            unnoticed.push(format!("{file} has no {from:?} any more"));
            continue;
        }
        fs::write(&path, text.replacen(from, to, 1)).expect("written");
        let found = conf::check(place.path(), &component).map_or_else(|e| e, |problems| problems.join("\n"));
        if !found.contains(sign) {
            unnoticed.push(format!("{file}: {from:?} → {to:?}: no {sign:?} in:\n{found}"));
        }
    }
    assert!(unnoticed.is_empty(), "{}", unnoticed.join("\n\n"));
}

#[test]
fn files_that_belong_to_nothing_are_found() {
    let place = TempDir::new().expect("a folder");
    copy(&root(), place.path());
    fs::copy(place.path().join("CommonModules/Задания.xml"), place.path().join("CommonModules/Лишний.xml"))
        .expect("a copy");
    fs::remove_file(place.path().join(CODE)).expect("removed");
    let found = conf::check(place.path(), &component()).map_or_else(|e| e, |problems| problems.join("\n"));
    for sign in ["Лишний.xml: файл не принадлежит", "повторяется", "нет файла"]
    {
        assert!(found.contains(sign), "no {sign:?} in:\n{found}");
    }
}
