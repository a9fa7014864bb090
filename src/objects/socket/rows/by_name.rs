//! Options by a name that is given as a value.

use super::M;
use crate::native_api::Value;
use crate::objects::classes::ALL;
use crate::schema::required;

/// For callers that have no property at hand: an asynchronous call is one of a method.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::procedure("SetOption", "УстановитьНастройку", ALL, |s, call| { let name = call.argument()?; let value: Value<'_> = call.argument()?; s.set_named(name, value) })
        .takes(&[required::<&[u16]>("OptionName", "ИмяНастройки"), required::<Value<'_>>("Value", "Значение")])
        .doc("Задаёт настройку по имени, русскому или английскому: то же, что присвоить значение свойству. Для асинхронных вызовов и имён, которые известны только при исполнении.",
             "Sets an option by its name in either language: the same as assigning to the property. For asynchronous calls, and for names that are known at run time only.")
        .example("Сокет.УстановитьНастройку(\"РазрешитьIPv6\", Истина);",
                 "Socket.SetOption(\"IPv6\", True);"),
    M::function("GetOption", "ПолучитьНастройку", ALL, |s, call| { let name: &[u16] = call.argument()?; s.get_named(name, |reply| call.answer(reply)) })
        .takes(&[required::<&[u16]>("OptionName", "ИмяНастройки")])
        .doc("Читает настройку по имени, русскому или английскому.", "Reads an option by its name in either language.")
        .gives("Значение настройки.", "The option's value.")
        .example("Сообщить(Сокет.ПолучитьНастройку(\"ИнтервалПереподключения\"));",
                 "Message(Socket.GetOption(\"ReconnectInterval\"));"),
];
