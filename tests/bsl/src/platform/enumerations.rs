//! System enumerations: their values are told apart by name and are equal to themselves only.

use crate::run::{Run, Session};
use crate::syntax::ast::Name;
use crate::value::{Object, Value};
use std::any::Any;

struct Enumeration {
    ru: &'static str,
    en: &'static str,
    values: &'static [(&'static str, &'static str)],
}

const ALL: &[Enumeration] = &[
    Enumeration {
        ru: "ТипВнешнейКомпоненты", en: "AddInType", values: &[("COM", "COM"), ("Native", "Native")]
    },
    Enumeration {
        ru: "ТипПодключенияВнешнейКомпоненты",
        en: "AddInAttachmentType",
        values: &[("НеИзолированно", "NotIsolated"), ("Изолированно", "Isolated")],
    },
    Enumeration {
        ru: "СостояниеФоновогоЗадания",
        en: "BackgroundJobState",
        values: &[
            ("Активно", "Active"),
            ("Завершено", "Completed"),
            ("ЗавершеноАварийно", "Failed"),
            ("Отменено", "Canceled"),
        ],
    },
    Enumeration {
        ru: "КодировкаТекста",
        en: "TextEncoding",
        values: &[("UTF8", "UTF8"), ("UTF16", "UTF16"), ("ANSI", "ANSI"), ("OEM", "OEM"), ("Системная", "System")],
    },
    Enumeration {
        ru: "УровеньЖурналаРегистрации",
        en: "EventLogLevel",
        values: &[
            ("Ошибка", "Error"),
            ("Предупреждение", "Warning"),
            ("Информация", "Information"),
            ("Примечание", "Note"),
        ],
    },
    Enumeration {
        ru: "КатегорияОшибки",
        en: "ErrorCategory",
        values: &[
            ("ВсеОшибки", "AllErrors"),
            ("ИсключениеВызванноеИзВстроенногоЯзыка", "ExceptionRaisedFromScript"),
            ("НарушениеПравДоступа", "AccessViolation"),
            ("ОшибкаВнешнегоИсточникаДанных", "ExternalDataSourceError"),
            ("ОшибкаКонфигурации", "ConfigurationError"),
            ("ОшибкаСети", "NetworkError"),
            ("ПрочаяОшибка", "OtherError"),
        ],
    },
    Enumeration {
        ru: "ПереносСтрокJSON",
        en: "JSONLineBreak",
        values: &[("Авто", "Auto"), ("Нет", "None"), ("Unix", "Unix"), ("Windows", "Windows")],
    },
    Enumeration {
        ru: "ТипПлатформы",
        en: "PlatformType",
        values: &[
            ("Linux_x86", "Linux_x86"),
            ("Linux_x86_64", "Linux_x86_64"),
            ("Windows_x86", "Windows_x86"),
            ("Windows_x86_64", "Windows_x86_64"),
            ("MacOS_x86_64", "MacOS_x86_64"),
            ("Linux_ARM64", "Linux_ARM64"),
        ],
    },
    Enumeration {
        ru: "СтатусСообщения",
        en: "MessageStatus",
        values: &[
            ("БезСтатуса", "WithoutStatus"),
            ("Важное", "Important"),
            ("Внимание", "Attention"),
            ("Информация", "Information"),
            ("Обычное", "Ordinary"),
            ("ОченьВажное", "VeryImportant"),
        ],
    },
];

pub struct EnumValue {
    pub kind: &'static str,
    pub value: &'static str,
}

impl EnumValue {
    /// A value by its Russian names.
    #[must_use]
    pub fn of(kind: &str, value: &str) -> Value {
        let found = ALL.iter().find(|e| e.ru == kind);
        let found = found.and_then(|e| e.values.iter().find(|(ru, _)| *ru == value).map(|(ru, _)| (e.ru, *ru)));
        let (kind, value) = found.unwrap_or_else(|| panic!("no enumeration has {kind}.{value}"));
        Value::object(Self { kind, value })
    }
}

impl Object for EnumValue {
    fn type_name(&self) -> String {
        self.kind.into()
    }

    fn present(&self) -> String {
        self.value.into()
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn Any)
            .downcast_ref::<Self>()
            .is_some_and(|other| (other.kind, other.value) == (self.kind, self.value))
    }
}

/// `КодировкаТекста`, whose members are the values.
struct EnumObject(&'static Enumeration);

impl Object for EnumObject {
    fn type_name(&self) -> String {
        format!("Перечисление{}", self.0.ru)
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        let matches = |word: &str| word.to_lowercase() == *name.lower;
        match self.0.values.iter().find(|(ru, en)| matches(ru) || matches(en)) {
            Some((ru, _)) => Ok(Value::object(EnumValue { kind: self.0.ru, value: ru })),
            None => Err(self.unknown("значение", name)),
        }
    }
}

pub(super) fn find(name: &Name) -> Option<Value> {
    let found = ALL.iter().find(|e| super::table::matches(name, e.ru, e.en));
    found.map(|enumeration| Value::object(EnumObject(enumeration)))
}
