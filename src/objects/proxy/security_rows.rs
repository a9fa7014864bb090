//! How the peers of a proxy's sides prove who they are: to a side as to any socket of its class.

use super::Proxy;
use super::kind::Side;
use super::rows::ONLY;
use crate::native_api::Reply;
use crate::objects::keys;
use crate::schema::{Method, Parameter, TextOrBlob, optional, required};

type M = Method<Proxy>;

const SECRET_KEY: Parameter = required::<TextOrBlob<'_>>("SecretKey", "ЗакрытыйКлюч").secret();
/// No secret, but another key may be given in its place.
const SERVER_KEY: Parameter = required::<TextOrBlob<'_>>("ServerKey", "КлючСервера").secret();
const USER: Parameter = required::<&[u16]>("User", "Пользователь").secret();
const PASSWORD: Parameter = required::<&[u16]>("Password", "Пароль").secret();
const DOMAIN: Parameter = optional::<Option<&[u16]>>("Domain", "Домен", Reply::Text(keys::DOMAIN));

/// The four of a side.
macro_rules! security {
    ($of:ident: $curve_server:literal $curve_server_russian:literal, $curve_client:literal $curve_client_russian:literal,
     $plain_server:literal $plain_server_russian:literal, $plain_client:literal $plain_client_russian:literal,
     $russian:literal, $english:literal, $bind:literal $bind_russian:literal, $connect:literal $connect_russian:literal) => {
        [
            M::procedure($curve_server, $curve_server_russian, ONLY, |p, call| {
                let secret = call.argument()?;
                p.side(Side::$of)?.be_curve_server(secret, call.argument()?)
            })
            .takes(&[SECRET_KEY, DOMAIN])
            .doc(
                concat!("Делает ", $russian, " сервером CURVE, как `УстановитьСерверCurve` сокета: соединения шифруются, а впускает к нему объект `ZeroMQ.Auth`, которому принадлежит домен (не указан — `global`). Пока такого объекта нет, не впускают никого. До точек этой стороны и до `Запустить`, позже — ошибка `EISCONN`; `inproc` у защищённой стороны быть не может."),
                concat!("Makes ", $english, " a server of CURVE, as `SetCurveServer` of a socket does: connections are encrypted, and peers are let in by the `ZeroMQ.Auth` that has the domain (`global` when left out). While there is none, nobody is let in. Before the endpoints of this side and before `Start`, later it is an error `EISCONN`; a secured side cannot have `inproc`."),
            )
            .example(
                concat!("Прокси.УстановитьВид(\"Очередь\");\nПрокси.", $curve_server_russian, "(Ключи.НовыйЗакрытыйКлюч());\nПрокси.", $bind_russian, "(\"tcp://127.0.0.1:*\");"),
                concat!("Proxy.SetKind(\"Queue\");\nProxy.", $curve_server, "(Curve.NewSecretKey());\nProxy.", $bind, "(\"tcp://127.0.0.1:*\");"),
            ),
            M::procedure($curve_client, $curve_client_russian, ONLY, |p, call| {
                let server = call.argument()?;
                p.side(Side::$of)?.be_curve_client(server, call.argument()?)
            })
            .takes(&[SERVER_KEY, SECRET_KEY])
            .doc(
                concat!("Делает ", $russian, " клиентом CURVE, как `УстановитьКлиентаCurve` сокета: соединяется только с владельцем этого открытого ключа сервера. До точек этой стороны и до `Запустить`."),
                concat!("Makes ", $english, " a client of CURVE, as `SetCurveClient` of a socket does: it connects to the owner of this public key of a server only. Before the endpoints of this side and before `Start`."),
            )
            .example(
                concat!("КлючСервера = Ключи.ОткрытыйКлюч(Ключи.НовыйЗакрытыйКлюч()); // его сообщает сервер\nПрокси.УстановитьВид(\"Очередь\");\nПрокси.", $curve_client_russian, "(КлючСервера, Ключи.НовыйЗакрытыйКлюч());\nПрокси.", $connect_russian, "(\"tcp://127.0.0.1:5555\");"),
                concat!("ServerKey = Curve.PublicKey(Curve.NewSecretKey()); // the server tells it\nProxy.SetKind(\"Queue\");\nProxy.", $curve_client, "(ServerKey, Curve.NewSecretKey());\nProxy.", $connect, "(\"tcp://127.0.0.1:5555\");"),
            ),
            M::procedure($plain_server, $plain_server_russian, ONLY, |p, call| {
                let domain = call.argument()?;
                p.side(Side::$of)?.be_plain_server(domain)
            })
            .takes(&[DOMAIN])
            .doc(
                concat!("Делает ", $russian, " сервером PLAIN, как `УстановитьСерверPlain` сокета: имя и пароль проверяет объект `ZeroMQ.Auth`, которому принадлежит домен (не указан — `global`). Ничего не шифруется. До точек этой стороны и до `Запустить`."),
                concat!("Makes ", $english, " a server of PLAIN, as `SetPlainServer` of a socket does: names and passwords are judged by the `ZeroMQ.Auth` that has the domain (`global` when left out). Nothing is encrypted. Before the endpoints of this side and before `Start`."),
            )
            .example(
                concat!("Прокси.УстановитьВид(\"Очередь\");\nПрокси.", $plain_server_russian, "();\nПрокси.", $bind_russian, "(\"tcp://127.0.0.1:*\");"),
                concat!("Proxy.SetKind(\"Queue\");\nProxy.", $plain_server, "();\nProxy.", $bind, "(\"tcp://127.0.0.1:*\");"),
            ),
            M::procedure($plain_client, $plain_client_russian, ONLY, |p, call| {
                let user = call.argument()?;
                p.side(Side::$of)?.be_plain_client(user, call.argument()?)
            })
            .takes(&[USER, PASSWORD])
            .doc(
                concat!("Делает ", $russian, " клиентом PLAIN, как `УстановитьКлиентаPlain` сокета: называет серверу имя и пароль открытым текстом. Такую сторону только подключают. До точек этой стороны и до `Запустить`."),
                concat!("Makes ", $english, " a client of PLAIN, as `SetPlainClient` of a socket does: it tells the server a name and a password in the clear. Such a side only connects. Before the endpoints of this side and before `Start`."),
            )
            .example(
                concat!("Пароль = Ключи.НовыйЗакрытыйКлюч(); // случайный\nПрокси.УстановитьВид(\"Очередь\");\nПрокси.", $plain_client_russian, "(\"обмен\", Пароль);\nПрокси.", $connect_russian, "(\"tcp://127.0.0.1:5555\");"),
                concat!("Password = Curve.NewSecretKey(); // a random one\nProxy.SetKind(\"Queue\");\nProxy.", $plain_client, "(\"exchange\", Password);\nProxy.", $connect, "(\"tcp://127.0.0.1:5555\");"),
            ),
        ]
    };
}

#[rustfmt::skip]
pub(super) const OF_FRONTEND: &[M] = &security!(Front:
    "SetFrontendCurveServer" "УстановитьСерверCurveВхода", "SetFrontendCurveClient" "УстановитьКлиентаCurveВхода",
    "SetFrontendPlainServer" "УстановитьСерверPlainВхода", "SetFrontendPlainClient" "УстановитьКлиентаPlainВхода",
    "вход", "the frontend", "BindFrontend" "ПривязатьВход", "ConnectFrontend" "ПодключитьВход");

#[rustfmt::skip]
pub(super) const OF_BACKEND: &[M] = &security!(Back:
    "SetBackendCurveServer" "УстановитьСерверCurveВыхода", "SetBackendCurveClient" "УстановитьКлиентаCurveВыхода",
    "SetBackendPlainServer" "УстановитьСерверPlainВыхода", "SetBackendPlainClient" "УстановитьКлиентаPlainВыхода",
    "выход", "the backend", "BindBackend" "ПривязатьВыход", "ConnectBackend" "ПодключитьВыход");
