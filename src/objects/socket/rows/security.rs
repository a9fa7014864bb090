//! How peers prove who they are.

use super::M;
use crate::native_api::Reply;
use crate::objects::classes::{ALL, named};
use crate::objects::keys;
use crate::schema::{ClassSet, Parameter, TextOrBlob, optional, required};

/// Those that speak ZeroMQ's protocol.
const ZMTP: ClassSet = ClassSet(ALL.0 & !named(&["Stream"]).0);

const SECRET_KEY: Parameter = required::<TextOrBlob<'_>>("SecretKey", "ЗакрытыйКлюч").secret();
/// No secret, but another key may be given in its place.
const SERVER_KEY: Parameter = required::<TextOrBlob<'_>>("ServerKey", "КлючСервера").secret();
const USER: Parameter = required::<&[u16]>("User", "Пользователь").secret();
const PASSWORD: Parameter = required::<&[u16]>("Password", "Пароль").secret();
const DOMAIN: Parameter = optional::<Option<&[u16]>>("Domain", "Домен", Reply::Text(keys::DOMAIN));

/// Each for one role and one mechanism; the last call holds.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::procedure("SetCurveServer", "УстановитьСерверCurve", ZMTP, |s, call| { let secret = call.argument()?; s.be_curve_server(secret, call.argument()?) })
        .takes(&[SECRET_KEY, DOMAIN])
        .doc("Сервер CURVE: соединения шифруются, а впускает клиентов объект `ZeroMQ.Auth`, которому принадлежит домен (не указан — `global`). Пока такого объекта нет, не впускают никого. Закрытый ключ — строка Z85 из 40 символов или двоичные данные из 32 байт; клиентам сообщают открытый, его отдаёт `ZeroMQ.Curve`. Вызывают до `Привязать` и `Подключить`, позже — ошибка `EISCONN`; из вызовов защиты действует последний. Сервер и клиент — роли, привязывается любой из них; к `inproc` защищённый сокет не привязать и не подключить.",
             "A server of CURVE: connections are encrypted, and clients are let in by the `ZeroMQ.Auth` that has the domain (`global` when left out). While there is none, nobody is let in. The secret key is 40 characters of Z85 or 32 bytes of binary data; clients are told the public one, which `ZeroMQ.Curve` gives. Call it before `Bind` and `Connect`, later it is an error `EISCONN`; of the calls for security the last holds. Server and client are roles, either may bind; a secured socket neither binds nor connects to `inproc`.")
        .example("Сокет.УстановитьСерверCurve(Ключи.НовыйЗакрытыйКлюч());\nСокет.Привязать(\"tcp://*:5555\");",
                 "Socket.SetCurveServer(Curve.NewSecretKey());\nSocket.Bind(\"tcp://*:5555\");"),
    M::procedure("SetCurveClient", "УстановитьКлиентаCurve", ZMTP, |s, call| { let server = call.argument()?; s.be_curve_client(server, call.argument()?) })
        .takes(&[SERVER_KEY, SECRET_KEY])
        .doc("Клиент CURVE: соединяется только с владельцем этого открытого ключа сервера и сообщает ему открытый ключ, который соответствует своему закрытому. Ключи — строки Z85 из 40 символов или двоичные данные из 32 байт. Если сервер не впустил, клиент пробует снова, с паузой `НаибольшийИнтервалПереподключения`.",
             "A client of CURVE: connects to the owner of this public key of a server only, and tells it the public key that belongs to its own secret one. Keys are 40 characters of Z85 or 32 bytes of binary data. A client that was not let in tries again, with a pause of `ReconnectMaxInterval`.")
        .example("КлючСервера = Ключи.ОткрытыйКлюч(Ключи.НовыйЗакрытыйКлюч()); // его сообщает сервер\nСокет.УстановитьКлиентаCurve(КлючСервера, Ключи.НовыйЗакрытыйКлюч());\nСокет.Подключить(\"tcp://127.0.0.1:5555\");",
                 "ServerKey = Curve.PublicKey(Curve.NewSecretKey()); // the server tells it\nSocket.SetCurveClient(ServerKey, Curve.NewSecretKey());\nSocket.Connect(\"tcp://127.0.0.1:5555\");"),
    M::procedure("SetPlainServer", "УстановитьСерверPlain", ZMTP, |s, call| s.be_plain_server(call.argument()?))
        .takes(&[DOMAIN])
        .doc("Сервер PLAIN: клиенты называют имя и пароль, впускает их объект `ZeroMQ.Auth`, которому принадлежит домен (не указан — `global`). Пока такого объекта нет, не впускают никого. Ничего не шифруется: и пароль, и сообщения видны в сети, поэтому PLAIN годится внутри компьютера (ipc, 127.0.0.1), а дальше берут CURVE.",
             "A server of PLAIN: clients tell a name and a password, and are let in by the `ZeroMQ.Auth` that has the domain (`global` when left out). While there is none, nobody is let in. Nothing is encrypted: the network sees password and messages, so PLAIN is for within a computer (ipc, 127.0.0.1), and CURVE for what goes further.")
        .example("Сокет.УстановитьСерверPlain();\nСокет.Привязать(\"tcp://127.0.0.1:5555\");",
                 "Socket.SetPlainServer();\nSocket.Bind(\"tcp://127.0.0.1:5555\");"),
    M::procedure("SetPlainClient", "УстановитьКлиентаPlain", ZMTP, |s, call| { let user = call.argument()?; s.be_plain_client(user, call.argument()?) })
        .takes(&[USER, PASSWORD])
        .doc("Клиент PLAIN: называет серверу имя и пароль, по 1…255 байт в UTF-8. Пароль идёт по сети открытым текстом. Такой сокет только подключают: `Привязать` — ошибка `ENOCOMPATPROTO`.", "A client of PLAIN: tells the server a name and a password, 1…255 bytes in UTF-8 each. The password goes over the network in the clear. Such a socket only connects: `Bind` is an error `ENOCOMPATPROTO`.")
        .example("Пароль = Ключи.НовыйЗакрытыйКлюч(); // случайный\nСокет.УстановитьКлиентаPlain(\"обмен\", Пароль);\nСокет.Подключить(\"tcp://127.0.0.1:5555\");",
                 "Password = Curve.NewSecretKey(); // a random one\nSocket.SetPlainClient(\"exchange\", Password);\nSocket.Connect(\"tcp://127.0.0.1:5555\");"),
];
