//! ZeroMQ.Info: the component and its process.

use super::{capabilities, statistics};
use crate::background::log;
use crate::native_api::{Reply, Surroundings};
use crate::schema::{ClassSet, Error, Family, Me, Method, NoOptions, Property, required};
use crate::zmq;
use std::process;
use std::sync::OnceLock;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// The family's one class.
pub const ONLY: ClassSet = ClassSet(1);

/// Holds nothing: all that it tells belongs to the library or the process.
pub struct Info;

impl Info {
    pub fn new(_: ClassSet, _: Surroundings, _: Me<Self>) -> Self {
        Self
    }
}

/// Made at the first question; a library that is loaded anew makes another.
fn instance() -> &'static str {
    static INSTANCE: OnceLock<[u8; Hyphenated::LENGTH]> = OnceLock::new();
    let text = INSTANCE.get_or_init(|| {
        let mut text = [0; Hyphenated::LENGTH];
        Uuid::new_v4().hyphenated().encode_lower(&mut text);
        text
    });
    str::from_utf8(text).unwrap_or_default()
}

type M = Method<Info>;
type P = Property<Info>;

#[rustfmt::skip]
const METHODS: &[M] = &[
    M::function("Has", "Поддерживает", ONLY, |_, call| { let has = capabilities::has(call.argument()?)?; call.answer(Reply::Bool(has)) })
        .takes(&[required::<&[u16]>("Capability", "Возможность")])
        .doc("Есть ли возможность: `curve`, `ipc`, `ws`, `wss`, `pgm`, `norm`, `tipc`, `vmci`, `gssapi`, `draft` — собрана ли с нею libzmq внутри компоненты; `ipv6` — есть ли IPv6 у этой машины: проверяется при каждом вызове. Регистр букв не важен; другое имя — ошибка `EINVAL`.",
             "Whether there is a capability: `curve`, `ipc`, `ws`, `wss`, `pgm`, `norm`, `tipc`, `vmci`, `gssapi`, `draft` tell whether the libzmq inside the component was built with it; `ipv6`, whether this machine has IPv6, which is tried at each call. Case does not matter; another name is an error, `EINVAL`.")
        .gives("Булево.", "Boolean.")
        .example("Если Не Сведения.Поддерживает(\"ipv6\") Тогда\n\tСообщить(\"IPv6 на этой машине выключен\");\nКонецЕсли;",
                 "If Not Info.Has(\"ipv6\") Then\n\tMessage(\"This machine has no IPv6\");\nEndIf;"),
];

#[rustfmt::skip]
const DIAGNOSTICS: &[P] = &[
    P::read_only("Capabilities", "Возможности", ONLY, |_, read| read.answer(Reply::Text(&capabilities::all())))
        .doc("Строка. JSON: все возможности, о которых можно спросить `Поддерживает`, с `true` или `false`; `null`, если узнать сейчас нельзя.",
             "String. JSON: all capabilities that `Has` can be asked for, with `true` or `false`; `null` where it cannot be found out now.")
        .example("Сообщить(Сведения.Возможности); // {\"curve\":true,\"ipc\":true,\"ipv6\":true,…", "Message(Info.Capabilities); // {\"curve\":true,\"ipc\":true,\"ipv6\":true,…"),
    P::read_only("OpenSockets", "ОткрытоСокетов", ONLY, |_, read| { let open = statistics::open_sockets()?; read.answer(Reply::from(open)) })
        .doc("Число. Сколько сокетов открыто во всём процессе: привязаны или подключены хотя бы раз и не закрыты.", "Number. How many sockets are open in the whole process: were bound or connected once at least, and are not closed.")
        .example("Сообщить(Сведения.ОткрытоСокетов);", "Message(Info.OpenSockets);"),
    P::read_only("Descriptors", "Дескрипторы", ONLY, |_, read| read.answer(zmq::descriptors().map_or(Reply::Empty, Reply::from)))
        .doc("Число. Сколько дескрипторов открыто у процесса, не только компонентой; в Windows — дескрипторов (handle) всех видов. Неопределено, если система не сообщает.", "Number. How many descriptors the process has open, not the component alone; on Windows, handles of every kind. Undefined where the system does not tell.")
        .example("Сообщить(Сведения.Дескрипторы);", "Message(Info.Descriptors);"),
    P::read_only("DescriptorLimit", "ПределДескрипторов", ONLY, |_, read| read.answer(zmq::descriptor_limit().map_or(Reply::Empty, Reply::from)))
        .doc("Число. Сколько дескрипторов процессу разрешено (`ulimit -n`, `LimitNOFILE=`). Неопределено, если предела нет или он больше 4294967295; в Windows всегда.", "Number. How many descriptors the process may have (`ulimit -n`, `LimitNOFILE=`). Undefined where there is no limit or it is above 4294967295; on Windows always.")
        .example("Если Сведения.ПределДескрипторов <> Неопределено Тогда\n\tСообщить(Сведения.ПределДескрипторов - Сведения.Дескрипторы); // осталось\nКонецЕсли;",
                 "If Info.DescriptorLimit <> Undefined Then\n\tMessage(Info.DescriptorLimit - Info.Descriptors); // are left\nEndIf;"),
    P::read_only("Statistics", "Статистика", ONLY, |_, read| { let all = statistics::all()?; read.answer(Reply::Text(&all)) })
        .doc("Строка. JSON обо всём процессе: `process`; `openSockets`; `delivering` — сколько закрытых ещё доставляют отправленное; `descriptors`, `descriptorLimit` — числа или `null`; `log` — как свойство `Журнал`; `sockets` — список, о каждом незакрытом сокете то же, что его свойство `Статистика`. Ни содержимого сообщений, ни секретов. Не ждёт ничьих вызовов.",
             "String. JSON about the whole process: `process`; `openSockets`; `delivering`, how many that were closed still deliver what was sent; `descriptors`, `descriptorLimit`, numbers or `null`; `log`, as the property `Log`; `sockets`, a list with the property `Statistics` of each socket that is not closed. Neither content nor secrets. It waits for nobody's call.")
        .example("Сообщить(Сведения.Статистика);", "Message(Info.Statistics);"),
    P::read_only("Log", "Журнал", ONLY, |_, read| read.answer(Reply::Text(&log::state())))
        .doc("Строка. JSON о журнале, который включает администратор: `on`; `switch` — файл, который включает журнал, если его создать; если журнал включён, то `file`, `limitMb`, `written` и `lost` — сколько строк записано и потеряно, `error` — почему не записаны последние, или `null`.",
             "String. JSON about the log that an administrator switches on: `on`; `switch`, the file that switches it on when it is made; where the log is on, `file`, `limitMb`, `written` and `lost`, how many lines were written and lost, `error`, why the last ones were not, or `null`.")
        .example("Сообщить(Сведения.Журнал); // {\"on\":false,\"switch\":…", "Message(Info.Log); // {\"on\":false,\"switch\":…"),
];

impl NoOptions for Info {}

impl Family for Info {
    const METHODS: &'static [&'static [M]] = &[METHODS];

    const PROPERTIES: &'static [&'static [P]] = &[&[
        P::read_only("Instance", "Экземпляр", ONLY, |_, read| read.answer(Reply::Text(instance()))).doc(
            "Строка. GUID загруженного экземпляра библиотеки. Если в двух сеансах он совпадает, между ними работает `inproc://`.",
            "String. The GUID of the loaded library. Where two sessions see the same, `inproc://` works between them.",
        )
        .example("Сообщить(Сведения.Экземпляр);", "Message(Info.Instance);"),
        P::read_only("VersionZeroMQ", "ВерсияZeroMQ", ONLY, |_, read| {
            let (major, minor, patch) = zmq::version();
            read.answer(Reply::Text(&format!("{major}.{minor}.{patch}")))
        })
        .doc("Строка. Версия libzmq внутри компоненты.", "String. The version of libzmq inside the component.")
        .example("Сообщить(Сведения.ВерсияZeroMQ);", "Message(Info.VersionZeroMQ);"),
        P::read_only("VersionAddin", "ВерсияКомпоненты", ONLY, |_, read| {
            read.answer(Reply::Text(env!("CARGO_PKG_VERSION")))
        })
        .doc("Строка. Версия компоненты.", "String. The version of the component.")
        .example("Сообщить(Сведения.ВерсияКомпоненты);", "Message(Info.VersionAddin);"),
        P::read_only("Isolated", "Изолированно", ONLY, |_, read| {
            read.answer(read.host.isolated.map_or(Reply::Empty, Reply::Bool))
        })
        .doc(
            "Булево. Истина, если платформа вынесла компоненту в отдельный процесс (тогда `inproc://` работает только внутри \
             него); Неопределено, если платформа этого не сообщает.",
            "Boolean. True where the platform runs the component in a process of its own (`inproc://` then works only inside \
             it); Undefined where the platform does not tell.",
        )
        .example("Если Сведения.Изолированно = Истина Тогда\n\tСообщить(\"inproc:// действует только внутри процесса компоненты\");\nКонецЕсли;", "If Info.Isolated = True Then\n\tMessage(\"inproc:// works only within the process of the component\");\nEndIf;"),
        P::read_only("ProcessId", "ИдентификаторПроцесса", ONLY, |_, read| read.answer(process::id())).doc(
            "Число. Номер процесса, в котором работает компонента.",
            "Number. The id of the process that the component runs in.",
        )
        .example("Сообщить(Сведения.ИдентификаторПроцесса);", "Message(Info.ProcessId);"),
        P::read_only("LastError", "ПоследняяОшибка", ONLY, |_, read| read.answer(Reply::Text(read.last_error)))
            .doc("Строка. Текст последней ошибки, пустая строка после удачного вызова.", "String. The last error, empty after a call that succeeded.")
        .example("Сообщить(Сведения.ПоследняяОшибка);", "Message(Info.LastError);"),
        P::read_only("LastErrorCode", "КодПоследнейОшибки", ONLY, |_, read| {
            read.answer(Reply::Text(read.last_error_code))
        })
        .doc("Строка. Условное имя последней ошибки, например `EINVAL`.", "String. The symbolic name of the last error, such as `EINVAL`.")
        .example("Сообщить(Сведения.КодПоследнейОшибки);", "Message(Info.LastErrorCode);"),
    ], DIAGNOSTICS];

    fn close(&mut self) {}

    fn failed(&self, member: &'static str, error: &Error) {
        log::note_failed("Info", None, member, error.code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native_api::{Arguments, Class, OutOfMemory, Output, Sink, Value};
    use crate::objects::registrations::INFO_CLASS;

    #[derive(Default)]
    struct Answers(usize);

    impl Sink for Answers {
        fn put(&mut self, _: Reply<'_>) -> Result<(), OutOfMemory> {
            self.0 += 1;
            Ok(())
        }
    }

    #[test]
    fn every_row_and_its_code_agree() {
        let object = INFO_CLASS.create(Surroundings::default());
        let curve: Vec<_> = "curve".encode_utf16().collect();
        let mut answers = Answers::default();
        for number in 0..INFO_CLASS.methods() {
            let done = object.call(number, &Arguments::of(&[Value::Text(&curve)], 1), Output::to(&mut answers));
            assert!(done.is_ok(), "{number}");
        }
        for number in 0..INFO_CLASS.properties() {
            assert!(object.get(number, Output::to(&mut answers)).is_ok(), "{number}");
        }
        assert_eq!(answers.0, INFO_CLASS.methods() + INFO_CLASS.properties());
    }
}
