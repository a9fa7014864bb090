//! What a host asks of a class, answered from its table.

use super::instance::Instance;
use super::name::Name;
use super::row::Property;
use super::table::{ClassTable, Family};
use crate::native_api::{Class, Component, Language, Reply, Surroundings};

const fn in_language(name: &Name, language: Language) -> &'static str {
    match language {
        Language::English => name.english,
        Language::Russian => name.russian,
    }
}

impl<T: Family> Class for ClassTable<T> {
    fn methods(&self) -> usize {
        self.methods.count
    }

    fn find_method(&self, name: &[u16]) -> Option<usize> {
        self.methods.find(|row| row.name.is(name))
    }

    fn method_name(&self, method: usize, language: Language) -> Option<&'static str> {
        self.method(method).map(|row| in_language(&row.name, language))
    }

    fn parameters(&self, method: usize) -> Option<usize> {
        self.method(method).map(|row| row.parameters.len())
    }

    fn default_value(&self, method: usize, parameter: usize) -> Option<Reply<'static>> {
        self.parameter(method, parameter)?.default
    }

    fn returns(&self, method: usize) -> bool {
        self.method(method).is_some_and(|row| row.returns.is_some())
    }

    fn properties(&self) -> usize {
        self.properties.count
    }

    fn find_property(&self, name: &[u16]) -> Option<usize> {
        self.properties.find(|row| row.name.is(name))
    }

    fn property_name(&self, property: usize, language: Language) -> Option<&'static str> {
        self.property(property).map(|row| in_language(&row.name, language))
    }

    fn readable(&self, property: usize) -> bool {
        self.property(property).is_some()
    }

    fn writable(&self, property: usize) -> bool {
        self.property(property).is_some_and(Property::is_written)
    }

    fn create(&'static self, surroundings: Surroundings) -> Box<dyn Component> {
        Box::new(Instance::new(self, surroundings))
    }
}
