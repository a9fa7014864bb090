//! Functions of strings. Positions and lengths count UTF-16 units, as 1C does.

use crate::platform::collections::Array;
use crate::platform::table::Function;
use crate::run::{Args, Fail, Run, Session, raise};
use crate::value::{TypeValue, Value, to_number};

pub const FUNCTIONS: &[Function] = &[
    Function {
        ru: "СтрДлина", en: "StrLen", least: 1, most: 1, run: |_, a| Ok(units(&a.text(0)?).len().into())
    },
    Function { ru: "СтрНайти", en: "StrFind", least: 2, most: 5, run: find },
    Function {
        ru: "СтрЗаменить",
        en: "StrReplace",
        least: 3,
        most: 3,
        run: |_, a| Ok(a.text(0)?.replace(&*a.text(1)?, &a.text(2)?).into()),
    },
    Function { ru: "СтрРазделить", en: "StrSplit", least: 2, most: 3, run: split },
    Function { ru: "СтрСоединить", en: "StrConcat", least: 1, most: 2, run: join },
    Function { ru: "СтрШаблон", en: "StrTemplate", least: 1, most: 11, run: template },
    Function {
        ru: "СтрНачинаетсяС",
        en: "StrStartsWith",
        least: 2,
        most: 2,
        run: |_, a| Ok(a.text(0)?.starts_with(&*a.text(1)?).into()),
    },
    Function {
        ru: "СтрЗаканчиваетсяНа",
        en: "StrEndsWith",
        least: 2,
        most: 2,
        run: |_, a| Ok(a.text(0)?.ends_with(&*a.text(1)?).into()),
    },
    Function {
        ru: "СтрЧислоВхождений",
        en: "StrOccurrenceCount",
        least: 2,
        most: 2,
        run: |_, a| Ok(a.text(0)?.matches(&*a.text(1)?).count().into()),
    },
    Function {
        ru: "СтрЧислоСтрок",
        en: "StrLineCount",
        least: 1,
        most: 1,
        run: |_, a| Ok(a.text(0)?.split('\n').count().into()),
    },
    Function {
        ru: "СтрПолучитьСтроку",
        en: "StrGetLine",
        least: 2,
        most: 2,
        run: |_, a| {
            let (text, number) = (a.text(0)?, a.whole(1)?);
            Ok(text.split('\n').nth(usize::try_from(number - 1).unwrap_or(usize::MAX)).unwrap_or_default().into())
        },
    },
    Function { ru: "Лев", en: "Left", least: 2, most: 2, run: |_, a| Ok(cut(&a.text(0)?, 0, count(a, 1)?)) },
    Function {
        ru: "Прав",
        en: "Right",
        least: 2,
        most: 2,
        run: |_, a| {
            let (text, wanted) = (a.text(0)?, count(a, 1)?);
            Ok(cut(&text, units(&text).len().saturating_sub(wanted), wanted))
        },
    },
    Function {
        ru: "Сред",
        en: "Mid",
        least: 2,
        most: 3,
        run: |_, a| {
            let from = usize::try_from(a.whole(1)?.max(1) - 1).unwrap_or(usize::MAX);
            Ok(cut(&a.text(0)?, from, if a.given(2).is_some() { count(a, 2)? } else { usize::MAX }))
        },
    },
    Function { ru: "ВРег", en: "Upper", least: 1, most: 1, run: |_, a| Ok(a.text(0)?.to_uppercase().into()) },
    Function { ru: "НРег", en: "Lower", least: 1, most: 1, run: |_, a| Ok(a.text(0)?.to_lowercase().into()) },
    Function { ru: "СокрЛП", en: "TrimAll", least: 1, most: 1, run: |_, a| Ok(a.text(0)?.trim().into()) },
    Function { ru: "СокрЛ", en: "TrimL", least: 1, most: 1, run: |_, a| Ok(a.text(0)?.trim_start().into()) },
    Function { ru: "СокрП", en: "TrimR", least: 1, most: 1, run: |_, a| Ok(a.text(0)?.trim_end().into()) },
    Function {
        ru: "ПустаяСтрока",
        en: "IsBlankString",
        least: 1,
        most: 1,
        run: |_, a| Ok(a.text(0)?.trim().is_empty().into()),
    },
    Function {
        ru: "Символ",
        en: "Char",
        least: 1,
        most: 1,
        run: |_, a| {
            let code = u32::try_from(a.whole(0)?).ok().and_then(char::from_u32);
            code.map_or_else(|| raise("Недопустимый код символа"), |c| Ok(c.to_string().into()))
        },
    },
    Function {
        ru: "КодСимвола",
        en: "CharCode",
        least: 1,
        most: 2,
        run: |_, a| {
            let at = if a.given(1).is_some() { count(a, 1)? } else { 1 };
            let unit = units(&a.text(0)?).get(at.wrapping_sub(1)).copied();
            Ok(unit.map_or(-1, i64::from).into())
        },
    },
    Function {
        ru: "Строка", en: "String", least: 1, most: 1, run: |_, a| Ok(Value::Text(a.value(0)?.present()))
    },
    Function { ru: "Число", en: "Number", least: 1, most: 1, run: |_, a| Ok(to_number(&a.value(0)?)?.into()) },
    Function { ru: "Булево", en: "Boolean", least: 1, most: 1, run: |_, a| Ok(a.value(0)?.truth()?.into()) },
    Function {
        ru: "ЗначениеЗаполнено",
        en: "ValueIsFilled",
        least: 1,
        most: 1,
        run: |_, a| Ok(a.value(0)?.is_filled().into()),
    },
    Function {
        ru: "ТипЗнч",
        en: "TypeOf",
        least: 1,
        most: 1,
        run: |_, a| Ok(Value::object(TypeValue(a.value(0)?.type_name()))),
    },
    Function { ru: "Тип", en: "Type", least: 1, most: 1, run: type_by_name },
    Function { ru: "НСтр", en: "NStr", least: 1, most: 2, run: localized },
    Function {
        ru: "XMLСтрока",
        en: "XMLString",
        least: 1,
        most: 1,
        run: |_, a| match a.value(0)? {
            Value::Number(n) => Ok(n.normalize().to_string().into()),
            Value::Bool(truth) => Ok(if truth { "true" } else { "false" }.into()),
            Value::Text(text) => Ok(Value::Text(text)),
            other => Err(Fail::unknown(format!("XMLСтрока от {}", other.type_name()))),
        },
    },
];

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn cut(text: &str, from: usize, count: usize) -> Value {
    let all = units(text);
    let from = from.min(all.len());
    String::from_utf16_lossy(&all[from..from.saturating_add(count).min(all.len())]).into()
}

fn count(args: &Args, n: usize) -> Run<usize> {
    Ok(usize::try_from(args.whole(n)?.max(0)).unwrap_or(usize::MAX))
}

fn find(_: &Session, args: &Args) -> Run<Value> {
    args.only(2)?;
    let (text, what) = (args.text(0)?, args.text(1)?);
    Ok(text.find(&*what).map_or(0, |at| units(&text[..at]).len() + 1).into())
}

fn split(_: &Session, args: &Args) -> Run<Value> {
    let (text, separators) = (args.text(0)?, args.text(1)?);
    let empty = args.truth_or(2, true)?;
    let parts = text.split(|c| separators.contains(c)).filter(|part| empty || !part.is_empty());
    Ok(Value::object(Array::of(parts.map(Value::from).collect())))
}

fn join(_: &Session, args: &Args) -> Run<Value> {
    let separator = args.text_or(1, "")?;
    args.with(0, |array: &Array| {
        let parts: Vec<_> = array.items.borrow().iter().map(Value::present).collect();
        Ok(parts.join(&separator).into())
    })
}

/// %1 to %10, or %(1); whatever else follows a percent sign is 1C's error.
fn template(_: &Session, args: &Args) -> Run<Value> {
    let text = args.text(0)?;
    let mut out = String::new();
    let mut rest = &*text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let bracketed = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'));
        let (digits, after) = bracketed.unwrap_or_else(|| {
            let end = if rest.starts_with("10") { 2 } else { 1 };
            rest.split_at(end.min(rest.char_indices().nth(end).map_or(rest.len(), |(n, _)| n)))
        });
        match digits.parse::<usize>() {
            Ok(number @ 1..=10) => out.push_str(&args.given(number).map(|v| v.present()).unwrap_or_default()),
            _ => return raise("Ошибка в шаблоне строки (СтрШаблон)"),
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out.into())
}

fn type_by_name(session: &Session, args: &Args) -> Run<Value> {
    let name = args.text(0)?;
    const PRIMITIVE: [(&str, &str, &str); 6] = [
        ("Неопределено", "Undefined", "Неопределено"),
        ("Число", "Number", "Число"),
        ("Строка", "String", "Строка"),
        ("Булево", "Boolean", "Булево"),
        ("Дата", "Date", "Дата"),
        ("Null", "Null", "Null"),
    ];
    let lower = name.to_lowercase();
    let primitive = PRIMITIVE.iter().find(|(ru, en, _)| lower == ru.to_lowercase() || lower == en.to_lowercase());
    if let Some((_, _, shown)) = primitive {
        return Ok(Value::object(TypeValue((*shown).into())));
    }
    if let Some(found) = crate::platform::table::types().get(&lower) {
        return Ok(Value::object(TypeValue(found.ru.into())));
    }
    if let Some(registered) = crate::addin::type_name(session, &name) {
        return Ok(Value::object(TypeValue(registered)));
    }
    Err(Fail::unknown(format!("тип {name}")))
}

/// "ru = 'текст'; en = 'text'": the Russian one, or the first.
fn localized(_: &Session, args: &Args) -> Run<Value> {
    let text = args.text(0)?;
    let mut first = None;
    let mut rest = &*text;
    while let Some((language, after)) = rest.split_once('=') {
        let Some(quoted) = after.trim_start().strip_prefix('\'') else { break };
        let Some((value, after)) = quoted.split_once('\'') else { break };
        if language.trim_matches([' ', ';', '\n', '\t']).eq_ignore_ascii_case("ru") {
            return Ok(value.into());
        }
        first.get_or_insert(value);
        rest = after;
    }
    Ok(first.unwrap_or_default().into())
}
