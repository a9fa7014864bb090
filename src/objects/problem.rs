//! Errors of libzmq in a user's words: what was tried, with which value, what went wrong, what to do.

use super::kind::Kind;
use crate::schema::Error;
use crate::zmq;

/// The same words in Russian and in English.
type Words = (&'static str, &'static str);

/// What is wrong, and what to do about it, by symbolic name.
struct Row {
    code: &'static str,
    wrong: Words,
    advice: Words,
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row { code: "EACCES", wrong: ("нет прав", "permission denied"),
          advice: ("Проверьте права на каталог или возьмите порт больше 1023.", "Check the rights to the folder, or take a port above 1023.") },
    Row { code: "EADDRINUSE", wrong: ("адрес уже занят", "the address is in use"),
          advice: ("Освободите его, возьмите другой или укажите `*` в качестве порта (пути): свободный адрес выберет система.", "Free it, take another, or give `*` as the port (path): the system then chooses.") },
    Row { code: "EADDRNOTAVAIL", wrong: ("такого адреса на этом компьютере нет", "this computer has no such address"),
          advice: ("Укажите адрес этого компьютера или `*`.", "Give an address of this computer, or `*`.") },
    Row { code: "EAFNOSUPPORT", wrong: ("этот вид адресов не поддерживается системой", "the system does not support this kind of address"),
          advice: ("Укажите адрес IPv4.", "Give an IPv4 address.") },
    Row { code: "ECONNREFUSED", wrong: ("никто не привязан к этой точке", "nobody is bound to it"),
          advice: ("Сначала вызовите Привязать на другой стороне.", "Call Bind on the other side first.") },
    Row { code: "EFORKED", wrong: ("процесс создан вызовом fork, сокеты остались в родительском процессе", "the process was made by fork, the sockets live in its parent"),
          advice: ("Загрузите компоненту в этом процессе заново.", "Load the component anew in this process.") },
    Row { code: "EFSM", wrong: ("сейчас не очередь этого действия", "it is not the turn of this action"),
          advice: ("Req: сначала Отправить, потом Получить. Rep: сначала Получить, потом Отправить.", "Req: first Send, then Recv. Rep: first Recv, then Send.") },
    Row { code: "EHOSTUNREACH", wrong: ("получатель недоступен", "the peer cannot be reached"),
          advice: ("Проверьте адрес и соединение.", "Check the address and the link.") },
    Row { code: "EINVAL", wrong: ("конечная точка записана неверно", "the endpoint is not well formed"),
          advice: ("Примеры: `tcp://127.0.0.1:5555`, `ipc:///tmp/имя`, `inproc://имя`; `*` в качестве порта годится только для Привязать.", "Examples: `tcp://127.0.0.1:5555`, `ipc:///tmp/name`, `inproc://name`; `*` as a port is for Bind only.") },
    Row { code: "EMFILE", wrong: ("исчерпаны дескрипторы или сокеты процесса", "the process has no descriptor or socket left"),
          advice: ("Закройте ненужные объекты или увеличьте предел (ulimit -n, LimitNOFILE).", "Close objects that are not needed, or raise the limit (ulimit -n, LimitNOFILE).") },
    Row { code: "ENFILE", wrong: ("исчерпаны дескрипторы системы", "the system has no descriptor left"),
          advice: ("Увеличьте предел fs.file-max.", "Raise fs.file-max.") },
    Row { code: "ENAMETOOLONG", wrong: ("путь слишком длинный", "the path is too long"),
          advice: ("Путь `ipc://` не длиннее 107 байт: возьмите каталог поближе к корню.", "A path of `ipc://` has 107 bytes at the most: take a folder nearer to the root.") },
    Row { code: "ENOCOMPATPROTO", wrong: ("этот транспорт не подходит для сокета такого типа", "this transport does not fit a socket of this type"),
          advice: ("Используйте tcp, ipc или inproc.", "Use tcp, ipc or inproc.") },
    Row { code: "ENODEV", wrong: ("нет такого сетевого интерфейса или имени компьютера", "there is no such network interface or host name"),
          advice: ("Укажите адрес или имя интерфейса этого компьютера.", "Give an address or an interface name of this computer.") },
    Row { code: "ENOENT", wrong: ("такой конечной точки у сокета нет, или нет каталога для `ipc://`", "the socket has no such endpoint, or the folder for `ipc://` is not there"),
          advice: ("Передайте тот же текст, что и при привязке или подключении; каталог создайте заранее.", "Give the very text that was bound or connected; make the folder beforehand.") },
    Row { code: "ENOMEM", wrong: ("не хватило памяти", "out of memory"),
          advice: ("Освободите память или передайте данные меньшими сообщениями.", "Free some memory, or send smaller messages.") },
    Row { code: "ENOTDIR", wrong: ("часть пути не является каталогом", "a part of the path is not a folder"),
          advice: ("Проверьте путь `ipc://`.", "Check the path of `ipc://`.") },
    Row { code: "EPROTONOSUPPORT", wrong: ("такой транспорт не поддерживается", "this transport is not supported"),
          advice: ("Используйте tcp, ipc или inproc.", "Use tcp, ipc or inproc.") },
    Row { code: "EROFS", wrong: ("файловая система доступна только для чтения", "the file system is read only"),
          advice: ("Возьмите другой каталог для `ipc://`.", "Take another folder for `ipc://`.") },
    Row { code: "ETERM", wrong: ("контекст ZeroMQ завершён", "the ZeroMQ context was terminated"),
          advice: ("Перезапустите процесс.", "Restart the process.") },
];

const UNKNOWN: Row =
    Row {
        code: "", wrong: ("ошибка операционной системы", "an error of the operating system"), advice: ("", "")
    };

/// An error of libzmq after `tried`, a clause in both languages.
pub fn explain(tried: (String, String), error: zmq::Error) -> Error {
    let code = error.name();
    let known = ROWS.iter().find(|row| row.code == code);
    let row = known.unwrap_or(&UNKNOWN);
    let label = if known.is_some() { code.to_owned() } else { format!("{code}, {}", error.number()) };
    let sentence = |tried: String, wrong: &str, advice: &str| {
        format!("{tried}: {wrong} ({label}). {advice}").trim_end().to_owned()
    };
    Error::new(code, sentence(tried.0, row.wrong.0, row.advice.0), sentence(tried.1, row.wrong.1, row.advice.1))
}

/// A socket could not be made.
pub fn of_socket(kind: Kind, error: zmq::Error) -> Error {
    explain((format!("Не удалось создать сокет {kind:?}"), format!("Could not make a {kind:?} socket")), error)
}

/// A socket that was closed is used.
pub fn closed(kind: Kind) -> Error {
    Error::new(
        "ENOTSOCK",
        format!("Сокет {kind:?} закрыт. Создайте новый объект."),
        format!("The {kind:?} socket is closed. Make a new object."),
    )
}

/// A socket is used that was neither bound nor connected.
pub fn not_attached(kind: Kind) -> Error {
    Error::new(
        "ENOTCONN",
        format!("Сокет {kind:?} ни к чему не привязан и не подключён. Сначала вызовите Привязать или Подключить."),
        format!("The {kind:?} socket is neither bound nor connected. Call Bind or Connect first."),
    )
}

/// A call was still waiting when its object was closed from another thread.
pub fn interrupted(kind: Kind) -> Error {
    Error::new(
        "ECANCELED",
        format!("Ожидание прервано: сокет {kind:?} закрывается из другого потока. Ничего не отправлено и не потеряно."),
        format!("The wait was broken off: another thread closes the {kind:?} socket. Nothing was sent or lost."),
    )
}

#[cfg(test)]
mod tests {
    use super::ROWS;

    #[test]
    fn every_error_says_what_to_do_in_both_languages() {
        for row in ROWS {
            for words in [row.wrong, row.advice] {
                assert!(words.0.chars().any(|letter| ('а'..='я').contains(&letter)), "{}", row.code);
                assert!(words.1.chars().all(|letter| !('а'..='я').contains(&letter)), "{}", row.code);
                assert!(!words.1.is_empty(), "{}", row.code);
            }
        }
    }
}
