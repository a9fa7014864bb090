//! Background jobs, as threads and as processes: one script, the same answers.

use bsl::run::{Settings, World};
use bsl::script;
use bsl::syntax::{Names, Source, Target, module};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const MODULE: &str = r#"
Процедура Сложить(А, Б) Экспорт
	Сообщить("сумма " + (А + Б));
КонецПроцедуры

Процедура Упасть(Данные) Экспорт
	ВызватьИсключение "не вышло: " + Данные.Имя + ПолучитьСтрокуИзДвоичныхДанных(Данные.Байты);
КонецПроцедуры

Процедура Крутиться() Экспорт
	Попытка
		Пока Истина Цикл
		КонецЦикла;
	Исключение
		Сообщить("отмену не ловят");
	КонецПопытки;
КонецПроцедуры

Процедура Положить(Адрес) Экспорт
	ПоместитьВоВременноеХранилище(Новый Структура("Ответ", 42), Адрес);
КонецПроцедуры

Процедура Ответить(КонечнаяТочка) Экспорт
	ПодключитьВнешнююКомпоненту("ОбщийМакет.ZeroMQ", "Обмен", ТипВнешнейКомпоненты.Native,
		ТипПодключенияВнешнейКомпоненты.НеИзолированно);
	Сокет = Новый("AddIn.Обмен.ZeroMQ.Rep");
	Сокет.Подключить(КонечнаяТочка);
	Запрос = Сокет.Получить();
	Сокет.Отправить(Запрос);
	Сокет.Закрыть();
КонецПроцедуры

Процедура Исчезнуть() Экспорт
	НетТакого();
КонецПроцедуры

Процедура Внутренняя()
КонецПроцедуры
"#;

const SCRIPT: &str = r#"
Параметры = Новый Массив;
Параметры.Добавить(2);
Параметры.Добавить(40);
Задание = ФоновыеЗадания.Выполнить("Работы.Сложить", Параметры, "ключ", "сложение");
Снимок = Задание.Состояние;
Итог = Задание.ОжидатьЗавершенияВыполнения(20);
Сообщить("" + Снимок + " " + Задание.Состояние + " " + Итог.Состояние);
Сообщить(Итог.ПолучитьСообщенияПользователю()[0].Текст);
Найдено = ФоновыеЗадания.НайтиПоУникальномуИдентификатору(Задание.УникальныйИдентификатор);
Сообщить("" + (Найдено.Состояние = СостояниеФоновогоЗадания.Завершено) + " " + Найдено.Наименование);

Параметры.Очистить();
Параметры.Добавить(Новый Структура("Имя, Байты", "ё", ПолучитьДвоичныеДанныеИзСтроки("!")));
Итог = ФоновыеЗадания.Выполнить("Работы.Упасть", Параметры).ОжидатьЗавершенияВыполнения(20);
Сообщить("" + Итог.Состояние + " " + Итог.ИнформацияОбОшибке.Описание + " " + Итог.ИнформацияОбОшибке.НомерСтроки);

Долгое = ФоновыеЗадания.Выполнить("Работы.Крутиться", , "занято");
Попытка
	ФоновыеЗадания.Выполнить("Работы.Крутиться", , "занято");
Исключение
	Сообщить(ИнформацияОбОшибке().Описание);
КонецПопытки;
Сообщить(Долгое.ОжидатьЗавершенияВыполнения(0.2).Состояние);
Параметры.Очистить();
Параметры.Добавить(ПоместитьВоВременноеХранилище(Неопределено));
Оба = Новый Массив;
Оба.Добавить(Долгое);
Оба.Добавить(ФоновыеЗадания.Выполнить("Работы.Положить", Параметры));
Оба = ФоновыеЗадания.ОжидатьЗавершенияВыполнения(Оба, 20);
Сообщить("" + Оба[0].Состояние + " " + Оба[1].Состояние + " " + ПолучитьИзВременногоХранилища(Параметры[0]).Ответ);
Отбор = Новый Структура("Состояние", СостояниеФоновогоЗадания.Активно);
Сообщить(ФоновыеЗадания.ПолучитьФоновыеЗадания(Отбор).Количество());
Долгое.Отменить();
Сообщить("" + Долгое.ОжидатьЗавершенияВыполнения(20).Состояние + " " + ФоновыеЗадания.ПолучитьФоновыеЗадания(Отбор).Количество());

ПодключитьВнешнююКомпоненту("ОбщийМакет.ZeroMQ", "Обмен", ТипВнешнейКомпоненты.Native,
	ТипПодключенияВнешнейКомпоненты.НеИзолированно);
Клиент = Новый("AddIn.Обмен.ZeroMQ.Req");
Клиент.Привязать("tcp://127.0.0.1:*");
Параметры.Очистить();
Параметры.Добавить(Клиент.ПоследняяКонечнаяТочка);
Задание = ФоновыеЗадания.Выполнить("Работы.Ответить", Параметры);
Клиент.Отправить(ПолучитьДвоичныеДанныеИзСтроки("через задание"));
Сообщить(ПолучитьСтрокуИзДвоичныхДанных(Клиент.Получить()));
Сообщить(Задание.ОжидатьЗавершенияВыполнения(20).Состояние);
Для Каждого Имя Из СтрРазделить("Работы.Внутренняя,Работы.Нет,Нет.Нет,Сложить", ",") Цикл
	Попытка
		ФоновыеЗадания.Выполнить(Имя);
		Сообщить("выполнено");
	Исключение
		Сообщить(Лев(ИнформацияОбОшибке().Описание, 6));
	КонецПопытки;
КонецЦикла;
Параметры.Очистить();
Параметры.Добавить(Клиент);
Попытка
	ФоновыеЗадания.Выполнить("Работы.Положить", Параметры);
Исключение
	Сообщить(ИнформацияОбОшибке().Описание);
КонецПопытки;
"#;

const SAID: &str = "Активно Активно Завершено
сумма 42
Да сложение
ЗавершеноАварийно не вышло: ё! 7
Задание с такими значениями ключа уже выполняется
Активно
Активно Завершено 42
1
Отменено 0
через задание
Завершено
Метод 
Метод 
Метод 
Метод 
Передача значения типа AddIn.Обмен.ZeroMQ.Req в другой сеанс невозможна";

fn run(text: &'static str, processes: bool) -> (Result<(), String>, String) {
    let said = Arc::new(Mutex::new(Vec::new()));
    let heard = said.clone();
    let world = World::new(Settings { processes, ..Settings::default() }, move |said| {
        if !said.from_job {
            heard.lock().expect("nobody panics").push(said.text.to_owned());
        }
    });
    world.set_template("ОбщийМакет.ZeroMQ", &host::library_file());
    let source = Source {
        name: "ОбщийМодуль.Работы", file: "Работы", text: MODULE, target: Target::Server
    };
    world.add_module(Arc::new(module(&source, &mut Names::default()).expect("a module")));
    let end = script::within(Duration::from_secs(60), &world, move |world| {
        script::run_text(world, "сценарий", text)?;
        script::finish_jobs(world, Duration::from_secs(20))
    });
    let said = said.lock().expect("nobody panics").join("\n");
    (end, said)
}

#[test]
fn jobs_in_threads() {
    assert_eq!(run(SCRIPT, false), (Ok(()), SAID.into()));
}

#[test]
fn jobs_in_processes() {
    assert_eq!(run(SCRIPT, true), (Ok(()), SAID.into()));
}

/// A job that ends by what the runner does not know fails the run, whatever the script makes of it.
#[test]
fn what_a_job_does_not_know_is_not_lost() {
    let (end, _) = run(r#"ФоновыеЗадания.Выполнить("Работы.Исчезнуть").ОжидатьЗавершенияВыполнения(20);"#, false);
    let text = end.expect_err("НетТакого");
    assert!(text.contains("исполнителю неизвестно: метод НетТакого"), "{text}");
}

/// Jobs left running are ended: a thread at its next statement, a process at once.
#[test]
fn no_job_outlives_the_run() {
    for processes in [false, true] {
        let began = Instant::now();
        let (end, _) = run(r#"ФоновыеЗадания.Выполнить("Работы.Крутиться");"#, processes);
        assert_eq!(end, Ok(()));
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    }
}

#[test]
fn a_run_ends_in_time() {
    let world = World::new(Settings::default(), |_| {});
    let end = script::within(Duration::from_millis(300), &world, |world| {
        script::run_text(world, "сценарий", "Пока Истина Цикл КонецЦикла;")
    });
    assert!(end.expect_err("it never ends").contains("не закончено"));
}

/// The runner is killed outright: its jobs' processes end by themselves, whatever they do.
#[test]
#[cfg(target_os = "linux")]
fn a_killed_runner_leaves_no_process() {
    let place = tempfile::TempDir::new().expect("a folder");
    let script = place.path().join("сценарий.bsl");
    let module = place.path().join("Работы.bsl");
    std::fs::write(&module, MODULE).expect("written");
    std::fs::write(&script, "ФоновыеЗадания.Выполнить(\"Работы.Крутиться\");\nПока Истина Цикл КонецЦикла;")
        .expect("written");
    let mut runner = host::command(&host::program("bsl"));
    runner.args(["run", "--processes", "--module"]).arg(&module).arg(&script);
    let mut runner = runner.env(host::LIBRARY_VARIABLE, host::library_file()).spawn().expect("the runner");
    let tasks = format!("/proc/{}/task", runner.id());
    let mut job = String::new();
    let found = host::wait_until(Duration::from_secs(20), || {
        let threads = std::fs::read_dir(&tasks).into_iter().flatten().flatten();
        let mut all = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
        job = all.find(|ids| !ids.trim().is_empty()).unwrap_or_default().trim().to_owned();
        !job.is_empty()
    });
    assert!(found, "no process of a job was seen");
    runner.kill().expect("killed");
    runner.wait().expect("waited for");
    let gone = host::wait_until(Duration::from_secs(10), || {
        // A zombie of whoever adopted it counts as gone.
        let status = std::fs::read_to_string(format!("/proc/{job}/status")).unwrap_or_default();
        status.is_empty() || status.contains("State:\tZ")
    });
    if !gone {
        let _ = std::process::Command::new("kill").args(["-9", &job]).status();
        panic!("process {job} of a job outlives its runner");
    }
}
