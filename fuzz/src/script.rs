//! The bytes of an input as decisions. When they run out every decision is the first, and the script is at its end.

use libfuzzer_sys::arbitrary::Unstructured;

pub struct Script<'a>(Unstructured<'a>);

impl<'a> Script<'a> {
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(Unstructured::new(bytes))
    }

    #[must_use]
    pub fn ended(&self) -> bool {
        self.0.is_empty()
    }

    /// Below `choices`.
    pub fn below(&mut self, choices: usize) -> usize {
        usize::from(self.byte()) % choices.max(1)
    }

    pub fn byte(&mut self) -> u8 {
        self.0.arbitrary().unwrap_or_default()
    }

    pub fn chance(&mut self, of: u8) -> bool {
        self.byte() % of == of - 1
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub fn int(&mut self) -> i32 {
        self.0.arbitrary().unwrap_or_default()
    }

    pub fn long(&mut self) -> i64 {
        self.0.arbitrary().unwrap_or_default()
    }

    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
        let wanted = self.below(most + 1).min(self.0.len());
        self.0.bytes(wanted).unwrap_or_default().to_vec()
    }

    pub fn units(&mut self, most: usize) -> Vec<u16> {
        self.bytes(most * 2).chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect()
    }
}
