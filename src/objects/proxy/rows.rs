//! The members of the proxy.

use super::kind::Side;
use super::{Proxy, report, security_rows};
use crate::background::log;
use crate::native_api::{Reply, Value};
use crate::schema::{ClassSet, Error, Family, Method, Milliseconds, Parameter, Property, Whole, optional, required};

/// The family's one class.
pub const ONLY: ClassSet = ClassSet(1);

/// How long Stop may take where a script does not say, ms, and at the most.
const STOP: i32 = 5_000;
const LONGEST_STOP: i32 = 600_000;

/// How long NextEvent waits where a script does not say, ms: as Wait of the poller does.
const NEXT_EVENT: i32 = 60_000;

const ENDPOINT: Parameter = required::<&[u16]>("Endpoint", "КонечнаяТочка");
const OPTION_NAME: Parameter = required::<&[u16]>("OptionName", "ИмяНастройки");
const VALUE: Parameter = required::<Value<'_>>("Value", "Значение");

type M = Method<Proxy>;
type P = Property<Proxy>;

/// A method that attaches a side.
macro_rules! attach {
    ($english:literal, $russian:literal, $deed:ident, $side:ident, $doc:literal, $english_doc:literal, $address:literal) => {
        M::procedure($english, $russian, ONLY, |p, call| {
            let endpoint = call.argument()?;
            p.$deed(Side::$side, endpoint)
        })
        .takes(&[ENDPOINT])
        .doc($doc, $english_doc)
        .example(
            concat!("Прокси.УстановитьВид(\"Очередь\");\nПрокси.", $russian, "(\"", $address, "\");"),
            concat!("Proxy.SetKind(\"Queue\");\nProxy.", $english, "(\"", $address, "\");"),
        )
    };
}

/// An example with a proxy that runs.
macro_rules! running {
    (ru $then:literal) => {
        concat!("Прокси.УстановитьВид(\"Конвейер\");\nПрокси.ПривязатьВход(\"tcp://127.0.0.1:*\");\nПрокси.ПривязатьВыход(\"tcp://127.0.0.1:*\");\nПрокси.Запустить();", $then)
    };
    (en $then:literal) => {
        concat!("Proxy.SetKind(\"Streamer\");\nProxy.BindFrontend(\"tcp://127.0.0.1:*\");\nProxy.BindBackend(\"tcp://127.0.0.1:*\");\nProxy.Start();", $then)
    };
}

/// A method that sets an option of a side's socket, and one that reads it.
macro_rules! option {
    ($set:literal, $set_russian:literal, $get:literal, $get_russian:literal, $side:ident, $of:literal, $of_english:literal) => {
        [
            M::procedure($set, $set_russian, ONLY, |p, call| {
                let name = call.argument()?;
                let value: Value<'_> = call.argument()?;
                p.set_option(Side::$side, name, value)
            })
            .takes(&[OPTION_NAME, VALUE])
            .doc(
                concat!("Задаёт настройку ", $of, " по имени, русскому или английскому; имена, значения и сроки — как у свойств сокета того же класса. До `Запустить`."),
                concat!("Sets an option of ", $of_english, " by its name in either language; names, values and moments are those of the properties of such a socket. Before `Start`."),
            )
            .example(
                concat!("Прокси.УстановитьВид(\"Очередь\");\nПрокси.", $set_russian, "(\"ПределОтправки\", 100);"),
                concat!("Proxy.SetKind(\"Queue\");\nProxy.", $set, "(\"SendHighWaterMark\", 100);"),
            ),
            M::function($get, $get_russian, ONLY, |p, call| {
                let name: &[u16] = call.argument()?;
                p.get_option(Side::$side, name, |reply| call.answer(reply))
            })
            .takes(&[OPTION_NAME])
            .doc(
                concat!("Читает настройку ", $of, " по имени, русскому или английскому. До `Запустить`."),
                concat!("Reads an option of ", $of_english, " by its name in either language. Before `Start`."),
            )
            .gives("Значение настройки.", "The option's value.")
            .example(
                concat!("Прокси.УстановитьВид(\"Очередь\");\nСообщить(Прокси.", $get_russian, "(\"ПределОтправки\"));"),
                concat!("Proxy.SetKind(\"Queue\");\nMessage(Proxy.", $get, "(\"SendHighWaterMark\"));"),
            ),
        ]
    };
}

#[rustfmt::skip]
const SETTING: &[M] = &[
    M::procedure("SetKind", "УстановитьВид", ONLY, |p, call| { let name: &[u16] = call.argument()?; p.set_kind(name) })
        .takes(&[required::<&[u16]>("Kind", "Вид")])
        .doc("Говорит, что передавать, раньше всех других вызовов: `Очередь` (`Queue`) — запросы от клиентов (вход, `ZeroMQ.Router`) к исполнителям (выход, `ZeroMQ.Dealer`), ответы обратно; `Рассылка` (`Forwarder`) — сообщения издателей (вход, `ZeroMQ.XSub`) подписчикам (выход, `ZeroMQ.XPub`), подписки обратно; `Конвейер` (`Streamer`) — задачи отправителей (вход, `ZeroMQ.Pull`) получателям (выход, `ZeroMQ.Push`).",
             "Says what to pass on, before any other call: `Queue`, requests of clients (the frontend, a `ZeroMQ.Router`) to workers (the backend, a `ZeroMQ.Dealer`), and replies back; `Forwarder`, what publishers (the frontend, a `ZeroMQ.XSub`) send to subscribers (the backend, a `ZeroMQ.XPub`), and subscriptions back; `Streamer`, tasks of senders (the frontend, a `ZeroMQ.Pull`) to receivers (the backend, a `ZeroMQ.Push`).")
        .example("Прокси.УстановитьВид(\"Очередь\");", "Proxy.SetKind(\"Queue\");"),
    attach!("BindFrontend", "ПривязатьВход", bind, Front, "Привязывает вход: сюда подключаются клиенты, издатели или отправители. Точек у каждой стороны может быть несколько, привязанных и подключённых; все — до `Запустить`.", "Binds the frontend: clients, publishers or senders connect here. Each side may have several endpoints, bound and connected; all of them before `Start`.", "tcp://127.0.0.1:*"),
    attach!("ConnectFrontend", "ПодключитьВход", connect, Front, "Подключает вход к точке, к которой привязан клиент, издатель, отправитель или выход другого прокси.", "Connects the frontend to an endpoint that a client, a publisher, a sender, or the backend of another proxy is bound to.", "tcp://127.0.0.1:5555"),
    attach!("BindBackend", "ПривязатьВыход", bind, Back, "Привязывает выход: сюда подключаются исполнители, подписчики или получатели.", "Binds the backend: workers, subscribers or receivers connect here.", "tcp://127.0.0.1:*"),
    attach!("ConnectBackend", "ПодключитьВыход", connect, Back, "Подключает выход к точке, к которой привязан исполнитель, подписчик, получатель или вход другого прокси.", "Connects the backend to an endpoint that a worker, a subscriber, a receiver, or the frontend of another proxy is bound to.", "tcp://127.0.0.1:5556"),
    attach!("BindCapture", "ПривязатьПерехват", bind, Capture, "Привязывает перехват (`ZeroMQ.Push`): подключённый к нему `ZeroMQ.Pull` получает копию каждого сообщения, в обе стороны; подписки не копируются. Копия, для которой в очереди нет места, пропускается, и это видно в `Статистика`: прокси из-за перехвата не ждёт.", "Binds the capture (a `ZeroMQ.Push`): a `ZeroMQ.Pull` that connects to it receives a copy of every message, both ways; subscriptions are not copied. A copy for which its queue has no room is missed, and `Statistics` counts it: the proxy never waits for the capture.", "tcp://127.0.0.1:*"),
    attach!("ConnectCapture", "ПодключитьПерехват", connect, Capture, "Подключает перехват к точке, к которой привязан `ZeroMQ.Pull`.", "Connects the capture to an endpoint that a `ZeroMQ.Pull` is bound to.", "tcp://127.0.0.1:5557"),
];

const OF_FRONTEND: &[M] = &option!(
    "SetFrontendOption",
    "УстановитьНастройкуВхода",
    "GetFrontendOption",
    "ПолучитьНастройкуВхода",
    Front,
    "входа",
    "the frontend"
);
const OF_BACKEND: &[M] = &option!(
    "SetBackendOption",
    "УстановитьНастройкуВыхода",
    "GetBackendOption",
    "ПолучитьНастройкуВыхода",
    Back,
    "выхода",
    "the backend"
);
const OF_CAPTURE: &[M] = &option!(
    "SetCaptureOption",
    "УстановитьНастройкуПерехвата",
    "GetCaptureOption",
    "ПолучитьНастройкуПерехвата",
    Capture,
    "перехвата",
    "the capture"
);

#[rustfmt::skip]
const RUNNING: &[M] = &[
    M::procedure("Start", "Запустить", ONLY, |p, _| p.start())
        .doc("Начинает передачу в собственном потоке компоненты и сразу возвращается. Вход и выход к этому времени привязаны или подключены. Прокси работает, пока жив объект; запускают его один раз.",
             "Begins to pass messages on, in a thread of the component's own, and returns at once. The frontend and the backend are bound or connected by then. The proxy runs as long as its object lives; it is started once.")
        .example(running!(ru ""), running!(en "")),
    M::procedure("Pause", "Приостановить", ONLY, |p, _| p.pause())
        .doc("Прекращает приём и передачу сообщений; когда вызов вернулся, ничего больше не передаётся. Соединения остаются, отправленное ждёт в очередях, при заполненных очередях ждут отправители. Подписки передаются и во время паузы.",
             "Stops taking messages in and passing them on; once the call has returned nothing goes through. Connections stay, what is sent waits in the queues, and where these are full the senders wait. Subscriptions are passed on during a pause too.")
        .example(running!(ru "\nПрокси.Приостановить();\nПрокси.Возобновить();"), running!(en "\nProxy.Pause();\nProxy.Resume();")),
    M::procedure("Resume", "Возобновить", ONLY, |p, _| p.resume())
        .doc("Продолжает передачу после `Приостановить`; если паузы не было, ничего не меняет.", "Goes on after `Pause`; without a pause it changes nothing.")
        .example(running!(ru "\nПрокси.Приостановить();\nПрокси.Возобновить();"), running!(en "\nProxy.Pause();\nProxy.Resume();")),
    M::function("Stop", "Остановить", ONLY, |p, call| { let Whole(time) = call.argument::<Whole<0, LONGEST_STOP>>()?; let all = p.stop(time)?; call.answer(Reply::Bool(all)) })
        .takes(&[optional::<Whole<0, LONGEST_STOP>>("Timeout", "Таймаут", Reply::Int(STOP))])
        .doc("Останавливает прокси, из паузы тоже: принимает всё, что пришло, передаёт и закрывает соединения. Всё пришедшим считается, когда десятую долю таймаута, но не меньше 0,1 и не больше 0,5 с, ничего не приходит: тишина — единственный признак, и задержанное сетью дольше теряется, хотя ответ — Истина. Не дольше таймаута, мс, от 0 до 600000, если не указан — 5000, каким бы ни был получатель; кто в это время продолжает отправлять, теряет то, что не успело пройти. Второй вызов отвечает то же.",
             "Stops the proxy, also one that is paused: takes in all that has come, passes it on and closes the connections. All has come when nothing came for a tenth of the timeout, 0.1 s at the least and 0.5 s at the most: silence is the only sign, and what the network holds back for longer is lost although the answer is True. It takes no longer than the timeout, ms, 0 to 600000, 5000 when left out, whatever the receiver does; who goes on sending meanwhile loses what did not get through. A second call answers the same.")
        .gives("Булево: Истина — принятое передано и ушло; Ложь — не всё: `undelivered` в `Статистика` — сколько сообщений пришло, но не передано, `lingering` — переданное ещё ждёт получателя в фоне, не дольше настройки `ДоставкаПослеЗакрытия`.",
               "Boolean: True when all that came was passed on and has left; False when not: in `Statistics`, `undelivered` is how many messages came and were not passed on, and `lingering` says that what was passed on still waits for its receiver in the background, as long as the option `Linger` says.")
        .example(running!(ru "\nЕсли Не Прокси.Остановить(1000) Тогда\n\tСообщить(Прокси.Статистика);\nКонецЕсли;"),
                 running!(en "\nIf Not Proxy.Stop(1000) Then\n\tMessage(Proxy.Statistics);\nEndIf;")),
    M::waiting("NextEvent", "СледующееСобытие", ONLY, |p, call, waiting| p.next_event(call, waiting))
        .takes(&[optional::<Milliseconds>("Timeout", "Таймаут", Reply::Int(NEXT_EVENT))])
        .doc("Отдаёт следующее событие соединений прокси — кто подключился, ушёл, не прошёл рукопожатие, какая точка открыта всем — строкой JSON, как `СледующееСобытие` сокета; поле `side` называет сторону: `frontend`, `backend`, `capture`. События разных сторон идут в порядке времени, насколько libzmq их уже сообщила. Ждёт не дольше таймаута, мс: 0 — не ждать, -1 — ждать без ограничения, если не указан — 60000. Наблюдение начинается с первого вызова после `Запустить` и стоит двух сокетов libzmq на сторону; о том, что было раньше, событий нет, кроме `insecure_endpoint`, который идёт первым. Каждая сторона хранит непрочитанных событий столько же, сколько сокет; самые старые уступают место, и об этом сообщает `events_dropped`, не позже чем через секунду. После `Остановить` отдаёт то, что осталось и сохранилось, затем — ошибка `ENOTSOCK`; о том, что произошло с соединениями позже, событий нет. Другие потоки тем временем могут вызывать `Приостановить`, `Возобновить`, `Остановить`; пока прокси останавливается, ожидание не кончается.",
             "Gives the next event of the proxy's connections — who connected, went, failed the handshake, which endpoint is open to anybody — as a text of JSON, like `NextEvent` of a socket; the field `side` names the side: `frontend`, `backend`, `capture`. Events of different sides come in the order of time, as far as libzmq has told them. Waits no longer than the timeout, ms: 0 does not wait, -1 waits without end, 60000 when left out. Watching begins with the first call after `Start`, and takes two of libzmq's sockets a side; of what was before there are no events but `insecure_endpoint`, which comes first. Each side keeps as many events that are not read as a socket does; the oldest make room, and `events_dropped` tells of it, within a second. After `Stop` it gives what is left and was kept, then it is the error `ENOTSOCK`; of what becomes of connections later there are no events. Other threads can call `Pause`, `Resume` and `Stop` meanwhile; while the proxy stops the wait does not end.")
        .gives("Строка; Неопределено, если таймаут вышел.", "String; Undefined when the timeout passed.")
        .example(running!(ru "\nСобытие = Прокси.СледующееСобытие(100);\nЕсли Событие <> Неопределено Тогда\n\tСообщить(Событие); // {\"event\":\"accepted\",\"side\":\"frontend\", …\nКонецЕсли;"),
                 running!(en "\nEvent = Proxy.NextEvent(100);\nIf Event <> Undefined Then\n\tMessage(Event); // {\"event\":\"accepted\",\"side\":\"frontend\", …\nEndIf;")),
    M::procedure("Close", "Закрыть", ONLY, |p, _| { p.close(); Ok(()) })
        .ends_waits()
        .doc("Останавливает прокси, за 0,5 с, и закрывает объект. `Остановить` и `СледующееСобытие`, которые ждут на другом потоке, прерываются. То же происходит, когда объект уничтожается.",
             "Stops the proxy, within 0.5 s, and closes the object. A `Stop` or `NextEvent` that waits on another thread is broken off. The same happens when the object is destroyed.")
        .example("Прокси.Закрыть();", "Proxy.Close();"),
];

#[rustfmt::skip]
impl Family for Proxy {
    const METHODS: &'static [&'static [M]] = &[SETTING, OF_FRONTEND, OF_BACKEND, OF_CAPTURE, security_rows::OF_FRONTEND, security_rows::OF_BACKEND, RUNNING];

    const PROPERTIES: &'static [&'static [P]] = &[&[
        P::read_only("Kind", "Вид", ONLY, |shown, read| read.answer(Reply::Text(shown.kind().map_or("", |kind| kind.name().english))))
            .doc("Строка. `Queue`, `Forwarder` или `Streamer`; пустая, пока вид не задан.", "String. `Queue`, `Forwarder` or `Streamer`; empty until it is set.")
            .example("Сообщить(Прокси.Вид);", "Message(Proxy.Kind);"),
        P::read_only("State", "Состояние", ONLY, |shown, read| read.answer(Reply::Text(report::state_name(shown.progress.state()))))
            .doc("Строка. `New` — не запущен, `Running` — работает, `Paused` — приостановлен, `Stopping` — останавливается, `Stopped` — остановлен, `Failed` — прекратил работу из-за ошибки, её называет `ПричинаОтказа`. Читается и тогда, когда другой поток ждёт в `Остановить`.",
                 "String. `New`, not started; `Running`; `Paused`; `Stopping`; `Stopped`; `Failed`, ended by an error, which `FailureText` tells. Can be read while another thread waits in `Stop`.")
            .example("Если Прокси.Состояние = \"Failed\" Тогда\n\tСообщить(Прокси.ПричинаОтказа);\nКонецЕсли;",
                     "If Proxy.State = \"Failed\" Then\n\tMessage(Proxy.FailureText);\nEndIf;"),
        P::read_only("FailureText", "ПричинаОтказа", ONLY, |shown, read| { let text = report::failure(shown, read.language); read.answer(Reply::Text(&text)) })
            .doc("Строка. Ошибка, из-за которой поток прокси прекратил работу; пустая, пока такой не было.", "String. The error that ended the proxy's thread; empty as long as there was none.")
            .example("Сообщить(Прокси.ПричинаОтказа);", "Message(Proxy.FailureText);"),
        P::read_only("Statistics", "Статистика", ONLY, |shown, read| { let text = report::statistics(shown, read.language); read.answer(Reply::Text(&text)) })
            .doc("Строка. Что прокси сделал, как JSON: `kind`, `state`, `failure`, последние точки `frontend` и `backend`; `forward` (от входа к выходу), `backward` (обратно) и `capture` (перехват) — каждый с `messages`, `parts`, `bytes` и `dropped`, у перехвата `missed`; `subscriptions`, `undelivered`, `lingering`. Читается в любом состоянии, после `Закрыть` тоже.",
                 "String. What the proxy has done, as JSON: `kind`, `state`, `failure`, the last endpoints `frontend` and `backend`; `forward` (from the frontend to the backend), `backward` and `capture`, each with `messages`, `parts`, `bytes` and `dropped`, of the capture `missed`; `subscriptions`, `undelivered`, `lingering`. Can be read in any state, after `Close` too.")
            .example("Сообщить(Прокси.Статистика);", "Message(Proxy.Statistics);"),
        P::read_only("FrontendEndpoint", "КонечнаяТочкаВхода", ONLY, |shown, read| read.answer(Reply::Text(&shown.endpoint(Side::Front))))
            .doc("Строка. Настоящий адрес, к которому вход привязан или подключён последним: вместо `*` — то, что выбрала система.", "String. The real address that the frontend was bound or connected to last: what the system chose stands in place of `*`.")
            .example("Сообщить(Прокси.КонечнаяТочкаВхода);", "Message(Proxy.FrontendEndpoint);"),
        P::read_only("BackendEndpoint", "КонечнаяТочкаВыхода", ONLY, |shown, read| read.answer(Reply::Text(&shown.endpoint(Side::Back))))
            .doc("Строка. То же для выхода.", "String. The same of the backend.")
            .example("Сообщить(Прокси.КонечнаяТочкаВыхода);", "Message(Proxy.BackendEndpoint);"),
        P::read_only("CaptureEndpoint", "КонечнаяТочкаПерехвата", ONLY, |shown, read| read.answer(Reply::Text(&shown.endpoint(Side::Capture))))
            .doc("Строка. То же для перехвата.", "String. The same of the capture.")
            .example("Сообщить(Прокси.КонечнаяТочкаПерехвата);", "Message(Proxy.CaptureEndpoint);"),
        P::read_only("LastError", "ПоследняяОшибка", ONLY, |_, read| read.answer(Reply::Text(read.last_error)))
            .doc("Строка. Текст последней ошибки; пустая строка после удачного вызова.", "String. The last error; empty after a call that succeeded.")
            .example("Сообщить(Прокси.ПоследняяОшибка);", "Message(Proxy.LastError);"),
        P::read_only("LastErrorCode", "КодПоследнейОшибки", ONLY, |_, read| read.answer(Reply::Text(read.last_error_code)))
            .doc("Строка. Условное имя последней ошибки, например `ENOENT`.", "String. The symbolic name of the last error, such as `ENOENT`.")
            .example("Сообщить(Прокси.КодПоследнейОшибки);", "Message(Proxy.LastErrorCode);"),
    ]];

    fn close(&mut self) {
        Self::close(self);
    }

    fn failed(&self, member: &'static str, error: &Error) {
        log::note_failed("Proxy", None, member, error.code);
    }
}
