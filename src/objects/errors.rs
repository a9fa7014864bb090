//! Errors of libzmq and of the system in a user's words: what was tried, with which value, what went wrong, what to do.

use super::kind::Kind;
use crate::schema::Error;
use crate::zmq;

/// The same words in Russian and in English.
pub type Words = (&'static str, &'static str);

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
    Row { code: "EAGAIN", wrong: ("системе сейчас не хватает ресурсов", "the system has no resources for it now"),
          advice: ("Повторите вызов позже.", "Repeat the call later.") },
    Row { code: "EBADF", wrong: ("дескриптор сокета закрыл посторонний код процесса", "foreign code of the process closed the socket's descriptor"),
          advice: ("Создайте объект заново и найдите, кто закрывает чужие дескрипторы.", "Make a new object, and find what closes descriptors that are not its own.") },
    Row { code: "EBUSY", wrong: ("ресурс занят", "the resource is busy"),
          advice: ("Повторите вызов позже.", "Repeat the call later.") },
    Row { code: "ECONNABORTED", wrong: ("соединение прервано", "the connection was aborted"),
          advice: ("Повторите вызов.", "Repeat the call.") },
    Row { code: "ECONNREFUSED", wrong: ("никто не привязан к этой точке", "nobody is bound to it"),
          advice: ("Сначала вызовите Привязать на другой стороне.", "Call Bind on the other side first.") },
    Row { code: "ECONNRESET", wrong: ("другая сторона разорвала соединение", "the peer broke the connection"),
          advice: ("Повторите вызов.", "Repeat the call.") },
    Row { code: "EDQUOT", wrong: ("исчерпана дисковая квота", "the disk quota is used up"),
          advice: ("Удалите лишние файлы, увеличьте квоту или возьмите другой каталог для `ipc://`.", "Remove files, raise the quota, or take another folder for `ipc://`.") },
    Row { code: "EEXIST", wrong: ("файл с таким именем уже есть", "a file of this name is there already"),
          advice: ("Возьмите другое имя или удалите файл, если он ничей.", "Take another name, or remove the file if it is nobody's.") },
    Row { code: "EFORKED", wrong: ("процесс создан вызовом fork, сокеты остались в родительском процессе", "the process was made by fork, the sockets live in its parent"),
          advice: ("Загрузите компоненту в этом процессе заново.", "Load the component anew in this process.") },
    Row { code: "EFSM", wrong: ("сейчас не очередь этого действия", "it is not the turn of this action"),
          advice: ("Req: сначала Отправить, потом Получить. Rep: сначала Получить, потом Отправить.", "Req: first Send, then Recv. Rep: first Recv, then Send.") },
    Row { code: "EHOSTUNREACH", wrong: ("получатель недоступен", "the peer cannot be reached"),
          advice: ("Проверьте адрес и соединение.", "Check the address and the link.") },
    Row { code: "EINVAL", wrong: ("конечная точка записана неверно", "the endpoint is not well formed"),
          advice: ("Примеры: `tcp://127.0.0.1:5555`, `ipc:///tmp/имя`, `inproc://имя`; `*` в качестве порта годится только для Привязать.", "Examples: `tcp://127.0.0.1:5555`, `ipc:///tmp/name`, `inproc://name`; `*` as a port is for Bind only.") },
    Row { code: "EIO", wrong: ("ошибка чтения или записи на диск", "the disk failed to read or write"),
          advice: ("Проверьте диск и журнал системы; возьмите другой каталог для `ipc://`.", "Check the disk and the system's log; take another folder for `ipc://`.") },
    Row { code: "EISDIR", wrong: ("по этому пути каталог, а нужен файл", "there is a folder at this path, and a file is needed"),
          advice: ("Укажите имя файла внутри каталога.", "Give the name of a file in the folder.") },
    Row { code: "ELOOP", wrong: ("символические ссылки пути ведут по кругу", "the symbolic links of the path lead in a circle"),
          advice: ("Проверьте путь `ipc://`.", "Check the path of `ipc://`.") },
    Row { code: "EMFILE", wrong: ("исчерпаны дескрипторы или сокеты процесса", "the process has no descriptor or socket left"),
          advice: ("Закройте ненужные объекты или увеличьте предел (ulimit -n, LimitNOFILE).", "Close objects that are not needed, or raise the limit (ulimit -n, LimitNOFILE).") },
    Row { code: "ENFILE", wrong: ("исчерпаны дескрипторы системы", "the system has no descriptor left"),
          advice: ("Увеличьте предел fs.file-max.", "Raise fs.file-max.") },
    Row { code: "EMLINK", wrong: ("в каталоге слишком много подкаталогов", "the folder has too many folders in it"),
          advice: ("Возьмите другой каталог для `ipc://`.", "Take another folder for `ipc://`.") },
    Row { code: "EMSGSIZE", wrong: ("сообщение слишком большое", "the message is too big"),
          advice: ("Передайте данные меньшими сообщениями.", "Send smaller messages.") },
    Row { code: "EMTHREAD", wrong: ("нет потока ввода-вывода: система не дала его создать", "there is no I/O thread: the system refused to make one"),
          advice: ("Увеличьте предел числа потоков (ulimit -u, TasksMax).", "Raise the limit of threads (ulimit -u, TasksMax).") },
    Row { code: "ENAMETOOLONG", wrong: ("путь слишком длинный", "the path is too long"),
          advice: ("Путь `ipc://` не длиннее 107 байт: возьмите каталог поближе к корню.", "A path of `ipc://` has 107 bytes at the most: take a folder nearer to the root.") },
    Row { code: "ENETDOWN", wrong: ("сеть отключена", "the network is down"),
          advice: ("Проверьте сетевой интерфейс.", "Check the network interface.") },
    Row { code: "ENETUNREACH", wrong: ("до этой сети нет пути", "there is no route to this network"),
          advice: ("Проверьте адрес и маршруты.", "Check the address and the routes.") },
    Row { code: "ENOBUFS", wrong: ("системе не хватило памяти для сетевых буферов", "the system has no memory for network buffers"),
          advice: ("Повторите вызов позже; закройте лишние соединения.", "Repeat the call later; close connections that are not needed.") },
    Row { code: "ENOCOMPATPROTO", wrong: ("этот транспорт не подходит для сокета такого типа", "this transport does not fit a socket of this type"),
          advice: ("Используйте tcp, ipc или inproc.", "Use tcp, ipc or inproc.") },
    Row { code: "ENODEV", wrong: ("нет такого сетевого интерфейса или имени компьютера", "there is no such network interface or host name"),
          advice: ("Укажите адрес или имя интерфейса этого компьютера.", "Give an address or an interface name of this computer.") },
    Row { code: "ENOENT", wrong: ("нет каталога, в котором должен лежать файл", "the folder that the file should lie in is not there"),
          advice: ("Создайте каталог заранее.", "Make the folder beforehand.") },
    Row { code: "ENOMEM", wrong: ("не хватило памяти", "out of memory"),
          advice: ("Освободите память или передайте данные меньшими сообщениями.", "Free some memory, or send smaller messages.") },
    Row { code: "ENOSPC", wrong: ("на диске нет места", "no space is left on the disk"),
          advice: ("Освободите место (и inode: `df -i`) или возьмите другой каталог для `ipc://`.", "Free some space (and inodes: `df -i`), or take another folder for `ipc://`.") },
    Row { code: "ENOTDIR", wrong: ("часть пути не является каталогом", "a part of the path is not a folder"),
          advice: ("Проверьте путь `ipc://`.", "Check the path of `ipc://`.") },
    Row { code: "ENOTEMPTY", wrong: ("каталог не пуст", "the folder is not empty"),
          advice: ("Возьмите другой путь `ipc://`.", "Take another path of `ipc://`.") },
    Row { code: "ENOTSOCK", wrong: ("дескриптор сокета занял посторонний код процесса", "foreign code of the process took the socket's descriptor"),
          advice: ("Создайте объект заново и найдите, кто закрывает чужие дескрипторы.", "Make a new object, and find what closes descriptors that are not its own.") },
    Row { code: "ENOTSUP", wrong: ("система или файловая система этого не умеет", "the system or the file system cannot do this"),
          advice: ("Возьмите другой каталог для `ipc://` или tcp.", "Take another folder for `ipc://`, or tcp.") },
    Row { code: "ENXIO", wrong: ("нет такого устройства или адреса", "there is no such device or address"),
          advice: ("Проверьте адрес.", "Check the address.") },
    Row { code: "EOPNOTSUPP", wrong: ("система или файловая система этого не умеет", "the system or the file system cannot do this"),
          advice: ("Возьмите другой каталог для `ipc://` или tcp.", "Take another folder for `ipc://`, or tcp.") },
    Row { code: "EOVERFLOW", wrong: ("число слишком велико для системы", "a number is too large for the system"),
          advice: ("Проверьте адрес.", "Check the address.") },
    Row { code: "EPERM", wrong: ("операция запрещена", "the operation is not permitted"),
          advice: ("Проверьте правила безопасности системы (SELinux, AppArmor, межсетевой экран) и атрибуты каталога.", "Check the system's security rules (SELinux, AppArmor, firewall) and the folder's attributes.") },
    Row { code: "EPIPE", wrong: ("другая сторона закрыла соединение", "the peer closed the connection"),
          advice: ("Повторите вызов.", "Repeat the call.") },
    Row { code: "EPROTONOSUPPORT", wrong: ("такой транспорт не поддерживается", "this transport is not supported"),
          advice: ("Используйте tcp, ipc или inproc.", "Use tcp, ipc or inproc.") },
    Row { code: "EPROTOTYPE", wrong: ("по этому пути сокет другого вида", "there is a socket of another type at this path"),
          advice: ("Возьмите другой путь `ipc://`.", "Take another path of `ipc://`.") },
    Row { code: "EROFS", wrong: ("файловая система доступна только для чтения", "the file system is read only"),
          advice: ("Возьмите другой каталог для `ipc://`.", "Take another folder for `ipc://`.") },
    Row { code: "ESTALE", wrong: ("каталог на сетевом диске больше не существует", "the folder on a network drive is no longer there"),
          advice: ("Подключите диск заново или возьмите местный каталог для `ipc://`.", "Mount the drive anew, or take a local folder for `ipc://`.") },
    Row { code: "ETERM", wrong: ("контекст ZeroMQ завершён", "the ZeroMQ context was terminated"),
          advice: ("Перезапустите процесс.", "Restart the process.") },
    Row { code: "ETIMEDOUT", wrong: ("другая сторона не отвечает", "the peer does not answer"),
          advice: ("Проверьте адрес и соединение.", "Check the address and the link.") },
    Row { code: "ETXTBSY", wrong: ("файл занят", "the file is busy"),
          advice: ("Возьмите другой путь `ipc://`.", "Take another path of `ipc://`.") },
];

/// Why something is not done: a code, what is wrong, what to do about it.
#[derive(Debug)]
pub struct Refusal {
    code: &'static str,
    wrong: (String, String),
    advice: (String, String),
}

impl Refusal {
    /// `wrong` is a clause, `advice` a sentence or nothing; both in Russian and English.
    pub fn new(
        code: &'static str,
        wrong: (impl Into<String>, impl Into<String>),
        advice: (impl Into<String>, impl Into<String>),
    ) -> Self {
        Self { code, wrong: (wrong.0.into(), wrong.1.into()), advice: (advice.0.into(), advice.1.into()) }
    }

    /// What libzmq or the system refused.
    pub fn of(error: zmq::Error) -> Self {
        let (code, number) = (error.name(), error.number());
        match ROWS.iter().find(|row| row.code == code) {
            Some(row) => Self::new(code, row.wrong, row.advice),
            None => Self::new(
                code,
                (
                    format!("ошибка операционной системы, номер {number}"),
                    format!("an error of the operating system, number {number}"),
                ),
                ("", ""),
            ),
        }
    }

    /// The whole sentence; `tried` is a clause in both languages.
    pub fn after(self, tried: (String, String)) -> Error {
        let code = self.code;
        let sentence = |tried: String, wrong: String, advice: String| {
            format!("{tried}: {wrong} ({code}). {advice}").trim_end().to_owned()
        };
        Error::new(code, sentence(tried.0, self.wrong.0, self.advice.0), sentence(tried.1, self.wrong.1, self.advice.1))
    }
}

/// An error of libzmq after `tried`, a clause in both languages.
pub fn explain(tried: (String, String), error: zmq::Error) -> Error {
    Refusal::of(error).after(tried)
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

    /// What libzmq, bind(2), socket(2), listen(2) and mkdtemp(3) may answer to Bind and Connect.
    const EXPECTED: &str = "EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EDQUOT EEXIST EINVAL EIO EISDIR ELOOP EMFILE \
        EMLINK EMTHREAD ENAMETOOLONG ENETDOWN ENETUNREACH ENFILE ENOBUFS ENOCOMPATPROTO ENODEV ENOENT ENOMEM ENOSPC ENOTDIR \
        ENOTEMPTY ENOTSUP ENXIO EOVERFLOW EPERM EPROTONOSUPPORT EPROTOTYPE EROFS ESTALE ETERM ETXTBSY";

    #[test]
    fn what_is_to_be_expected_has_its_words_once() {
        for code in EXPECTED.split_whitespace() {
            assert!(ROWS.iter().any(|row| row.code == code), "{code}");
        }
        for row in ROWS {
            assert_eq!(ROWS.iter().filter(|other| other.code == row.code).count(), 1, "{}", row.code);
        }
    }

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
