//! What a code means after a deed, and what to do about it: in both languages, one row each.

use super::deed::{Deed, Deeds};
use crate::schema::{Words, words};

/// What is wrong, and what to do about it.
pub struct Row {
    /// The symbolic name.
    pub code: &'static str,
    /// The deeds after which it means this.
    pub deeds: Deeds,
    /// A clause.
    pub wrong: Words,
    /// A sentence.
    pub advice: Words,
}

const ANY: Deeds = Deeds::ANY;
const ENDPOINTS: Deeds = Deeds::of(&[Deed::Bind, Deed::Unbind, Deed::Connect, Deed::Disconnect]);

/// Of two rows with one code the first that has the deed holds.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    Row { code: "EACCES", deeds: ENDPOINTS, wrong: words("нет прав", "permission denied"),
          advice: words("Проверьте права на каталог или возьмите порт больше 1023.", "Check the rights to the folder, or take a port above 1023.") },
    Row { code: "EACCES", deeds: ANY, wrong: words("нет прав", "permission denied"),
          advice: words("Проверьте правила безопасности системы (SELinux, AppArmor, межсетевой экран).", "Check the system's security rules (SELinux, AppArmor, firewall).") },
    Row { code: "EADDRINUSE", deeds: ENDPOINTS, wrong: words("адрес уже занят", "the address is in use"),
          advice: words("Освободите его, возьмите другой или укажите `*` в качестве порта (пути): свободный адрес выберет система.", "Free it, take another, or give `*` as the port (path): the system then chooses.") },
    Row { code: "EADDRINUSE", deeds: Deeds::of(&[Deed::Set]), wrong: words("этот идентификатор уже у другого собеседника", "another peer has this id already"),
          advice: words("Возьмите другой идентификатор или отключите прежнего.", "Take another id, or disconnect that peer.") },
    Row { code: "EADDRNOTAVAIL", deeds: ENDPOINTS, wrong: words("такого адреса на этом компьютере нет", "this computer has no such address"),
          advice: words("Укажите адрес этого компьютера или `*`.", "Give an address of this computer, or `*`.") },
    Row { code: "EAFNOSUPPORT", deeds: ENDPOINTS, wrong: words("этот вид адресов не поддерживается системой", "the system does not support this kind of address"),
          advice: words("Укажите адрес IPv4.", "Give an IPv4 address.") },
    Row { code: "EAGAIN", deeds: ANY, wrong: words("системе сейчас не хватает ресурсов", "the system has no resources for it now"),
          advice: words("Повторите вызов позже.", "Repeat the call later.") },
    Row { code: "EBADF", deeds: ANY, wrong: words("дескриптор сокета закрыл посторонний код процесса", "foreign code of the process closed the socket's descriptor"),
          advice: words("Создайте объект заново и найдите, кто закрывает чужие дескрипторы.", "Make a new object, and find what closes descriptors that are not its own.") },
    Row { code: "EBUSY", deeds: ANY, wrong: words("ресурс занят", "the resource is busy"),
          advice: words("Повторите вызов позже.", "Repeat the call later.") },
    Row { code: "ECONNABORTED", deeds: ANY, wrong: words("соединение прервано", "the connection was aborted"),
          advice: words("Повторите вызов.", "Repeat the call.") },
    Row { code: "ECONNREFUSED", deeds: ANY, wrong: words("никто не привязан к этой точке", "nobody is bound to it"),
          advice: words("Сначала вызовите Привязать на другой стороне.", "Call Bind on the other side first.") },
    Row { code: "ECONNRESET", deeds: ANY, wrong: words("другая сторона разорвала соединение", "the peer broke the connection"),
          advice: words("Повторите вызов.", "Repeat the call.") },
    Row { code: "EDQUOT", deeds: ENDPOINTS, wrong: words("исчерпана дисковая квота", "the disk quota is used up"),
          advice: words("Удалите лишние файлы, увеличьте квоту или возьмите другой каталог для `ipc://`.", "Remove files, raise the quota, or take another folder for `ipc://`.") },
    Row { code: "EEXIST", deeds: ENDPOINTS, wrong: words("файл с таким именем уже есть", "a file of this name is there already"),
          advice: words("Возьмите другое имя или удалите файл, если он ничей.", "Take another name, or remove the file if it is nobody's.") },
    Row { code: "EFORKED", deeds: ANY, wrong: words("процесс создан вызовом fork, сокеты остались в родительском процессе", "the process was made by fork, the sockets live in its parent"),
          advice: words("Загрузите компоненту в этом процессе заново.", "Load the component anew in this process.") },
    Row { code: "EFSM", deeds: ANY, wrong: words("сейчас не очередь этого действия", "it is not the turn of this action"),
          advice: words("Req: сначала Отправить, потом Получить. Rep: сначала Получить, потом Отправить.", "Req: first Send, then Recv. Rep: first Recv, then Send.") },
    Row { code: "EHOSTUNREACH", deeds: Deeds::of(&[Deed::Send]), wrong: words("получателя с этим идентификатором нет: он отключился или ещё не подключался", "no peer has this identity: it has disconnected, or has not connected yet"),
          advice: words("Идентификатор — первая часть сообщения, полученного от него. Ждать, пока он подключится снова, стоит, только если он задал себе ИдентификаторМаршрута: у других после этого новый.", "The identity is the first part of a message received from it. Waiting until it connects again helps only if it set its RoutingId: others then have a new one.") },
    Row { code: "EHOSTUNREACH", deeds: Deeds::of(&[Deed::Subscribe]), wrong: words("подписывать некого: подписчик ушёл, или ни одна подписка ещё не получена", "nobody to subscribe: the subscriber has gone, or no subscription was received"),
          advice: words("Получите следующую подписку и подпишите того, от кого она пришла.", "Receive the next subscription, and subscribe the one that it came from.") },
    Row { code: "EHOSTUNREACH", deeds: ANY, wrong: words("получатель недоступен", "the peer cannot be reached"),
          advice: words("Проверьте адрес и соединение.", "Check the address and the link.") },
    Row { code: "EINVAL", deeds: ENDPOINTS, wrong: words("конечная точка записана неверно", "the endpoint is not well formed"),
          advice: words("Примеры: `tcp://127.0.0.1:5555`, `ipc:///tmp/имя`, `inproc://имя`; `*` в качестве порта годится только для Привязать.", "Examples: `tcp://127.0.0.1:5555`, `ipc:///tmp/name`, `inproc://name`; `*` as a port is for Bind only.") },
    Row { code: "EINVAL", deeds: Deeds::of(&[Deed::Open]), wrong: words("не удалось закрепить библиотеку в памяти процесса", "the library could not be pinned in the process's memory"),
          advice: words("Подключите компоненту из файла, который система может загрузить ещё раз по тому же пути.", "Attach the component from a file that the system can load again by the same path.") },
    Row { code: "EINVAL", deeds: ANY, wrong: words("значение не подходит", "the value does not fit"),
          advice: words("Проверьте, что передано.", "Check what was given.") },
    Row { code: "EIO", deeds: ENDPOINTS, wrong: words("ошибка чтения или записи на диск", "the disk failed to read or write"),
          advice: words("Проверьте диск и журнал системы; возьмите другой каталог для `ipc://`.", "Check the disk and the system's log; take another folder for `ipc://`.") },
    Row { code: "EISDIR", deeds: ENDPOINTS, wrong: words("по этому пути каталог, а нужен файл", "there is a folder at this path, and a file is needed"),
          advice: words("Укажите имя файла внутри каталога.", "Give the name of a file in the folder.") },
    Row { code: "ELOOP", deeds: ENDPOINTS, wrong: words("символические ссылки пути ведут по кругу", "the symbolic links of the path lead in a circle"),
          advice: words("Проверьте путь `ipc://`.", "Check the path of `ipc://`.") },
    Row { code: "EMFILE", deeds: ANY, wrong: words("исчерпаны дескрипторы или сокеты процесса", "the process has no descriptor or socket left"),
          advice: words("Закройте ненужные объекты или увеличьте предел (ulimit -n, LimitNOFILE).", "Close objects that are not needed, or raise the limit (ulimit -n, LimitNOFILE).") },
    Row { code: "EMLINK", deeds: ENDPOINTS, wrong: words("в каталоге слишком много подкаталогов", "the folder has too many folders in it"),
          advice: words("Возьмите другой каталог для `ipc://`.", "Take another folder for `ipc://`.") },
    Row { code: "EMSGSIZE", deeds: ANY, wrong: words("сообщение слишком большое", "the message is too big"),
          advice: words("Передайте данные меньшими сообщениями.", "Send smaller messages.") },
    Row { code: "EMTHREAD", deeds: ANY, wrong: words("нет потока ввода-вывода: система не дала его создать", "there is no I/O thread: the system refused to make one"),
          advice: words("Увеличьте предел числа потоков (ulimit -u, TasksMax).", "Raise the limit of threads (ulimit -u, TasksMax).") },
    Row { code: "ENAMETOOLONG", deeds: ENDPOINTS, wrong: words("путь слишком длинный", "the path is too long"),
          advice: words("Путь `ipc://` не длиннее 107 байт: возьмите каталог поближе к корню.", "A path of `ipc://` has 107 bytes at the most: take a folder nearer to the root.") },
    Row { code: "ENETDOWN", deeds: ANY, wrong: words("сеть отключена", "the network is down"),
          advice: words("Проверьте сетевой интерфейс.", "Check the network interface.") },
    Row { code: "ENETUNREACH", deeds: ANY, wrong: words("до этой сети нет пути", "there is no route to this network"),
          advice: words("Проверьте адрес и маршруты.", "Check the address and the routes.") },
    Row { code: "ENFILE", deeds: ANY, wrong: words("исчерпаны дескрипторы системы", "the system has no descriptor left"),
          advice: words("Увеличьте предел fs.file-max.", "Raise fs.file-max.") },
    Row { code: "ENOBUFS", deeds: ANY, wrong: words("системе не хватило памяти для сетевых буферов", "the system has no memory for network buffers"),
          advice: words("Повторите вызов позже; закройте лишние соединения.", "Repeat the call later; close connections that are not needed.") },
    Row { code: "ENOCOMPATPROTO", deeds: ENDPOINTS, wrong: words("этот транспорт не подходит для сокета такого типа", "this transport does not fit a socket of this type"),
          advice: words("Используйте tcp, ipc или inproc.", "Use tcp, ipc or inproc.") },
    Row { code: "ENODEV", deeds: ENDPOINTS, wrong: words("нет такого сетевого интерфейса или имени компьютера", "there is no such network interface or host name"),
          advice: words("Укажите адрес или имя интерфейса этого компьютера.", "Give an address or an interface name of this computer.") },
    Row { code: "ENOENT", deeds: ENDPOINTS, wrong: words("нет каталога, в котором должен лежать файл", "the folder that the file should lie in is not there"),
          advice: words("Создайте каталог заранее.", "Make the folder beforehand.") },
    Row { code: "ENOMEM", deeds: Deeds::of(&[Deed::Take, Deed::Send, Deed::Receive]), wrong: words("не хватило памяти", "out of memory"),
          advice: words("Освободите память или передайте данные меньшими сообщениями.", "Free some memory, or send smaller messages.") },
    Row { code: "ENOMEM", deeds: ANY, wrong: words("не хватило памяти", "out of memory"),
          advice: words("Освободите память.", "Free some memory.") },
    Row { code: "ENOSPC", deeds: ENDPOINTS, wrong: words("на диске нет места", "no space is left on the disk"),
          advice: words("Освободите место (и inode: `df -i`) или возьмите другой каталог для `ipc://`.", "Free some space (and inodes: `df -i`), or take another folder for `ipc://`.") },
    Row { code: "ENOTDIR", deeds: ENDPOINTS, wrong: words("часть пути не является каталогом", "a part of the path is not a folder"),
          advice: words("Проверьте путь `ipc://`.", "Check the path of `ipc://`.") },
    Row { code: "ENOTEMPTY", deeds: ENDPOINTS, wrong: words("каталог не пуст", "the folder is not empty"),
          advice: words("Возьмите другой путь `ipc://`.", "Take another path of `ipc://`.") },
    Row { code: "ENOTSOCK", deeds: ANY, wrong: words("дескриптор сокета занял посторонний код процесса", "foreign code of the process took the socket's descriptor"),
          advice: words("Создайте объект заново и найдите, кто закрывает чужие дескрипторы.", "Make a new object, and find what closes descriptors that are not its own.") },
    Row { code: "ENOTSUP", deeds: ENDPOINTS, wrong: words("система или файловая система этого не умеет", "the system or the file system cannot do this"),
          advice: words("Возьмите другой каталог для `ipc://` или tcp.", "Take another folder for `ipc://`, or tcp.") },
    Row { code: "ENOTSUP", deeds: ANY, wrong: words("сокет этого типа этого не умеет", "a socket of this type cannot do this"),
          advice: words("Создайте объект другого класса.", "Make an object of another class.") },
    Row { code: "ENXIO", deeds: ENDPOINTS, wrong: words("нет такого устройства или адреса", "there is no such device or address"),
          advice: words("Проверьте адрес.", "Check the address.") },
    Row { code: "EOPNOTSUPP", deeds: ENDPOINTS, wrong: words("система или файловая система этого не умеет", "the system or the file system cannot do this"),
          advice: words("Возьмите другой каталог для `ipc://` или tcp.", "Take another folder for `ipc://`, or tcp.") },
    Row { code: "EOVERFLOW", deeds: ENDPOINTS, wrong: words("число слишком велико для системы", "a number is too large for the system"),
          advice: words("Проверьте адрес.", "Check the address.") },
    Row { code: "EPERM", deeds: ANY, wrong: words("операция запрещена", "the operation is not permitted"),
          advice: words("Проверьте правила безопасности системы (SELinux, AppArmor, межсетевой экран) и атрибуты каталога.", "Check the system's security rules (SELinux, AppArmor, firewall) and the folder's attributes.") },
    Row { code: "EPIPE", deeds: ANY, wrong: words("другая сторона закрыла соединение", "the peer closed the connection"),
          advice: words("Повторите вызов.", "Repeat the call.") },
    Row { code: "EPROTONOSUPPORT", deeds: ENDPOINTS, wrong: words("такой транспорт не поддерживается", "this transport is not supported"),
          advice: words("Используйте tcp, ipc или inproc.", "Use tcp, ipc or inproc.") },
    Row { code: "EPROTOTYPE", deeds: ENDPOINTS, wrong: words("по этому пути сокет другого вида", "there is a socket of another type at this path"),
          advice: words("Возьмите другой путь `ipc://`.", "Take another path of `ipc://`.") },
    Row { code: "EROFS", deeds: ENDPOINTS, wrong: words("файловая система доступна только для чтения", "the file system is read only"),
          advice: words("Возьмите другой каталог для `ipc://`.", "Take another folder for `ipc://`.") },
    Row { code: "ESTALE", deeds: ENDPOINTS, wrong: words("каталог на сетевом диске больше не существует", "the folder on a network drive is no longer there"),
          advice: words("Подключите диск заново или возьмите местный каталог для `ipc://`.", "Mount the drive anew, or take a local folder for `ipc://`.") },
    Row { code: "ETERM", deeds: ANY, wrong: words("контекст ZeroMQ завершён", "the ZeroMQ context was terminated"),
          advice: words("Перезапустите процесс.", "Restart the process.") },
    Row { code: "ETIMEDOUT", deeds: ANY, wrong: words("другая сторона не отвечает", "the peer does not answer"),
          advice: words("Проверьте адрес и соединение.", "Check the address and the link.") },
    Row { code: "ETXTBSY", deeds: ENDPOINTS, wrong: words("файл занят", "the file is busy"),
          advice: words("Возьмите другой путь `ipc://`.", "Take another path of `ipc://`.") },
];

/// The meaning of a code after a deed; None for a code without words of its own.
pub fn meaning(deed: Deed, code: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.code == code && row.deeds.has(deed))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What libzmq, bind(2), socket(2), listen(2) and mkdtemp(3) may answer to Bind and Connect.
    const EXPECTED: &str = "EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EDQUOT EEXIST EINVAL EIO EISDIR ELOOP EMFILE \
        EMLINK EMTHREAD ENAMETOOLONG ENETDOWN ENETUNREACH ENFILE ENOBUFS ENOCOMPATPROTO ENODEV ENOENT ENOMEM ENOSPC ENOTDIR \
        ENOTEMPTY ENOTSUP ENXIO EOVERFLOW EPERM EPROTONOSUPPORT EPROTOTYPE EROFS ESTALE ETERM ETXTBSY";

    #[test]
    fn what_is_to_be_expected_has_its_words() {
        for code in EXPECTED.split_whitespace() {
            for deed in [Deed::Bind, Deed::Connect] {
                assert!(meaning(deed, code).is_some(), "{code}");
            }
        }
    }

    /// A row that no deed finds is a mistake.
    #[test]
    fn every_row_is_the_meaning_of_something() {
        for row in ROWS {
            let found = Deed::ALL.iter().any(|&deed| meaning(deed, row.code).is_some_and(|it| std::ptr::eq(it, row)));
            assert!(found, "{}: {}", row.code, row.wrong.english);
        }
    }

    #[test]
    fn a_code_means_what_the_deed_makes_of_it() {
        let said = |deed, code| meaning(deed, code).unwrap().wrong.english;
        assert!(said(Deed::Bind, "EINVAL").contains("endpoint"));
        assert!(said(Deed::Open, "EINVAL").contains("pinned"));
        assert!(!said(Deed::Send, "EINVAL").contains("endpoint"));
        assert!(!said(Deed::Receive, "ENOTSUP").contains("file system"));
        assert_eq!(said(Deed::Send, "EBUSY"), said(Deed::Bind, "EBUSY"));
    }

    #[test]
    fn every_error_says_what_to_do_in_both_languages() {
        for row in ROWS {
            for words in [row.wrong, row.advice] {
                assert!(words.russian.chars().any(|letter| ('а'..='я').contains(&letter)), "{}", row.code);
                assert!(words.english.chars().all(|letter| !('а'..='я').contains(&letter)), "{}", row.code);
                assert!(!words.english.is_empty(), "{}", row.code);
            }
        }
    }
}
