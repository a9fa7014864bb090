//! A proof that the tests of Тесты can fail: each mutation breaks the logic of a module in one place, and some test must notice.

use crate::conf::{Configuration, tests};
use crate::run::Settings;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

const ZEROMQ: &str = "ОбщийМодуль.ZeroMQ";
const JOBS: &str = "ОбщийМодуль.Задания";

pub struct Mutation {
    pub what: &'static str,
    pub module: &'static str,
    /// A text that stands in the module once.
    pub from: &'static str,
    pub to: &'static str,
}

pub const MUTATIONS: &[Mutation] = &[
    Mutation {
        what: "последняя часть уходит дважды",
        module: ZEROMQ,
        from: "Для Номер = 0 По Последняя - 1 Цикл",
        to: "Для Номер = 0 По Последняя Цикл",
    },
    Mutation {
        what: "последняя часть не читается",
        module: ZEROMQ,
        from: "Для Номер = 0 По Количество - 1 Цикл",
        to: "Для Номер = 0 По Количество - 2 Цикл",
    },
    Mutation {
        what: "неотправленные части остаются",
        module: ZEROMQ,
        from: "Если Составное И Не Отправлено Тогда",
        to: "Если Ложь Тогда",
    },
    Mutation {
        what: "части остаются после отказа",
        module: ZEROMQ,
        from: "Если Составное Тогда\r\n\t\t\tОтброситьЧастиПослеОтказа",
        to: "Если Ложь Тогда\r\n\t\t\tОтброситьЧастиПослеОтказа",
    },
    Mutation {
        what: "отправка одним куском: задание не отменить",
        module: ZEROMQ,
        from: "Осталось = ?(Таймаут < 0, ДлинаДольки(), Таймаут);\r\n\tПока Не Сокет.Отправить(Данные, Мин(Осталось, ДлинаДольки())) Цикл",
        to: "Осталось = Таймаут;\r\n\tПока Не Сокет.Отправить(Данные, Таймаут) Цикл",
    },
    Mutation {
        what: "отправка кончается с первой долькой",
        module: ZEROMQ,
        from: "Если Осталось <= 0 Тогда\r\n\t\t\tВозврат Ложь;",
        to: "Если Осталось > 0 Тогда\r\n\t\t\tВозврат Ложь;",
    },
    Mutation {
        what: "двоичные данные пакета остаются в Base64",
        module: ZEROMQ,
        from: "Возврат Base64Значение(Часть.base64);",
        to: "Возврат Часть.base64;",
    },
    Mutation {
        what: "невидимый файл ipc не замечен",
        module: ZEROMQ,
        from: "Возврат Файл.Существует();",
        to: "Возврат Истина;",
    },
    Mutation {
        what: "ошибка после просрочки ставит задачу дважды",
        module: ZEROMQ,
        from: "Если Задача.Исполнитель = Отчет.Имя И Раздача.Выполняются.Получить(Задача.Номер) <> Неопределено Тогда",
        to: "Если Задача.Исполнитель = Отчет.Имя Тогда",
    },
    Mutation {
        what: "ожидание одним куском: задание не отменить",
        module: ZEROMQ,
        from: "Долька = ?(Таймаут < 0, ДлинаДольки(), Мин(Осталось, ДлинаДольки()));",
        to: "Долька = Осталось;",
    },
    Mutation {
        what: "ожидание не кончается",
        module: ZEROMQ,
        from: "Если Таймаут >= 0 И Осталось = 0 Тогда",
        to: "Если Таймаут >= 0 И Осталось < 0 Тогда",
    },
    Mutation {
        what: "JSON с переносами строк",
        module: ZEROMQ,
        from: "ПереносСтрокJSON.Нет",
        to: "ПереносСтрокJSON.Авто",
    },
    Mutation {
        what: "текст ошибки компоненты теряется",
        module: ZEROMQ,
        from: "Если Не ПустаяСтрока(Текст) Тогда",
        to: "Если ПустаяСтрока(Текст) Тогда",
    },
    Mutation {
        what: "выбирается не самый быстрый адрес",
        module: ZEROMQ,
        from: "Если Сведения.Экземпляр = Адреса.Экземпляр Тогда",
        to: "Если Сведения.Экземпляр <> Адреса.Экземпляр Тогда",
    },
    Mutation {
        what: "компонента подключается изолированно",
        module: ZEROMQ,
        from: "ТипПодключенияВнешнейКомпоненты.НеИзолированно",
        to: "ТипПодключенияВнешнейКомпоненты.Изолированно",
    },
    Mutation {
        what: "отпущенные исполнители не считаются",
        module: ZEROMQ,
        from: "Раздача.Остановлено = Раздача.Остановлено + 1;",
        to: "Раздача.Остановлено = Раздача.Остановлено;",
    },
    Mutation {
        what: "исполнителей отпускают, пока задачи ещё выполняются",
        module: ZEROMQ,
        from: "Если Раздача.Остановлена Или Раздача.Закончена И Раздача.Незавершенных = 0 Тогда",
        to: "Если Раздача.Остановлена Или Раздача.Закончена Тогда",
    },
    Mutation {
        what: "ошибочная задача выдаётся на раз больше",
        module: ZEROMQ,
        from: "Если Задача.Попытка >= Раздача.КоличествоПопыток Тогда",
        to: "Если Задача.Попытка > Раздача.КоличествоПопыток Тогда",
    },
    Mutation {
        what: "задача пропавшего исполнителя не выдаётся снова",
        module: ZEROMQ,
        from: "Если Сейчас - КлючИЗначение.Значение.Выдана > Раздача.ТаймаутЗадачи Тогда",
        to: "Если Ложь Тогда",
    },
    Mutation {
        what: "первая задача выдаётся дважды",
        module: ZEROMQ,
        from: "Возврат Раздача.Задачи[Раздача.Выдано - 1];",
        to: "Возврат Раздача.Задачи[Макс(Раздача.Выдано - 2, 0)];",
    },
    Mutation {
        what: "счёт незавершённых задач не ведётся",
        module: ZEROMQ,
        from: "Раздача.Незавершенных = Раздача.Незавершенных - 1;",
        to: "Раздача.Незавершенных = Раздача.Незавершенных;",
    },
    Mutation {
        what: "звено конвейера прибавляет два",
        module: JOBS,
        from: "Задача.Число = Задача.Число + 1;",
        to: "Задача.Число = Задача.Число + 2;",
    },
    Mutation {
        what: "сервер не уходит на «Стоп»",
        module: JOBS,
        from: "Если Первая = \"Стоп\" Тогда",
        to: "Если Первая = \"Конец\" Тогда",
    },
];

/// Runs the tests against each mutation; the table in Markdown, and the mutations that nothing noticed.
///
/// # Errors
/// The configuration cannot be read, or a mutation no longer fits its module.
pub fn mutations(root: &Path, library: &Path, mut tell: impl FnMut(&str)) -> Result<(String, Vec<String>), String> {
    let mut table = String::from("| Что испорчено | Модуль | Кто заметил |\n|---|---|---|\n");
    let mut unnoticed = Vec::new();
    for mutation in MUTATIONS {
        let mut conf = Configuration::load(root)?;
        let file = conf.modules.iter_mut().find(|file| file.name == mutation.module);
        let file = file.ok_or_else(|| format!("нет модуля {}", mutation.module))?;
        if file.text.matches(mutation.from).count() != 1 {
            return Err(format!("{}: текст должен стоять в модуле один раз: {}", mutation.module, mutation.from));
        }
        file.text = file.text.replacen(mutation.from, mutation.to, 1);
        let caught = caught(&conf, library)?;
        let who = caught.clone().unwrap_or_else(|| "**никто**".into());
        tell(&format!("{}: {who}", mutation.what));
        let _ =
            writeln!(table, "| {} | `{}` | {who} |", mutation.what, mutation.module.replacen("ОбщийМодуль.", "", 1));
        if caught.is_none() {
            unnoticed.push(mutation.what.to_owned());
        }
    }
    Ok((table, unnoticed))
}

/// Names of the tests that fail, one after another as they are found; the first is enough.
fn caught(conf: &Configuration, library: &Path) -> Result<Option<String>, String> {
    let limit = Duration::from_secs(20);
    for name in tests::test_names(conf)? {
        let reports = tests::tests(conf, &name, Some(100), limit, &Settings::default(), library, |_| {})?;
        if let Some(failed) = reports.iter().find(|report| report.result.is_err()) {
            return Ok(Some(format!("`{}`", failed.name)));
        }
    }
    Ok(None)
}
