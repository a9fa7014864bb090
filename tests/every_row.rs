//! Walks both names of every class, every method and every property in both languages, and asks each slot
//! what no script would ask.

use host::{Farewell, Host, Object, Settings, Value, Variants, isolated, secs, vt};

const KINDS: [&str; 17] = [
    "Req", "Rep", "Pub", "Sub", "Push", "Pull", "Dealer", "Router", "Pair", "XPub", "XSub", "Stream", "Info", "Poller",
    "Curve", "Auth", "Proxy",
];
const WILD: [i32; 6] = [-1, -2, i32::MIN, i32::MAX, 1000, 0x10000];

const COMMON: &[(&str, &str)] = &[
    ("Bind", "Привязать"),
    ("Unbind", "Отвязать"),
    ("Connect", "Подключить"),
    ("Disconnect", "Отключить"),
    ("Close", "Закрыть"),
    ("SetOption", "УстановитьНастройку"),
    ("GetOption", "ПолучитьНастройку"),
];
const SENDING: &[(&str, &str)] = &[
    ("Send", "Отправить"),
    ("SendPart", "ОтправитьЧасть"),
    ("DropParts", "ОтброситьЧасти"),
    ("SendText", "ОтправитьСтроку"),
    ("SendPartText", "ОтправитьЧастьИзСтроки"),
    ("SetSendTimeout", "УстановитьТаймаутОтправки"),
];
const RECEIVING: &[(&str, &str)] = &[
    ("Recv", "Получить"),
    ("RecvMultipart", "ПолучитьСоставное"),
    ("GetPart", "ПолучитьЧасть"),
    ("RecvText", "ПолучитьСтроку"),
    ("GetPartText", "ПолучитьЧастьКакСтроку"),
    ("SetRecvTimeout", "УстановитьТаймаутПолучения"),
];
const REQUESTING: &[(&str, &str)] = &[("Request", "Запросить"), ("RequestText", "ЗапроситьСтроку")];
const LISTENING: &[(&str, &str)] = &[("Listen", "Слушать"), ("StopListening", "ПрекратитьСлушать")];
const SENDING_BATCHES: &[(&str, &str)] = &[("SendBatch", "ОтправитьПакет")];
const RECEIVING_BATCHES: &[(&str, &str)] = &[("RecvBatch", "ПолучитьПакет")];
const POLLING: &[(&str, &str)] = &[
    ("Add", "Добавить"),
    ("Change", "Изменить"),
    ("Remove", "Удалить"),
    ("Clear", "Очистить"),
    ("Count", "Количество"),
    ("Wait", "Ожидать"),
    ("ReadyId", "ИдентификаторГотового"),
    ("CanRecv", "МожноПолучить"),
    ("CanSend", "МожноОтправить"),
    ("IsOpen", "Открыт"),
    ("IsClosed", "Закрыт"),
    ("Close", "Закрыть"),
];
const SECURING: &[(&str, &str)] = &[
    ("SetCurveServer", "УстановитьСерверCurve"),
    ("SetCurveClient", "УстановитьКлиентаCurve"),
    ("SetPlainServer", "УстановитьСерверPlain"),
    ("SetPlainClient", "УстановитьКлиентаPlain"),
];
const MAKING_KEYS: &[(&str, &str)] = &[("NewSecretKey", "НовыйЗакрытыйКлюч"), ("PublicKey", "ОткрытыйКлюч")];
const DECIDING_WHO: &[(&str, &str)] = &[
    ("AddKey", "ДобавитьКлюч"),
    ("RemoveKey", "УдалитьКлюч"),
    ("AddUser", "ДобавитьПользователя"),
    ("RemoveUser", "УдалитьПользователя"),
    ("AddAddress", "ДобавитьАдрес"),
    ("RemoveAddress", "УдалитьАдрес"),
    ("AllowAny", "РазрешитьЛюбому"),
    ("ForbidAny", "ЗапретитьЛюбому"),
    ("Release", "ОсвободитьДомен"),
    ("ReadDecisions", "ПрочитатьРешения"),
    ("Close", "Закрыть"),
];
const ASKING: &[(&str, &str)] = &[("Has", "Поддерживает")];
const PROXYING: &[(&str, &str)] = &[
    ("SetKind", "УстановитьВид"),
    ("BindFrontend", "ПривязатьВход"),
    ("ConnectFrontend", "ПодключитьВход"),
    ("BindBackend", "ПривязатьВыход"),
    ("ConnectBackend", "ПодключитьВыход"),
    ("BindCapture", "ПривязатьПерехват"),
    ("ConnectCapture", "ПодключитьПерехват"),
    ("SetFrontendOption", "УстановитьНастройкуВхода"),
    ("GetFrontendOption", "ПолучитьНастройкуВхода"),
    ("SetBackendOption", "УстановитьНастройкуВыхода"),
    ("GetBackendOption", "ПолучитьНастройкуВыхода"),
    ("SetCaptureOption", "УстановитьНастройкуПерехвата"),
    ("GetCaptureOption", "ПолучитьНастройкуПерехвата"),
    ("SetFrontendCurveServer", "УстановитьСерверCurveВхода"),
    ("SetFrontendCurveClient", "УстановитьКлиентаCurveВхода"),
    ("SetFrontendPlainServer", "УстановитьСерверPlainВхода"),
    ("SetFrontendPlainClient", "УстановитьКлиентаPlainВхода"),
    ("SetBackendCurveServer", "УстановитьСерверCurveВыхода"),
    ("SetBackendCurveClient", "УстановитьКлиентаCurveВыхода"),
    ("SetBackendPlainServer", "УстановитьСерверPlainВыхода"),
    ("SetBackendPlainClient", "УстановитьКлиентаPlainВыхода"),
    ("Start", "Запустить"),
    ("Pause", "Приостановить"),
    ("Resume", "Возобновить"),
    ("Stop", "Остановить"),
    ("Close", "Закрыть"),
];
const SUBSCRIBING: &[(&str, &str)] = &[("Subscribe", "Подписаться"), ("Unsubscribe", "Отписаться")];
const DECIDING: &[(&str, &str)] =
    &[("SubscribePeer", "ПодписатьСобеседника"), ("UnsubscribePeer", "ОтписатьСобеседника")];
const ADDRESSING: &[(&str, &str)] = &[("SendTo", "ОтправитьКому")];
const SOCKET_PROPERTIES: &[(&str, &str)] = &[
    ("LastError", "ПоследняяОшибка"),
    ("LastErrorCode", "КодПоследнейОшибки"),
    ("LastEndpoint", "ПоследняяКонечнаяТочка"),
    ("Id", "Идентификатор"),
    ("Statistics", "Статистика"),
];
const POLLER_PROPERTIES: &[(&str, &str)] = &[("LastError", "ПоследняяОшибка"), ("LastErrorCode", "КодПоследнейОшибки")];
const PROXY_PROPERTIES: &[(&str, &str)] = &[
    ("LastError", "ПоследняяОшибка"),
    ("LastErrorCode", "КодПоследнейОшибки"),
    ("Kind", "Вид"),
    ("State", "Состояние"),
    ("FailureText", "ПричинаОтказа"),
    ("Statistics", "Статистика"),
    ("FrontendEndpoint", "КонечнаяТочкаВхода"),
    ("BackendEndpoint", "КонечнаяТочкаВыхода"),
    ("CaptureEndpoint", "КонечнаяТочкаПерехвата"),
];
const INFO_PROPERTIES: &[(&str, &str)] = &[
    ("LastError", "ПоследняяОшибка"),
    ("LastErrorCode", "КодПоследнейОшибки"),
    ("Instance", "Экземпляр"),
    ("VersionZeroMQ", "ВерсияZeroMQ"),
    ("VersionAddin", "ВерсияКомпоненты"),
    ("Isolated", "Изолированно"),
    ("ProcessId", "ИдентификаторПроцесса"),
    ("Capabilities", "Возможности"),
    ("OpenSockets", "ОткрытоСокетов"),
    ("Descriptors", "Дескрипторы"),
    ("DescriptorLimit", "ПределДескрипторов"),
    ("Statistics", "Статистика"),
    ("Log", "Журнал"),
];

fn methods_of(kind: &str) -> Vec<(&'static str, &'static str)> {
    let groups: &[&[(&str, &str)]] = match kind {
        "Req" => &[COMMON, SENDING, RECEIVING, REQUESTING],
        "Rep" => &[COMMON, SENDING, RECEIVING],
        "Pub" | "Push" => &[COMMON, SENDING, SENDING_BATCHES],
        "Sub" => &[COMMON, RECEIVING, SUBSCRIBING, RECEIVING_BATCHES],
        "Pull" => &[COMMON, RECEIVING, RECEIVING_BATCHES],
        "XPub" => &[COMMON, SENDING, RECEIVING, DECIDING, SENDING_BATCHES, RECEIVING_BATCHES],
        "Dealer" | "Pair" => &[COMMON, SENDING, RECEIVING, SENDING_BATCHES, RECEIVING_BATCHES],
        "Router" => &[COMMON, SENDING, RECEIVING, ADDRESSING, SENDING_BATCHES, RECEIVING_BATCHES],
        "XSub" => &[COMMON, SENDING, RECEIVING, SUBSCRIBING, SENDING_BATCHES, RECEIVING_BATCHES],
        "Stream" => &[COMMON, SENDING, RECEIVING, ADDRESSING, RECEIVING_BATCHES],
        "Poller" => &[POLLING],
        "Curve" => &[MAKING_KEYS],
        "Auth" => &[DECIDING_WHO],
        "Info" => &[ASKING],
        "Proxy" => &[PROXYING],
        _ => &[],
    };
    let mut methods = groups.concat();
    if methods.contains(&COMMON[0]) && kind != "Stream" {
        methods.extend(SECURING);
    }
    if methods.contains(&RECEIVING[0]) {
        methods.extend(LISTENING);
    }
    methods
}

/// Both names of every class: (kind, name by which BSL makes it).
fn both_names() -> impl Iterator<Item = (&'static str, String)> {
    KINDS.iter().flat_map(|kind| [(*kind, format!("ZeroMQ.{kind}")), (*kind, format!("ZeroMQ{kind}"))])
}

/// An object of every class under both names.
fn every_object(host: &Host) -> Vec<(&'static str, Object)> {
    both_names().map(|(kind, name)| (kind, host.create(&name))).collect()
}

/// No wait of the object lasts.
fn hurry(object: &Object) {
    for name in ["SetRecvTimeout", "SetSendTimeout"] {
        if object.slots().find_method(name) >= 0 {
            object.must(name, host::args![0]);
        }
    }
}

fn cased(name: &str) -> [String; 5] {
    let flip = |odd: usize| {
        let case = |(i, c): (usize, char)| {
            let text: String = if i % 2 == odd { c.to_uppercase().collect() } else { c.to_lowercase().collect() };
            text
        };
        name.chars().enumerate().map(case).collect::<String>()
    };
    [name.into(), name.to_uppercase(), name.to_lowercase(), flip(0), flip(1)]
}

/// Names that are near and wrong.
fn misspelt(name: &str) -> Vec<String> {
    let mut all = vec![format!("{name} "), format!(" {name}"), format!("{name}s"), String::new()];
    let mut short = name.to_owned();
    short.pop();
    all.push(short);
    // Latin and Cyrillic letters that look alike are different letters.
    for (cyrillic, latin) in [('о', 'o'), ('О', 'O'), ('е', 'e'), ('с', 'c'), ('а', 'a')] {
        let swapped: String = name
            .chars()
            .map(|c| {
                if c == cyrillic {
                    latin
                } else if c == latin {
                    cyrillic
                } else {
                    c
                }
            })
            .collect();
        if swapped != name {
            all.push(swapped);
        }
    }
    all
}

fn count(n: i64) -> i32 {
    i32::try_from(n).expect("a small count")
}

#[test]
fn every_class_is_offered_under_both_names() {
    isolated(secs(30), || {
        let host = Host::built();
        let ids = host.library().class_names();
        for id in &ids {
            assert!(!id.contains('.'), "{id}: a dotted id is of no use to some hosts");
        }
        let mut unique = ids.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), ids.len());
        for kind in KINDS {
            for (id, name) in [
                (format!("ZeroMQ{kind}"), format!("ZeroMQ{kind}")),
                (format!("ZeroMQ_{kind}"), format!("ZeroMQ.{kind}")),
            ] {
                assert!(ids.contains(&id), "{id} is not among {ids:?}");
                assert_eq!(host.library().id_of(&name).as_ref(), Some(&id));
            }
            // The dotted name is taken by GetClassObject as well.
            let dotted = host.create_by_id(&format!("ZeroMQ.{kind}")).expect("the dotted name");
            assert_eq!(dotted.slots().register_extension_as().as_deref(), Some(&*format!("ZeroMQ.{kind}")));
        }
    });
}

#[test]
fn every_member_is_there_and_nothing_of_another_family() {
    isolated(secs(30), || {
        let host = Host::built();
        let everything: Vec<_> = [
            COMMON,
            SENDING,
            RECEIVING,
            SUBSCRIBING,
            ADDRESSING,
            DECIDING,
            REQUESTING,
            LISTENING,
            SENDING_BATCHES,
            RECEIVING_BATCHES,
            POLLING,
            SECURING,
            MAKING_KEYS,
            DECIDING_WHO,
            ASKING,
            PROXYING,
        ]
        .concat();
        for (kind, object) in every_object(&host) {
            let slots = object.slots();
            let expected = methods_of(kind);
            for pair @ (english, russian) in &everything {
                let found = [slots.find_method(english), slots.find_method(russian)];
                if expected.contains(pair) {
                    assert!(found[0] >= 0 && found[0] == found[1], "{kind}.{english}/{russian}: {found:?}");
                } else {
                    assert_eq!(found, [-1, -1], "{kind} has {english}");
                }
            }
            let properties = match kind {
                "Info" => INFO_PROPERTIES,
                "Poller" | "Curve" | "Auth" => POLLER_PROPERTIES,
                "Proxy" => PROXY_PROPERTIES,
                _ => SOCKET_PROPERTIES,
            };
            for (english, russian) in properties {
                let found = [slots.find_prop(english), slots.find_prop(russian)];
                assert!(found[0] >= 0 && found[0] == found[1], "{kind}.{english}/{russian}: {found:?}");
                assert!(slots.prop_readable(count(found[0])), "{kind}.{english} cannot be read");
                assert!(!slots.prop_writable(count(found[0])), "{kind}.{english} can be written");
            }
            let returns = |name: &str| slots.has_ret_val(count(slots.find_method(name)));
            for name in [
                "Send",
                "SendText",
                "SendBatch",
                "Recv",
                "RecvText",
                "RecvMultipart",
                "RecvBatch",
                "GetPart",
                "GetPartText",
                "Request",
                "RequestText",
                "GetOption",
            ] {
                if expected.iter().any(|(english, _)| *english == name) {
                    assert!(returns(name), "{kind}.{name} is no function");
                }
            }
        }
    });
}

#[test]
fn every_name_is_found_in_any_case_and_no_other() {
    isolated(secs(60), || {
        let host = Host::built();
        for (kind, object) in every_object(&host) {
            let slots = object.slots();
            let mut names = Vec::new();
            for n in 0..count(slots.n_methods()) {
                let both = [0, 1].map(|alias| slots.method_name(n, alias).expect("a method's name"));
                assert_ne!(both[0], both[1], "{kind}: one name for both languages");
                for name in both {
                    for spelt in cased(&name) {
                        assert_eq!(slots.find_method(&spelt), i64::from(n), "{kind}.{spelt}");
                    }
                    names.push(name);
                }
                assert!((0..=8).contains(&slots.n_params(n)));
            }
            for n in 0..count(slots.n_props()) {
                let both = [0, 1].map(|alias| slots.prop_name(n, alias).expect("a property's name"));
                for name in &both {
                    for spelt in cased(name) {
                        assert_eq!(slots.find_prop(&spelt), i64::from(n), "{kind}.{spelt}");
                    }
                }
                names.extend(both);
            }
            for name in &names {
                for wrong in misspelt(name) {
                    if !names.iter().any(|n| n.to_lowercase() == wrong.to_lowercase()) {
                        assert_eq!(slots.find_method(&wrong), -1, "{kind}.{wrong:?}");
                        assert_eq!(slots.find_prop(&wrong), -1, "{kind}.{wrong:?}");
                    }
                }
            }
            let long = "Ж".repeat(1 << 20);
            assert_eq!(slots.find_method(&long), -1);
            assert_eq!(slots.find_method_units(&[0xD800, 0xDFFF, 0]), -1);
        }
    });
}

#[test]
fn wild_numbers_are_answered_with_nothing() {
    isolated(secs(30), || {
        let host = Host::built();
        for (kind, object) in every_object(&host) {
            let slots = object.slots();
            let beyond = [count(slots.n_methods()), count(slots.n_props()).max(count(slots.n_methods()))];
            for n in WILD.into_iter().chain(beyond) {
                assert_eq!(slots.n_params(n), 0, "{kind} {n}");
                assert!(!slots.has_ret_val(n));
                for alias in [0, 1] {
                    assert_eq!(slots.method_name(n, alias), None);
                }
                assert_eq!(slots.param_default(n, 0), None);
                let mut one = Variants::of(&[Value::i4(1)]);
                assert!(!slots.call_as_proc(n, Some(&mut one), 1), "{kind} {n}");
                assert_eq!(slots.call_as_func(n, Some(&mut one), 1), (false, Value::Empty));
            }
            for n in WILD.into_iter().chain([count(slots.n_props())]) {
                assert!(!slots.prop_readable(n) && !slots.prop_writable(n));
                for alias in [0, 1] {
                    assert_eq!(slots.prop_name(n, alias), None);
                }
                assert_eq!(slots.get_prop(n), (false, Value::Empty));
                assert!(!slots.set_prop(n, Some(&mut Variants::of(&[Value::i4(1)]))));
            }
            for alias in [-1, 2, i32::MIN, i32::MAX] {
                assert_eq!(slots.method_name(0, alias), None, "{kind}: alias {alias}");
                assert_eq!(slots.prop_name(0, alias), None, "{kind}: alias {alias}");
            }
            for param in WILD {
                assert_eq!(slots.param_default(0, param), None);
            }
            // What went wrong did not harm the object.
            assert!(slots.get_prop(count(slots.find_prop("LastError"))).0);
        }
    });
}

#[test]
fn null_pointers_are_answered_with_nothing() {
    isolated(secs(30), || {
        let host = Host::built();
        for (kind, object) in every_object(&host) {
            hurry(&object);
            let slots = object.slots();
            assert_eq!(slots.find_method_null(), -1);
            assert_eq!(slots.find_prop_null(), -1);
            assert!(!slots.register_extension_as_null());
            slots.set_locale(None);
            slots.set_ui_language(None);
            for n in -1..=count(slots.n_props()) {
                assert!(!slots.get_prop_null(n), "{kind}: property {n}");
                assert!(!slots.set_prop(n, None), "{kind}: property {n}");
            }
            for n in -1..=count(slots.n_methods()) {
                for param in -1..=count(slots.n_params(n)) {
                    assert!(!slots.param_default_null(n, param));
                }
                // Counts that promise arguments where there are none.
                for promised in [0, 1, 8, 9, -1, i32::MAX, i32::MIN] {
                    let proc = slots.call_as_proc(n, None, promised);
                    let func = slots.call_as_func_null(n, None, promised);
                    // Without a promise those that may be left out were.
                    if slots.n_params(n) > 0 && (promised != 0 || slots.param_default(n, 0).is_none()) {
                        assert!(!proc && !func, "{kind}: method {n} ran without its arguments");
                    }
                }
            }
        }
    });
}

#[test]
fn every_method_runs_as_function_and_as_procedure() {
    isolated(secs(60), || {
        let host = Host::built();
        for (kind, name) in both_names() {
            let methods = count(host.create(&name).slots().n_methods());
            for n in 0..methods {
                for value in [Value::from("мимо"), Value::i4(0), Value::blob("x"), Value::Empty] {
                    let object = host.create(&name);
                    hurry(&object);
                    let slots = object.slots();
                    let most = count(slots.n_params(n));
                    let mut args = Variants::of(&vec![value.clone(); usize::try_from(most).unwrap()]);
                    let (func, out) = slots.call_as_func(n, Some(&mut args), most);
                    if !func || !slots.has_ret_val(n) {
                        assert_eq!(out, Value::Empty, "{kind}: method {n}");
                    }
                    assert_eq!(func, object.last_error().is_empty(), "{kind}: method {n}, {value:?}");
                    // What it holds, no other can have meanwhile.
                    drop(object);
                    let fresh = host.create(&name);
                    hurry(&fresh);
                    let proc = fresh.slots().call_as_proc(n, Some(&mut args), most);
                    assert_eq!(func, proc, "{kind}: method {n} differs between its two entries, {value:?}");
                }
            }
        }
    });
}

#[test]
fn every_method_bears_every_variant_code() {
    isolated(secs(120), || {
        let host = Host::built();
        let codes: Vec<u16> = vt::ALL
            .chain([25, 0xFF, vt::VECTOR | vt::BLOB, vt::ARRAY | vt::I4, vt::BY_REF | vt::PWSTR, 0xFFFF])
            .collect();
        for kind in KINDS {
            let name = format!("ZeroMQ{kind}");
            let methods = count(host.create(&name).slots().n_methods());
            for n in 0..methods {
                for &code in &codes {
                    let pointers = matches!(code, vt::PWSTR | vt::BLOB);
                    let values = if pointers {
                        vec![
                            Value::NullPointer(code, 0),
                            Value::NullPointer(code, 5),
                            Value::NullPointer(code, u32::MAX),
                        ]
                    } else {
                        // Pointers that lead nowhere lie in these bytes: nobody may follow them.
                        vec![
                            Value::Raw(code, vec![0xFF; 64]),
                            Value::Raw(code, vec![0; 64]),
                            Value::Raw(code, vec![0x7F; 64]),
                        ]
                    };
                    for value in values {
                        let object = host.create(&name);
                        hurry(&object);
                        let slots = object.slots();
                        // It waits for as long as it is told, also where nothing can happen yet.
                        if slots.method_name(n, 0).as_deref() == Some("NextEvent") {
                            object.must("Close", []);
                        }
                        let most = count(slots.n_params(n));
                        let mut args = Variants::of(&vec![value; usize::try_from(most).unwrap()]);
                        slots.call_as_func(n, Some(&mut args), most);
                        slots.call_as_proc(n, Some(&mut args), most);
                        for p in 0..count(slots.n_props()) {
                            let mut one = Variants::of(&[Value::Raw(code, vec![0xFF; 64])]);
                            if !pointers {
                                slots.set_prop(p, Some(&mut one));
                            }
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn refused_memory_fails_the_call_and_nothing_else() {
    isolated(secs(60), || {
        let host = Host::built();
        for (kind, object) in every_object(&host) {
            hurry(&object);
            let slots = object.slots();
            host.memory().refuse_all();
            assert_eq!(slots.register_extension_as(), None);
            // Finding needs no memory of the host.
            let before = host.memory().counts().refused;
            for n in 0..count(slots.n_methods()) {
                assert_eq!([slots.method_name(n, 0), slots.method_name(n, 1)], [None, None]);
            }
            for n in 0..count(slots.n_props()) {
                assert_eq!([slots.prop_name(n, 0), slots.prop_name(n, 1)], [None, None]);
                let (ok, value) = slots.get_prop(n);
                assert!(!ok || !matches!(value, Value::Text(_)), "{kind}: property {n}");
            }
            assert!(host.memory().counts().refused > before);
            let asked = host.memory().counts().refused;
            assert_eq!(slots.find_method("Нет такого"), -1);
            assert_eq!(host.memory().counts().refused, asked, "finding a name asked for memory");
            for n in 0..count(slots.n_methods()) {
                let most = count(slots.n_params(n));
                let mut args = Variants::of(&vec![Value::blob("x"); usize::try_from(most).unwrap()]);
                slots.call_as_func(n, Some(&mut args), most);
            }
            host.memory().refuse_none();
            // All is well again at once.
            assert!(slots.register_extension_as().is_some());
            assert!(slots.get_prop(count(slots.find_prop("LastError"))).0);
        }
    });
}

#[test]
fn nothing_is_left_in_the_hosts_memory() {
    isolated(secs(60), || {
        let settings = Settings { strict: false, ..Settings::default() };
        let host = Host::built_with(settings);
        for round in 0..3 {
            for (kind, object) in every_object(&host) {
                let slots = object.slots();
                for n in 0..count(slots.n_methods()) {
                    let _ = [slots.method_name(n, 0), slots.method_name(n, 1)];
                    for p in 0..count(slots.n_params(n)) {
                        let default = slots.param_default(n, p);
                        assert_ne!(default, Some(Value::Empty), "{kind}: an EMPTY default is required in OneScript");
                    }
                }
                for n in 0..count(slots.n_props()) {
                    assert!(slots.get_prop(n).0, "{kind}: property {n}");
                }
                if round == 1 {
                    object.part(Farewell::Delete { base: 1, done: false });
                }
            }
            assert_eq!(host.memory().live(), 0);
        }
        host.assert_clean();
    });
}
