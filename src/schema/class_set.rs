//! Which classes of a family have something.

/// A set of classes of one family; each class of a family is one bit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClassSet(pub u32);

impl ClassSet {
    /// Both sets together.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in the other set.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the sets share a class.
    #[must_use]
    pub const fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
