//! Runs a script: a few objects at a time, one step after another.

use crate::calls::{self, Kind};
use crate::exchange::{self, Exchange};
use crate::member::{call, hurry};
use crate::options;
use crate::script::Script;
use crate::values::Endpoints;
use host::{App, Farewell, Host, Interfaces, Library, Object, Settings, Variants};
use std::sync::Arc;

/// Objects at a time: few enough to meet each other, and to keep threads and descriptors bounded.
const OBJECTS: usize = 6;
/// Steps of one script.
const STEPS: usize = 200;

/// Loads the component, before the first input.
pub fn load() {
    let ids = Library::built().class_names();
    assert!(ids.len() >= 15, "{ids:?}");
}

struct Held {
    object: Object,
    /// The host gave its memory manager, and did not take it back.
    memory: bool,
}

/// One script and what it holds.
pub struct Session<'a> {
    script: Script<'a>,
    library: Arc<Library>,
    host: Host,
    held: Vec<Held>,
    endpoints: Endpoints,
}

impl<'a> Session<'a> {
    /// The first bytes say which host this is.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        calls::input();
        let mut script = Script::new(bytes);
        let library = Library::built();
        let settings = Settings {
            app: script.pick(&[App::Server, App::ThinClient, App::Unknown, App::WebClient]),
            memory_first: script.chance(2),
            locale: script.pick(&[None, Some("ru_RU"), Some("en_US"), Some("")]).map(str::to_owned),
            ui_language: script.pick(&[None, Some("ru"), Some("en"), Some("x")]).map(str::to_owned),
            isolated: script.chance(2),
            interfaces: script.pick(&[Interfaces::Given, Interfaces::Null, Interfaces::NoSlot]),
            introduces: script.chance(2),
            strict: true,
        };
        if script.chance(8) {
            calls::count(Kind::Life);
            library.set_platform_capabilities(script.pick(&[-1, 0, 1, 2, 3, 4, i32::MAX]));
        } else {
            library.set_platform_capabilities(3);
        }
        // An older platform has no GetInterface, and says so.
        if settings.interfaces == Interfaces::NoSlot {
            calls::count(Kind::Life);
            library.set_platform_capabilities(3);
        }
        let host = Host::with(&library, settings);
        // A client whose script takes events now and then.
        host.event_queue().limit(script.pick(&[0, 1, 3, 100]));
        Self { script, library, host, held: Vec::new(), endpoints: Endpoints::default() }
    }

    /// Goes to the end of the script; what is left is taken leave of, and the host looks at its memory.
    pub fn run(mut self) {
        for _ in 0..STEPS {
            if self.script.ended() {
                break;
            }
            self.step();
        }
    }

    fn step(&mut self) {
        if self.script.chance(4) {
            let _ = self.host.events();
        }
        if self.held.is_empty() {
            return self.make();
        }
        match self.script.below(32) {
            0 | 1 => self.make(),
            2 => self.part(),
            3 => self.live(),
            4 => self.ask(),
            5 => self.find(),
            6 | 7 => self.property(),
            8 | 9 => self.meet(),
            10..=13 => self.exchange(),
            _ => self.method(),
        }
    }

    fn make(&mut self) {
        if self.held.len() >= OBJECTS {
            return self.part();
        }
        calls::count(Kind::Life);
        let ids = [
            "Req", "Rep", "Pub", "Sub", "Push", "Pull", "Info", "Dealer", "Router", "Pair", "XPub", "XSub", "Stream",
            "Poller", "Curve", "Auth", "Proxy",
        ];
        let kind = self.script.pick(&ids);
        let id = match self.script.below(8) {
            0..=3 => format!("ZeroMQ{kind}"),
            4..=5 => format!("ZeroMQ_{kind}"),
            6 => format!("zeromq.{kind}"),
            _ => {
                let mut units = self.script.units(20);
                units.retain(|&unit| unit != 0);
                units.push(0);
                let mut out = std::ptr::null_mut();
                let made = self.library.class_object_raw(Some(&units), Some(&mut out));
                assert_eq!(made != 0, !out.is_null());
                if made != 0 {
                    self.library.destroy_object_raw(Some(&mut out));
                }
                return;
            }
        };
        let introduced = !self.script.chance(8);
        let object = if introduced { self.host.create_by_id(&id) } else { self.host.raw_object(&id) };
        let object = object.unwrap_or_else(|| panic!("no object of {id}"));
        hurry(&object);
        self.endpoints.sockets.extend(object.get("Id"));
        self.held.push(Held { object, memory: introduced });
    }

    fn part(&mut self) {
        calls::count(Kind::Life);
        let Held { object, .. } = self.held.swap_remove(self.script.below(self.held.len()));
        if calls::traced() {
            eprintln!("{} leaves", object.class());
        }
        let base = i32::from(self.script.byte() % 4);
        let farewell = match self.script.below(8) {
            0..=3 => Farewell::DoneAndDestroy,
            4 | 5 => Farewell::DestroyOnly,
            6 => Farewell::Delete { base, done: self.script.chance(2) },
            _ => Farewell::Delete { base: 0, done: true },
        };
        object.part(farewell);
    }

    fn one(&mut self) -> usize {
        self.script.below(self.held.len())
    }

    /// Life-cycle calls in whatever order.
    fn live(&mut self) {
        calls::count(Kind::Life);
        let index = self.one();
        let Held { object, memory } = &mut self.held[index];
        let slots = object.slots();
        match self.script.below(9) {
            0 => {
                slots.init();
            }
            1 => {
                slots.init_null();
            }
            2 => *memory = slots.set_mem_manager(),
            3 => {
                slots.set_mem_manager_null();
                *memory = false;
            }
            4 => {
                slots.done();
                *memory = false;
            }
            5 => {
                slots.done();
                slots.init();
                *memory = slots.set_mem_manager();
            }
            6 => slots.set_locale(self.script.pick(&[None, Some("ru"), Some("EN_us"), Some(""), Some("ёё")])),
            7 => slots.set_ui_language(self.script.pick(&[None, Some("ru"), Some("en"), Some("")])),
            _ => {
                let name = slots.register_extension_as();
                assert_eq!(name.is_some(), *memory);
                assert_eq!(slots.get_info(), 2000);
            }
        }
        // Init after Done gives a fresh object, whose timeouts are a minute again.
        hurry(object);
    }

    /// A number in the range, near it, or wild.
    fn number(&mut self, count: i64) -> i32 {
        let count = usize::try_from(count).unwrap_or(0);
        match self.script.below(8) {
            7 => self.script.pick(&[-1, i32::MIN, i32::MAX, 255, 256, 0x10000]),
            6 => self.script.int(),
            _ => i32::try_from(self.script.below(count + 1)).expect("a byte"),
        }
    }

    /// Everything that can be asked about a method or a property.
    fn ask(&mut self) {
        let index = self.one();
        let counts = {
            let slots = self.held[index].object.slots();
            (slots.n_methods(), slots.n_props())
        };
        let (method, property) = (self.number(counts.0), self.number(counts.1));
        let (alias, parameter) = (self.script.pick(&[0, 1, 2, -1]), self.script.pick(&[0, 1, -1, i32::MAX]));
        let Held { object, memory } = &self.held[index];
        let slots = object.slots();
        for _ in 0..9 {
            calls::count(Kind::Question);
        }
        let known = (0..counts.0).contains(&i64::from(method));
        let name = slots.method_name(method, alias);
        assert_eq!(name.is_some(), known && *memory && (0..2).contains(&alias), "{method} {alias}");
        if let Some(name) = name {
            assert_eq!(slots.find_method(&name.to_uppercase()), i64::from(method), "{name}");
        }
        assert!(known || (slots.n_params(method) == 0 && !slots.has_ret_val(method)));
        let _ = slots.param_default(method, parameter);
        let known = (0..counts.1).contains(&i64::from(property));
        let name = slots.prop_name(property, alias);
        assert_eq!(name.is_some(), known && *memory && (0..2).contains(&alias), "{property} {alias}");
        if let Some(name) = name {
            assert_eq!(slots.find_prop(&name.to_lowercase()), i64::from(property), "{name}");
        }
        assert_eq!(slots.prop_readable(property), known);
        let _ = slots.prop_writable(property);
    }

    fn find(&mut self) {
        calls::count(Kind::Question);
        let index = self.one();
        let mut units = self.script.units(80);
        units.retain(|&unit| unit != 0);
        let text = String::from_utf16_lossy(&units);
        units.push(0);
        let slots = self.held[index].object.slots();
        let (methods, properties) = (slots.n_methods(), slots.n_props());
        assert!((-1..methods).contains(&slots.find_method_units(&units)));
        assert!((-1..properties).contains(&slots.find_prop(&text.replace('\0', ""))));
        assert_eq!((slots.find_method_null(), slots.find_prop_null()), (-1, -1));
    }

    fn property(&mut self) {
        calls::count(Kind::Property);
        let index = self.one();
        let count = self.held[index].object.slots().n_props();
        let number = self.number(count);
        let Held { object, memory } = &self.held[index];
        let slots = object.slots();
        match self.script.below(4) {
            0 => {
                let name = slots.prop_name(number, 0).unwrap_or_default();
                let mut value = Variants::of(&[options::value(&name, &mut self.script)]);
                slots.set_prop(number, Some(&mut value));
                value.expire();
                // It may have been a timeout.
                hurry(object);
            }
            1 => {
                slots.get_prop_null(number);
                slots.set_prop(number, None);
            }
            _ => {
                let (done, _) = slots.get_prop(number);
                let known = (0..count).contains(&i64::from(number));
                assert!(known || !done, "a wild property was read");
                assert!(!known || !*memory || done, "property {number} of {} was not read", object.class());
            }
        }
    }

    fn method(&mut self) {
        let index = self.one();
        let count = self.held[index].object.slots().n_methods();
        let number = self.number(count);
        let Held { object, memory } = &self.held[index];
        call(object, number, *memory, &mut self.script, &self.endpoints);
        self.remember(index);
    }

    /// Two sockets that get to know each other: without this few scripts would come to sending anything.
    fn meet(&mut self) {
        let (one, other) = (self.one(), self.one());
        let endpoint = self.endpoints.to_bind(&mut self.script);
        for _ in 0..2 {
            calls::count(Kind::Method);
        }
        let bound = self.held[one].object.call("Bind", [endpoint.clone()]);
        if calls::traced() {
            eprintln!(
                "meet: {}.Bind({endpoint:?}): {bound:?}; {}",
                self.held[one].object.class(),
                self.held[other].object.class()
            );
        }
        if bound.is_ok() {
            self.remember(one);
            if let Some(known) = self.endpoints.known.last() {
                let _ = self.held[other].object.call("Connect", [known.into()]);
            }
        }
    }

    /// Two that fit, made where they are not there.
    fn exchange(&mut self) {
        let family = exchange::family(&mut self.script);
        let sender = self.of(family[0], None);
        let receiver = self.of(family[1], Some(sender));
        let is_stream = family[0] == "Stream";
        // Who lets in by keys or passwords asks an Auth, and is not there over inproc.
        let secured = !is_stream && self.script.chance(4);
        if secured {
            let auth = self.of("Auth", None);
            exchange::call(&self.held[auth].object, "AllowAny", &["global".into()]);
        }
        // A name that nobody has yet, or whatever a script would bind.
        let endpoint = if !secured && self.script.chance(4) {
            self.endpoints.to_bind(&mut self.script)
        } else if secured || is_stream {
            "tcp://127.0.0.1:*".into()
        } else {
            format!("inproc://exchange-{}", calls::total()).into()
        };
        let (sender, receiver) = (&self.held[sender].object, &self.held[receiver].object);
        if let Some(mut exchange) = Exchange::new(&mut self.script, sender, receiver, &endpoint, secured) {
            exchange.run(&mut self.script);
        }
    }

    /// An object of this class that is not `other`.
    fn of(&mut self, class: &str, other: Option<usize>) -> usize {
        let fits = |index: &usize| Some(*index) != other && exchange::is(&self.held[*index].object, class);
        if let Some(index) = (0..self.held.len()).find(fits) {
            return index;
        }
        calls::count(Kind::Life);
        let object = self.host.create_by_id(&format!("ZeroMQ{class}")).expect("a class");
        hurry(&object);
        self.held.push(Held { object, memory: true });
        self.held.len() - 1
    }

    /// Where the socket really listens, for others to connect to.
    fn remember(&mut self, index: usize) {
        let object = &self.held[index].object;
        for name in ["LastEndpoint", "FrontendEndpoint", "BackendEndpoint"] {
            if let Ok(host::Value::Text(at)) = object.get(name) {
                if !at.is_empty() && !self.endpoints.known.contains(&at) {
                    self.endpoints.known.push(at);
                }
            }
        }
    }
}
