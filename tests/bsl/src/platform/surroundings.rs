//! The session and what is around it: messages, the log, the system, the configuration's metadata.

use crate::platform::enumerations::EnumValue;
use crate::platform::jobs;
use crate::platform::table::{Function, Property, Type};
use crate::run::{Args, Run, Session, World};
use crate::syntax::ast::Name;
use crate::value::{Object, Value, is};
use std::sync::Arc;

pub const FUNCTIONS: &[Function] = &[
    Function {
        ru: "Сообщить",
        en: "Message",
        least: 1,
        most: 2,
        run: |s, a| {
            s.say(&a.value(0)?.present());
            Ok(Value::Undefined)
        },
    },
    Function {
        ru: "ЗаписьЖурналаРегистрации", en: "WriteLogEvent", least: 1, most: 6, run: log
    },
    Function { ru: "БезопасныйРежим", en: "SafeMode", least: 0, most: 0, run: |_, _| Ok(false.into()) },
    Function {
        ru: "НомерСеансаИнформационнойБазы",
        en: "InfoBaseSessionNumber",
        least: 0,
        most: 0,
        run: |s, _| Ok(s.job.as_ref().map_or(1, |job| job.number() + 1).into()),
    },
    Function {
        ru: "СтрокаСоединенияИнформационнойБазы",
        en: "InfoBaseConnectionString",
        least: 0,
        most: 0,
        run: |_, _| Ok("Srvr=\"server\";Ref=\"bsl\";".into()),
    },
    Function {
        ru: "ПолучитьТекущийСеансИнформационнойБазы",
        en: "GetCurrentInfoBaseSession",
        least: 0,
        most: 0,
        run: |s, _| Ok(Value::object(CurrentSession(s.job.is_some()))),
    },
    Function {
        ru: "ИмяКомпьютера", en: "ComputerName", least: 0, most: 0, run: |_, _| Ok("server".into())
    },
    Function { ru: "Вычислить", en: "Eval", least: 1, most: 1, run: |s, a| s.evaluated(&a.text(0)?) },
    Function { ru: "ИмяПользователя", en: "UserName", least: 0, most: 0, run: |_, _| Ok("".into()) },
];

pub const TYPES: &[Type] = &[Type {
    ru: "СистемнаяИнформация",
    en: "SystemInfo",
    least: 0,
    most: 0,
    make: |_, _| Ok(Value::object(SystemInfo)),
}];

pub const PROPERTIES: &[Property] = &[
    Property { ru: "Метаданные", en: "Metadata", get: |s| Ok(Value::object(Metadata(s.world.clone()))) },
    Property { ru: "Символы", en: "Chars", get: |_| Ok(Value::object(Chars)) },
];

/// The event, level, metadata object, data, comment, transaction mode.
fn log(session: &Session, args: &Args) -> Run<Value> {
    let shown = |n| args.given(n).map(|value| value.present().to_string()).unwrap_or_default();
    session.world.write_log(format!("{} {} {}", shown(0), shown(1), shown(4)));
    Ok(Value::Undefined)
}

struct CurrentSession(bool);

impl Object for CurrentSession {
    fn type_name(&self) -> String {
        "СеансИнформационнойБазы".into()
    }

    fn call(&self, session: &Session, name: &Name, args: &Args) -> Run<Value> {
        if is(name, "получитьфоновоезадание", "getbackgroundjob") {
            args.count(0, 0)?;
            return Ok(session.job.as_ref().map_or(Value::Undefined, jobs::value));
        }
        Err(self.unknown("метод", name))
    }

    fn get(&self, session: &Session, name: &Name) -> Run<Value> {
        if is(name, "номерсеанса", "sessionnumber") {
            return Ok(session.job.as_ref().map_or(1, |job| job.number() + 1).into());
        }
        if is(name, "имяприложения", "applicationname") {
            return Ok(if self.0 { "BackgroundJob" } else { "COMConnection" }.into());
        }
        Err(self.unknown("свойство", name))
    }
}

struct SystemInfo;

impl Object for SystemInfo {
    fn type_name(&self) -> String {
        "СистемнаяИнформация".into()
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        if is(name, "версияприложения", "appversion") {
            return Ok("8.3.23.1688".into());
        }
        if is(name, "типплатформы", "platformtype") {
            let kind = match (cfg!(windows), cfg!(target_arch = "aarch64"), cfg!(target_pointer_width = "64")) {
                (true, _, true) => "Windows_x86_64",
                (true, _, false) => "Windows_x86",
                (false, true, _) => "Linux_ARM64",
                (false, false, true) => "Linux_x86_64",
                (false, false, false) => "Linux_x86",
            };
            return Ok(EnumValue::of("ТипПлатформы", kind));
        }
        Err(self.unknown("свойство", name))
    }
}

struct Metadata(Arc<World>);

impl Object for Metadata {
    fn type_name(&self) -> String {
        "Метаданные".into()
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        let names: Vec<String> = if is(name, "общиемодули", "commonmodules") {
            self.0.modules().iter().map(|m| m.name.rsplit('.').next().unwrap_or_default().to_owned()).collect()
        } else if is(name, "общиемакеты", "commontemplates") {
            let own = |(name, _): &(String, _)| name.split_once('.').map(|(_, own)| own.to_owned());
            self.0.templates().iter().filter_map(own).collect()
        } else {
            return Err(self.unknown("свойство", name));
        };
        Ok(Value::object(MetadataCollection(names)))
    }
}

struct MetadataCollection(Vec<String>);

impl Object for MetadataCollection {
    fn type_name(&self) -> String {
        "КоллекцияОбъектовМетаданных".into()
    }

    fn call(&self, _: &Session, name: &Name, args: &Args) -> Run<Value> {
        if is(name, "найти", "find") {
            args.count(1, 1)?;
            let wanted = args.text(0)?.to_lowercase();
            let found = self.0.iter().find(|known| known.to_lowercase() == wanted);
            return Ok(found.map_or(Value::Undefined, |known| Value::object(MetadataObject(known.clone()))));
        }
        Err(self.unknown("метод", name))
    }
}

struct MetadataObject(String);

impl Object for MetadataObject {
    fn type_name(&self) -> String {
        "ОбъектМетаданных".into()
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        if is(name, "имя", "name") { Ok(self.0.clone().into()) } else { Err(self.unknown("свойство", name)) }
    }
}

struct Chars;

impl Object for Chars {
    fn type_name(&self) -> String {
        "Символы".into()
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        let all = [("пс", "lf", "\n"), ("вк", "cr", "\r"), ("таб", "tab", "\t"), ("нпп", "nbsp", "\u{a0}")];
        match all.iter().find(|(ru, en, _)| is(name, ru, en)) {
            Some((_, _, text)) => Ok((*text).into()),
            None => Err(self.unknown("свойство", name)),
        }
    }
}
