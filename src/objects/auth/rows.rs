//! The members of an Auth.

use super::Auth;
use crate::background::log;
use crate::native_api::Reply;
use crate::objects::keys;
use crate::schema::{
    ClassSet, Error, Family, Method, NoOptions, Parameter, Property, TextOrBlob, Whole, optional, required,
};

/// The family's one class.
pub const ONLY: ClassSet = ClassSet(1);

/// How many decisions one call may give.
type Most = Whole<1, 1000>;

/// A public key is no secret, but a secret one may be given in its place.
const KEY: Parameter = required::<TextOrBlob<'_>>("Key", "Ключ").secret();
const USER: Parameter = required::<&[u16]>("User", "Пользователь").secret();
const PASSWORD: Parameter = required::<&[u16]>("Password", "Пароль").secret();
const ADDRESS: Parameter = required::<&[u16]>("Address", "Адрес");
const DOMAIN: Parameter = optional::<Option<&[u16]>>("Domain", "Домен", Reply::Text(keys::DOMAIN));

type M = Method<Auth>;
type P = Property<Auth>;

impl NoOptions for Auth {}

#[rustfmt::skip]
impl Family for Auth {
    const METHODS: &'static [&'static [M]] = &[&[
        M::procedure("AddKey", "ДобавитьКлюч", ONLY, |a, call| { let key = call.argument()?; a.add_key(key, call.argument()?) })
            .takes(&[KEY, DOMAIN])
            .doc("Впускает в домен клиента CURVE с этим открытым ключом: строка Z85 из 40 символов или двоичные данные из 32 байт. Домен, если не указан, — `global`. Домен принадлежит тому объекту `Auth`, который обратился к нему первым; для других в этом процессе это ошибка `EEXIST`. Таблицы меняют в любое время, действуют они на новые соединения. В домене не больше 100000 записей, доменов в процессе не больше 1000.",
                 "Lets the CURVE client with this public key in to a domain: 40 characters of Z85, or 32 bytes of binary data. The domain is `global` when left out. It belongs to the `Auth` that turned to it first; to others of this process it is an error `EEXIST`. Tables may be changed at any time, for connections to come. A domain has at most 100000 entries, a process at most 1000 domains.")
            .example("ЗакрытыйКлючКлиента = Ключи.НовыйЗакрытыйКлюч();\nПроверка.ДобавитьКлюч(Ключи.ОткрытыйКлюч(ЗакрытыйКлючКлиента));",
                     "ClientSecretKey = Curve.NewSecretKey();\nAuth.AddKey(Curve.PublicKey(ClientSecretKey));"),
        M::function("RemoveKey", "УдалитьКлюч", ONLY, |a, call| { let key = call.argument()?; let was = a.remove_key(key, call.argument()?)?; call.answer(Reply::Bool(was)) })
            .takes(&[KEY, DOMAIN])
            .doc("Больше не впускает клиента с этим ключом. Кто уже соединён, остаётся, пока соединение не прервётся.", "Lets the client with this key in no longer. Whoever is connected stays until the connection ends.")
            .gives("Булево: Ложь, если ключа в таблице не было.", "Boolean: False when the key was not in the table.")
            .example("ОткрытыйКлюч = Ключи.ОткрытыйКлюч(Ключи.НовыйЗакрытыйКлюч());\nПроверка.ДобавитьКлюч(ОткрытыйКлюч);\nПроверка.УдалитьКлюч(ОткрытыйКлюч);",
                     "PublicKey = Curve.PublicKey(Curve.NewSecretKey());\nAuth.AddKey(PublicKey);\nAuth.RemoveKey(PublicKey);"),
        M::procedure("AddUser", "ДобавитьПользователя", ONLY, |a, call| { let user = call.argument()?; let password = call.argument()?; a.add_user(user, password, call.argument()?) })
            .takes(&[USER, PASSWORD, DOMAIN])
            .doc("Впускает в домен клиента PLAIN с этим именем и паролем, по 1…255 байт в UTF-8; если имя уже есть, меняет пароль. О домене — в `ДобавитьКлюч`.",
                 "Lets the PLAIN client with this name and password in to a domain, 1…255 bytes in UTF-8 each; of a name that is there it changes the password. Of the domain see `AddKey`.")
            .example("Пароль = Ключи.НовыйЗакрытыйКлюч(); // случайный\nПроверка.ДобавитьПользователя(\"обмен\", Пароль);",
                     "Password = Curve.NewSecretKey(); // a random one\nAuth.AddUser(\"exchange\", Password);"),
        M::function("RemoveUser", "УдалитьПользователя", ONLY, |a, call| { let user = call.argument()?; let was = a.remove_user(user, call.argument()?)?; call.answer(Reply::Bool(was)) })
            .takes(&[USER, DOMAIN])
            .doc("Больше не впускает этого пользователя. Кто уже соединён, остаётся, пока соединение не прервётся.", "Lets this user in no longer. Whoever is connected stays until the connection ends.")
            .gives("Булево: Ложь, если пользователя в таблице не было.", "Boolean: False when the user was not in the table.")
            .example("Проверка.УдалитьПользователя(\"обмен\");", "Auth.RemoveUser(\"exchange\");"),
        M::procedure("AddAddress", "ДобавитьАдрес", ONLY, |a, call| { let address = call.argument()?; a.add_address(address, call.argument()?) })
            .takes(&[ADDRESS, DOMAIN])
            .doc("Ограничивает домен адресами: `192.168.1.5`, `192.168.1.0/24`, `::1`, `fe80::/10`, `ipc` — соединения ipc. Пока адресов нет, годится любой; когда есть — только они, и для `РазрешитьЛюбому` тоже. Ключ или пароль это не заменяет; сокет с доменом, но без CURVE и PLAIN пускает по одному адресу.",
                 "Narrows a domain to addresses: `192.168.1.5`, `192.168.1.0/24`, `::1`, `fe80::/10`, `ipc` for connections over ipc. While there are none any will do; with some only those do, under `AllowAny` too. It stands for no key or password; a socket with a domain and without CURVE and PLAIN lets in by the address alone.")
            .example("Проверка.ДобавитьАдрес(\"192.168.1.0/24\");\nПроверка.ДобавитьАдрес(\"ipc\");", "Auth.AddAddress(\"192.168.1.0/24\");\nAuth.AddAddress(\"ipc\");"),
        M::function("RemoveAddress", "УдалитьАдрес", ONLY, |a, call| { let address = call.argument()?; let was = a.remove_address(address, call.argument()?)?; call.answer(Reply::Bool(was)) })
            .takes(&[ADDRESS, DOMAIN])
            .doc("Убирает адрес из таблицы, записанный так же, как в `ДобавитьАдрес`. Когда убран последний, годится любой.", "Takes an address, written as for `AddAddress`, out of the table. With the last one gone any will do.")
            .gives("Булево: Ложь, если адреса в таблице не было.", "Boolean: False when the address was not in the table.")
            .example("Проверка.ДобавитьАдрес(\"ipc\");\nПроверка.УдалитьАдрес(\"ipc\");", "Auth.AddAddress(\"ipc\");\nAuth.RemoveAddress(\"ipc\");"),
        M::procedure("AllowAny", "РазрешитьЛюбому", ONLY, |a, call| a.allow_any(call.argument()?, true))
            .takes(&[DOMAIN])
            .doc("Впускает в домен любого, с каким угодно ключом или паролем (из таблицы адресов, если она есть). CURVE при этом шифрует, и клиент уверен в сервере, но сервер не знает, кто клиент. Отменяет `ЗапретитьЛюбому`.",
                 "Lets anybody in to a domain, with whatever key or password (of the table of addresses, where there is one). CURVE still encrypts, and the client is sure of the server, but the server does not know who the client is. `ForbidAny` undoes it.")
            .example("Проверка.РазрешитьЛюбому();", "Auth.AllowAny();"),
        M::procedure("ForbidAny", "ЗапретитьЛюбому", ONLY, |a, call| a.allow_any(call.argument()?, false))
            .takes(&[DOMAIN])
            .doc("Отменяет `РазрешитьЛюбому`: снова впускают только тех, кто в таблицах.", "Undoes `AllowAny`: only those in the tables are let in again.")
            .example("Проверка.РазрешитьЛюбому();\nПроверка.ЗапретитьЛюбому();", "Auth.AllowAny();\nAuth.ForbidAny();"),
        M::function("Release", "ОсвободитьДомен", ONLY, |a, call| { let was = a.release(call.argument()?)?; call.answer(Reply::Bool(was)) })
            .takes(&[DOMAIN])
            .doc("Отказывается от домена вместе с его таблицами: в него не впускают никого, пока им не займётся другой объект `Auth` или этот же снова.", "Gives a domain up with its tables: nobody is let in to it until another `Auth`, or this one again, turns to it.")
            .gives("Булево: Ложь, если домен не принадлежал никому.", "Boolean: False when the domain was nobody's.")
            .example("Проверка.РазрешитьЛюбому();\nПроверка.ОсвободитьДомен();", "Auth.AllowAny();\nAuth.Release();"),
        M::function("ReadDecisions", "ПрочитатьРешения", ONLY, |a, call| { let Whole(most) = call.argument::<Most>()?; let text = a.read_decisions(usize::try_from(most).unwrap_or(1))?; call.answer(Reply::Text(&text)) })
            .takes(&[optional::<Most>("Most", "НеБольше", Reply::Int(100))])
            .doc("Отдаёт и забывает решения, старые первыми: JSON с полями `dropped` — сколько решений пропало непрочитанными до первого из этих (ждут не больше 1000) — и `decisions`: `time` (UTC), `domain`, `address` (пуст у ipc), `mechanism`, `user` (открытый ключ или имя из таблицы; имя, которого в таблице нет, не записывается: на его месте мог оказаться пароль), `allowed`, `reason` — `Key`, `User`, `Address`, `AllowAny` или `UnknownKey`, `UnknownUser`, `WrongPassword`, `UnknownAddress`, `NoCredentials`, `UnknownMechanism`.",
                 "Gives decisions and forgets them, old ones first: JSON with `dropped`, how many were lost unread before the first of these (1000 wait at the most), and `decisions`: `time` (UTC), `domain`, `address` (empty over ipc), `mechanism`, `user` (a public key, or a name that is in the table; one that is not is left out: it may be a password in the wrong place), `allowed`, `reason`: `Key`, `User`, `Address`, `AllowAny`, or `UnknownKey`, `UnknownUser`, `WrongPassword`, `UnknownAddress`, `NoCredentials`, `UnknownMechanism`.")
            .gives("Строка, JSON.", "String, JSON.")
            .example("Проверка.РазрешитьЛюбому();\nСообщить(Проверка.ПрочитатьРешения());", "Auth.AllowAny();\nMessage(Auth.ReadDecisions());"),
        M::procedure("Close", "Закрыть", ONLY, |a, _| { a.close(); Ok(()) })
            .doc("Закрывает проверку: в её домены больше не впускают никого. Кто уже соединён, остаётся, пока соединение не прервётся; восстановить его он не сможет.", "Closes the authentication: nobody is let in to its domains any more. Whoever is connected stays until the connection ends, and cannot make it anew.")
            .example("Проверка.Закрыть();", "Auth.Close();"),
    ]];

    const PROPERTIES: &'static [&'static [P]] = &[&[
        P::read_only("LastError", "ПоследняяОшибка", ONLY, |_, read| read.answer(Reply::Text(read.last_error)))
            .doc("Строка. Текст последней ошибки; пустая строка после удачного вызова.", "String. The last error; empty after a call that succeeded.")
            .example("Сообщить(Проверка.ПоследняяОшибка);", "Message(Auth.LastError);"),
        P::read_only("LastErrorCode", "КодПоследнейОшибки", ONLY, |_, read| read.answer(Reply::Text(read.last_error_code)))
            .doc("Строка. Условное имя последней ошибки, например `EEXIST`.", "String. The symbolic name of the last error, such as `EEXIST`.")
            .example("Сообщить(Проверка.КодПоследнейОшибки);", "Message(Auth.LastErrorCode);"),
    ]];

    fn close(&mut self) {
        Self::close(self);
    }

    fn failed(&self, member: &'static str, error: &Error) {
        log::note_failed("Auth", None, member, error.code);
    }
}
