//! Which variable a name means: the method's own, the module's, or something of the platform.

use crate::syntax::ast::{Name, Variable};

/// The variables of a module. A page of the documentation goes on with the same ones from block to block.
#[derive(Clone, Debug, Default)]
pub struct Names {
    all: Vec<(Name, bool)>,
}

impl Names {
    /// The number of a variable; `declared` ones are seen by methods, those that the body merely assigns are not.
    pub fn add(&mut self, name: &Name, declared: bool) -> usize {
        if let Some(number) = self.all.iter().position(|(known, _)| known == name) {
            self.all[number].1 |= declared;
            return number;
        }
        self.all.push((name.clone(), declared));
        self.all.len() - 1
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    #[must_use]
    pub fn find(&self, lower: &str) -> Option<usize> {
        self.all.iter().position(|(known, _)| &*known.lower == lower)
    }

    fn find_declared(&self, name: &Name) -> Option<usize> {
        self.all.iter().position(|(known, declared)| *declared && known == name)
    }

    #[must_use]
    pub fn shown(&self) -> Vec<Name> {
        self.all.iter().map(|(name, _)| name.clone()).collect()
    }
}

/// Where a piece of code stands.
pub enum Scope<'a> {
    Method { names: &'a Names, locals: Vec<Name> },
    Body { names: &'a mut Names },
}

impl Scope<'_> {
    /// The variable that is read.
    #[must_use]
    pub fn read(&self, name: &Name) -> Variable {
        match self {
            Self::Method { names, locals } => match locals.iter().position(|known| known == name) {
                Some(number) => Variable::Local(number),
                None => names.find_declared(name).map_or_else(|| Variable::Global(name.clone()), Variable::Module),
            },
            Self::Body { names } => {
                names.find(&name.lower).map_or_else(|| Variable::Global(name.clone()), Variable::Module)
            }
        }
    }

    /// The variable that is assigned: a new one unless the name is known.
    pub fn assign(&mut self, name: &Name) -> Variable {
        match self.read(name) {
            Variable::Global(_) => self.declare(name),
            known => known,
        }
    }

    /// Перем inside of a method hides the module's variable of that name.
    pub fn declare(&mut self, name: &Name) -> Variable {
        match self {
            Self::Method { locals, .. } => {
                let number = locals.iter().position(|known| known == name).unwrap_or_else(|| {
                    locals.push(name.clone());
                    locals.len() - 1
                });
                Variable::Local(number)
            }
            Self::Body { names } => Variable::Module(names.add(name, false)),
        }
    }
}
