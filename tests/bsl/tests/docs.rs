//! Every block of BSL in README and docs, and that the protocol lets nothing pass.

use bsl::conf::Configuration;
use bsl::docs::{self, PageReport};
use bsl::run::Settings;
use std::fs;
use std::path::{Path, PathBuf};

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("docs").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            pages(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "md") {
            found.push(entry);
        }
    }
}

fn run(file: &str, text: &str) -> PageReport {
    let conf = Configuration::load(&host::workspace().join("conf")).expect("a configuration");
    let modules = conf.server_modules().expect("modules").common;
    docs::run(file, text, &Settings::default(), &host::library_file(), &modules)
}

#[test]
fn every_block_of_the_documentation_runs() {
    let root = host::workspace();
    let mut files = vec![root.join("README.md"), root.join("README.en.md")];
    pages(&root.join("docs"), &mut files);
    files.sort();
    let (mut executed, mut checked, mut problems) = (0, 0, Vec::new());
    for file in files {
        let name = file.strip_prefix(root).expect("inside").display().to_string();
        let report = run(&name, &fs::read_to_string(&file).expect("a page"));
        executed += report.executed;
        checked += report.checked.len();
        if report.executed + report.checked.len() > 0 || report.problem.is_some() {
            print!("{}", report.in_words());
        }
        problems.extend(report.problem);
    }
    println!("всего выполнено {executed}, только проверено {checked}");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(executed > 30, "only {executed} blocks were found");
}

/// Each page here must fail with these words, or nothing that a page says is believed.
#[test]
fn a_wrong_page_fails() {
    for (page, sign) in [
        ("```bsl\nСообщить(1\n```", "страница.md:2"),
        ("```bsl\nА = Б;\n```", "переменная Б"),
        ("```bsl\nА = 1;\n```\n<!-- bsl: output -->\n```text\n1\n```", "а в документе"),
        ("<!-- bsl: raises -->\n```bsl\nА = 1;\n```", "исключения не было"),
        ("<!-- bsl: raises EFSM -->\n```bsl\nВызватьИсключение \"а\";\n```", "не от компоненты"),
        (
            "<!-- bsl: client -->\n```bsl\nС = Новый(\"AddIn.А.ZeroMQ.Req\"); С.НачатьВызовНет(1);\n```",
            "НачатьВызовНет",
        ),
        ("<!-- bsl: client -->\n```bsl\nС = Новый(\"AddIn.А.ZeroMQ.Rex\");\n```", "нет класса"),
        ("<!-- bsl: check: почему -->\n```bsl\nС = Новый(\"AddIn.А.ZeroMQ.Pub\"); С.Получить();\n```", "нет Получить"),
        ("<!-- bsl: job -->\n```bsl\nВызватьИсключение \"из задания\";\n```\n```bsl\nА = 1;\n```", "из задания"),
        ("<!-- bsl: part -->\n```bsl\nА = 1;\n```", "после part"),
        ("```bsl\nА = 1;\n```\n<!-- bsl: fresh -->\n```bsl\nСообщить(А);\n```", "переменная А"),
    ] {
        let report = run("страница.md", page);
        let problem = report.problem.unwrap_or_default();
        assert!(problem.contains(sign), "{page}\n{problem}");
    }
    let reference = run("reference.md", "```bsl\nСокет.Подписаться(1); Сокет.ОтправитьКому(1, 1);\n```");
    assert!(reference.problem.unwrap_or_default().contains("нет класса"));
}

/// One page with every mark.
#[test]
fn the_protocol_as_written() {
    let page = r#"
<!-- bsl: module Общий -->
```bsl
Функция Имя() Экспорт
	Возврат "Обмен";
КонецФункции
```
<!-- bsl: job -->
```bsl
ПодключитьВнешнююКомпоненту(Компонента, "Обмен", ТипВнешнейКомпоненты.Native,
	ТипПодключенияВнешнейКомпоненты.НеИзолированно);
Сервер = Новый("AddIn." + Общий.Имя() + ".ZeroMQ.Rep");
Сервер.Привязать("tcp://*:5555");
Сервер.Отправить(Сервер.Получить());
```
<!-- bsl: part -->
```bsl
Процедура Подключить()
	ПодключитьВнешнююКомпоненту("ОбщийМакет.ZeroMQ", "Обмен", ТипВнешнейКомпоненты.Native,
```
```bsl
		ТипПодключенияВнешнейКомпоненты.НеИзолированно);
КонецПроцедуры
```
```bsl
Подключить();
Клиент = Новый("AddIn.Обмен.ZeroMQ.Req");
Клиент.Подключить("tcp://server:5555");
Клиент.Отправить(ПолучитьДвоичныеДанныеИзСтроки("эхо"));
Сообщить(ПолучитьСтрокуИзДвоичныхДанных(Клиент.Получить()) + 1234);
Сообщить(Клиент.ПоследняяКонечнаяТочка);
```
<!-- bsl: output -->
```text
эхо1 234
tcp://127.0.0.1:5555
```
<!-- bsl: raises EFSM -->
```bsl
Клиент.Получить();
```
<!-- bsl: client -->
```bsl
Клиент = Новый("AddIn.Обмен.ZeroMQ.Req");
Ждать Клиент.ПодключитьАсинх("tcp://server:5555");
```
<!-- bsl: check: нужна БСП -->
```bsl
ОбщегоНазначения.ПодключитьКомпонентуИзМакета("ZeroMQ", "ОбщийМакет.ZeroMQ", Ложь);
```
"#;
    let report = run("страница.md", page);
    assert_eq!(report.problem, None);
    assert_eq!(report.executed, 5);
    let reasons: Vec<_> = report.checked.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(reasons, ["нужна клиентская платформа", "нужна БСП"]);
}
