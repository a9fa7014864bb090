//! Which endpoints a socket is at.

use super::M;
use crate::objects::classes::ALL;
use crate::schema::required;

/// Bind and Connect, what undoes them, and Close.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::procedure("Bind", "Привязать", ALL, |s, call| s.bind(call.argument()?))
        .takes(&[required::<&[u16]>("Endpoint", "КонечнаяТочка")])
        .doc("Привязывает сокет к конечной точке и начинает принимать соединения: `tcp://127.0.0.1:5555`, `tcp://*:5555`, `tcp://[::1]:5555`, `ipc:///путь/к/файлу`, `inproc://имя`. Вместо порта или пути можно указать `*`: адрес выберет система, его сообщит `ПоследняяКонечнаяТочка`.",
             "Binds the socket to an endpoint and accepts connections: `tcp://127.0.0.1:5555`, `tcp://*:5555`, `tcp://[::1]:5555`, `ipc:///path/to/file`, `inproc://name`. With `*` in place of port or path the system chooses; `LastEndpoint` tells.")
        .example("Сокет.Привязать(\"tcp://*:5555\");",
                 "Socket.Bind(\"tcp://*:5555\");"),
    M::procedure("Unbind", "Отвязать", ALL, |s, call| s.unbind(call.argument()?))
        .takes(&[required::<&[u16]>("Endpoint", "КонечнаяТочка")])
        .doc("Отвязывает конечную точку: годится и текст, переданный в `Привязать`, и настоящий адрес. Подключённые через tcp и ipc отключаются, отправленное им ещё доходит; подключённые к имени `inproc` остаются с этим сокетом, пока он не закрыт. Собственные подключения сокета не трогает.",
             "Undoes `Bind`; takes the text that `Bind` was given, or the real address. Peers on tcp and ipc are cut off, what was sent to them still arrives; those of an `inproc` name stay with this socket until it is closed. The socket's own connections are left alone.")
        .example("Сокет.Привязать(\"tcp://127.0.0.1:*\");\nСокет.Отвязать(Сокет.ПоследняяКонечнаяТочка);",
                 "Socket.Bind(\"tcp://127.0.0.1:*\");\nSocket.Unbind(Socket.LastEndpoint);"),
    M::procedure("Connect", "Подключить", ALL, |s, call| s.connect(call.argument()?))
        .takes(&[required::<&[u16]>("Endpoint", "КонечнаяТочка")])
        .doc("Подключается к конечной точке. Соединение устанавливается в фоне и восстанавливается само; другая сторона может появиться позже и смениться другой, и у имени `inproc` тоже. Повторный вызов с тем же адресом второго соединения не создаёт; адрес, по которому подключиться нельзя никогда, — ошибка.",
             "Connects to an endpoint. The connection is made, and made anew, in the background; the peer may come later and be replaced by another, that of an `inproc` name too. Another call with the same address makes no second connection; an address that can never be reached is an error.")
        .example("Сокет.Подключить(\"tcp://127.0.0.1:5555\");",
                 "Socket.Connect(\"tcp://127.0.0.1:5555\");"),
    M::procedure("Disconnect", "Отключить", ALL, |s, call| s.disconnect(call.argument()?))
        .takes(&[required::<&[u16]>("Endpoint", "КонечнаяТочка")])
        .doc("Отключается от конечной точки, к которой подключались методом `Подключить`; привязанное не трогает. Сообщение, первую часть которого уже отдал `Получить`, можно дочитать.",
             "Undoes `Connect`; leaves what is bound alone. A message whose first part `Recv` gave can still be read to its end.")
        .example("Сокет.Подключить(\"tcp://127.0.0.1:5555\");\nСокет.Отключить(\"tcp://127.0.0.1:5555\");",
                 "Socket.Connect(\"tcp://127.0.0.1:5555\");\nSocket.Disconnect(\"tcp://127.0.0.1:5555\");"),
    M::procedure("Close", "Закрыть", ALL, |s, _| { s.close(); Ok(()) })
        .ends_waits()
        .doc("Закрывает сокет. Ждёт не дольше 0,5 с, пока отправленное уйдёт и адреса освободятся; остальное доставляется в фоне, пока живёт процесс, не дольше `ДоставкаПослеЗакрытия` (30 с) у тех, кто отправляет.",
             "Closes the socket. Waits up to 0.5 s for what was sent to leave and for its addresses to become free; the rest is delivered in the background while the process lives, for no longer than `Linger` (30 s) of those that send.")
        .example("Сокет.Закрыть();",
                 "Socket.Close();"),
];
