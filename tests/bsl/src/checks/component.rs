//! The component's classes and members, as the library itself tells them to a host.

use host::{Farewell, Host, Library, Object};
use std::sync::Arc;

pub struct Known {
    /// English and Russian.
    pub names: [String; 2],
    pub method: Option<MethodFacts>,
    pub writable: bool,
}

pub struct MethodFacts {
    pub least: usize,
    pub most: usize,
    pub function: bool,
}

pub struct Class {
    /// "ZeroMQ.Req".
    pub name: String,
    pub members: Vec<Known>,
}

pub struct Component {
    pub classes: Vec<Class>,
}

impl Component {
    #[must_use]
    pub fn of(library: &Arc<Library>) -> Self {
        let host = Host::new(library);
        let class = |(id, name): &(String, String)| {
            let object = host.create_by_id(id).unwrap_or_else(|| panic!("GetClassObject gave no object for {id}"));
            let members = methods(&object).chain(properties(&object)).collect();
            object.part(Farewell::DoneAndDestroy);
            Class { name: name.clone(), members }
        };
        Self { classes: library.classes().iter().map(class).collect() }
    }

    #[must_use]
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.name.to_lowercase() == name.to_lowercase())
    }
}

impl Class {
    #[must_use]
    pub fn member(&self, lower: &str) -> Option<&Known> {
        self.members.iter().find(|member| member.names.iter().any(|name| name.to_lowercase() == *lower))
    }
}

fn number(count: i64) -> i32 {
    i32::try_from(count).expect("a small count")
}

fn methods(object: &Object) -> impl Iterator<Item = Known> + '_ {
    let slots = object.slots();
    (0..number(slots.n_methods())).map(move |n| {
        let most = usize::try_from(slots.n_params(n)).unwrap_or_default();
        let required = |p: &usize| slots.param_default(n, number(i64::try_from(*p).expect("few"))).is_none();
        let least = (0..most).filter(required).map(|p| p + 1).max().unwrap_or(0);
        let names = [0, 1].map(|alias| slots.method_name(n, alias).unwrap_or_default());
        Known { names, method: Some(MethodFacts { least, most, function: slots.has_ret_val(n) }), writable: false }
    })
}

fn properties(object: &Object) -> impl Iterator<Item = Known> + '_ {
    let slots = object.slots();
    (0..number(slots.n_props())).map(move |n| Known {
        names: [0, 1].map(|alias| slots.prop_name(n, alias).unwrap_or_default()),
        method: None,
        writable: slots.prop_writable(n),
    })
}
