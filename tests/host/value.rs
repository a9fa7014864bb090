//! Values as BSL knows them, and the odd ones that only a strange host would send.

/// Variant codes of the Native API.
pub mod vt {
    pub const EMPTY: u16 = 0;
    pub const NULL: u16 = 1;
    pub const I2: u16 = 2;
    pub const I4: u16 = 3;
    pub const R4: u16 = 4;
    pub const R8: u16 = 5;
    pub const DATE: u16 = 6;
    pub const TM: u16 = 7;
    pub const PSTR: u16 = 8;
    pub const INTERFACE: u16 = 9;
    pub const ERROR: u16 = 10;
    pub const BOOL: u16 = 11;
    pub const VARIANT: u16 = 12;
    pub const I1: u16 = 13;
    pub const UI1: u16 = 14;
    pub const UI2: u16 = 15;
    pub const UI4: u16 = 16;
    pub const I8: u16 = 17;
    pub const UI8: u16 = 18;
    pub const INT: u16 = 19;
    pub const UINT: u16 = 20;
    pub const HRESULT: u16 = 21;
    pub const PWSTR: u16 = 22;
    pub const BLOB: u16 = 23;
    pub const CLSID: u16 = 24;
    /// Every code there is.
    pub const ALL: std::ops::RangeInclusive<u16> = 0..=24;
    pub const VECTOR: u16 = 0x1000;
    pub const ARRAY: u16 = 0x2000;
    pub const BY_REF: u16 = 0x4000;
}

/// One value of one variant.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Неопределено.
    Empty,
    Null,
    Bool(bool),
    /// Any whole number, under the code given: I1 … UI8, INT, UINT, ERROR, HRESULT.
    Whole(u16, i64),
    R4(f32),
    R8(f64),
    Date(f64),
    /// Year, month (1-12), day, hour, minute, second.
    Time([i32; 6]),
    Pstr(Vec<u8>),
    Text(String),
    /// UTF-16 that is not valid text.
    Wide(Vec<u16>),
    Blob(Vec<u8>),
    /// PSTR, PWSTR or BLOB: null pointer, length as given.
    NullPointer(u16, u32),
    /// A code with the union's bytes as given.
    Raw(u16, Vec<u8>),
}

impl Value {
    #[must_use]
    pub fn blob(bytes: impl AsRef<[u8]>) -> Self {
        Self::Blob(bytes.as_ref().to_vec())
    }

    #[must_use]
    pub fn i4(n: i32) -> Self {
        Self::Whole(vt::I4, i64::from(n))
    }

    /// The text, or a panic that says what stood there instead.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(s) => s,
            other => panic!("a string was expected, not {other:?}"),
        }
    }

    #[must_use]
    #[track_caller]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Blob(b) => b,
            other => panic!("binary data was expected, not {}", other.brief()),
        }
    }

    #[must_use]
    #[track_caller]
    pub fn number(&self) -> f64 {
        match self {
            #[allow(clippy::cast_precision_loss)]
            Self::Whole(_, n) => *n as f64,
            Self::R8(x) => *x,
            other => panic!("a number was expected, not {}", other.brief()),
        }
    }

    #[must_use]
    #[track_caller]
    pub fn truth(&self) -> bool {
        match self {
            Self::Bool(b) => *b,
            other => panic!("a boolean was expected, not {}", other.brief()),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// For messages: long blobs and texts are told by their length.
    #[must_use]
    pub fn brief(&self) -> String {
        match self {
            Self::Blob(b) if b.len() > 40 => format!("Blob of {} bytes", b.len()),
            Self::Text(s) if s.len() > 200 => format!("Text of {} bytes", s.len()),
            other => format!("{other:?}"),
        }
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Self {
        Self::Text(s.into())
    }
}
impl From<&String> for Value {
    fn from(s: &String) -> Self {
        Self::Text(s.clone())
    }
}
impl From<String> for Value {
    fn from(s: String) -> Self {
        Self::Text(s)
    }
}
impl From<i32> for Value {
    fn from(n: i32) -> Self {
        Self::i4(n)
    }
}
impl From<f64> for Value {
    fn from(x: f64) -> Self {
        Self::R8(x)
    }
}
impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}
impl From<&[u8]> for Value {
    fn from(b: &[u8]) -> Self {
        Self::blob(b)
    }
}
impl<const N: usize> From<&[u8; N]> for Value {
    fn from(b: &[u8; N]) -> Self {
        Self::blob(b)
    }
}
impl From<Vec<u8>> for Value {
    fn from(b: Vec<u8>) -> Self {
        Self::Blob(b)
    }
}

/// `args!["tcp://…", 5, b"data"]`: arguments of a call.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { [$($crate::Value::from($value)),*] };
}
