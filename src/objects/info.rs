//! ZeroMQ.Info: the component and its process.

use crate::native_api::{Reply, Surroundings};
use crate::schema::{ClassSet, Family, Me, Method, NoOptions, Property};
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

type P = Property<Info>;

impl NoOptions for Info {}

impl Family for Info {
    const METHODS: &'static [&'static [Method<Self>]] = &[];

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
    ]];

    fn close(&mut self) {}
}
