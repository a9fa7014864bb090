//! ZeroMQ.Curve: keys of CURVE. It keeps none.

use super::errors::{Deed, Refusal};
use super::keys;
use crate::background::log;
use crate::native_api::{Reply, Surroundings};
use crate::schema::{Call, ClassSet, Error, Family, Me, Method, NoOptions, Outcome, Property, TextOrBlob, required};
use crate::zmq::{self, CurveKey};
use zeroize::Zeroizing;

/// The family's one class.
pub const ONLY: ClassSet = ClassSet(1);

/// Holds nothing.
pub struct Curve;

impl Curve {
    pub fn new(_: ClassSet, _: Surroundings, _: Me<Self>) -> Self {
        Self
    }
}

/// Answers with a new secret key.
fn new_secret_key(call: &mut Call<'_>) -> Outcome {
    let mut secret = Zeroizing::new(CurveKey::default());
    zmq::new_secret_key(&mut secret)
        .map_err(|error| Refusal::of(Deed::Set, error).after(("Не удалось создать ключ", "Could not make a key")))?;
    call.answer(Reply::Text(&keys::z85(&secret)))
}

/// Answers with the public key of a secret one.
fn public_key(secret: TextOrBlob<'_>, call: &mut Call<'_>) -> Outcome {
    let mut key = Zeroizing::new(CurveKey::default());
    keys::read(keys::SECRET_KEY, secret, &mut key)?;
    call.answer(Reply::Text(&keys::z85(&zmq::public_key(&key))))
}

type M = Method<Curve>;
type P = Property<Curve>;

impl NoOptions for Curve {}

#[rustfmt::skip]
impl Family for Curve {
    const METHODS: &'static [&'static [M]] = &[&[
        M::function("NewSecretKey", "НовыйЗакрытыйКлюч", ONLY, |_, call| new_secret_key(call))
            .doc("Создаёт закрытый ключ CURVE из случайных чисел системы. Пару к нему отдаёт `ОткрытыйКлюч`. Закрытый ключ не покидает своей стороны: храните его там, куда нет доступа посторонним (безопасное хранилище), и не пишите в журнал.",
                 "Makes a secret key of CURVE from the system's random numbers. `PublicKey` gives its partner. A secret key never leaves its side: keep it where strangers have no access, and write it to no log.")
            .gives("Строка: 40 символов Z85.", "String: 40 characters of Z85.")
            .example("ЗакрытыйКлюч = Ключи.НовыйЗакрытыйКлюч();\nОткрытыйКлюч = Ключи.ОткрытыйКлюч(ЗакрытыйКлюч);",
                     "SecretKey = Curve.NewSecretKey();\nPublicKey = Curve.PublicKey(SecretKey);"),
        M::function("PublicKey", "ОткрытыйКлюч", ONLY, |_, call| { let secret = call.argument()?; public_key(secret, call) })
            .takes(&[required::<TextOrBlob<'_>>("SecretKey", "ЗакрытыйКлюч").secret()])
            .doc("Вычисляет открытый ключ по закрытому. Ключ принимается строкой Z85 из 40 символов или двоичными данными из 32 байт. Открытый ключ — не тайна: его сообщают другой стороне.",
                 "Derives the public key of a secret one. The key is 40 characters of Z85, or 32 bytes of binary data. A public key is no secret: the other side is told it.")
            .gives("Строка: 40 символов Z85.", "String: 40 characters of Z85.")
            .example("Сообщить(Ключи.ОткрытыйКлюч(Ключи.НовыйЗакрытыйКлюч()));",
                     "Message(Curve.PublicKey(Curve.NewSecretKey()));"),
    ]];

    const PROPERTIES: &'static [&'static [P]] = &[&[
        P::read_only("LastError", "ПоследняяОшибка", ONLY, |_, read| read.answer(Reply::Text(read.last_error)))
            .doc("Строка. Текст последней ошибки; пустая строка после удачного вызова.", "String. The last error; empty after a call that succeeded.")
            .example("Сообщить(Ключи.ПоследняяОшибка);", "Message(Curve.LastError);"),
        P::read_only("LastErrorCode", "КодПоследнейОшибки", ONLY, |_, read| read.answer(Reply::Text(read.last_error_code)))
            .doc("Строка. Условное имя последней ошибки, например `EINVAL`.", "String. The symbolic name of the last error, such as `EINVAL`.")
            .example("Сообщить(Ключи.КодПоследнейОшибки);", "Message(Curve.LastErrorCode);"),
    ]];

    fn close(&mut self) {}

    fn failed(&self, member: &'static str, error: &Error) {
        log::note_failed("Curve", None, member, error.code);
    }
}
