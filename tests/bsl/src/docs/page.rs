//! One page: its blocks in order, in one session.

use crate::checks::{Component, Inferred, members};
use crate::docs::addresses::Addresses;
use crate::docs::blocks::{Block, Mark, blocks};
use crate::docs::reference;
use crate::platform::jobs::{JobState, start_body};
use crate::run::{Error, Fail, Instance, Run, Session, Settings, World};
use crate::script::{TIMEOUT, failure, finish_jobs, in_lines, within};
use crate::syntax::ast::Module;
use crate::syntax::{Names, Source, Target, module};
use crate::value::Cell;
use crate::value::plain::Plain;
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For all of a page, and for jobs after its last block.
const LIMIT: Duration = Duration::from_secs(60);
const JOBS_LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub struct PageReport {
    pub file: String,
    pub executed: usize,
    /// Blocks that were not executed: the line and why.
    pub checked: Vec<(u32, String)>,
    pub problem: Option<String>,
    /// The line of the block that began last.
    pub last: u32,
    pub took: Duration,
}

impl PageReport {
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut text = format!("{}: выполнено {}", self.file, self.executed);
        if !self.checked.is_empty() {
            text.push_str(&format!(", только проверено {}", self.checked.len()));
        }
        text.push_str(&format!(", {:.1} с\n", self.took.as_secs_f64()));
        for (line, reason) in &self.checked {
            text.push_str(&format!("  строка {line}: не выполнено: {reason}\n"));
        }
        if let Some(problem) = &self.problem {
            text.push_str(&format!("  ОШИБКА {problem}\n"));
        }
        text
    }
}

/// Runs a page. `shared` are modules that every page finds, `library` the component.
#[must_use]
pub fn run(file: &str, text: &str, settings: &Settings, library: &Path, shared: &[Arc<Module>]) -> PageReport {
    let began = Instant::now();
    let said = Arc::new(Mutex::new(Vec::new()));
    let heard = said.clone();
    let world = World::new(settings.clone(), move |said| {
        if !said.from_job {
            heard.lock().unwrap_or_else(PoisonError::into_inner).push(said.text.to_owned());
        }
    });
    world.set_template("ОбщийМакет.ZeroMQ", library);
    world.set_template("CommonTemplate.ZeroMQ", library);
    for name in ["Компонента", "AddInFile"] {
        world.set_constant(name, Plain::Text(library.display().to_string().into()));
    }
    for module in shared {
        world.add_module(module.clone());
    }
    let report = Arc::new(Mutex::new(PageReport { file: file.into(), ..PageReport::default() }));
    let (inside, file, text) = (report.clone(), file.to_owned(), text.to_owned());
    let result = within(LIMIT, &world, move |world| {
        let page = blocks(&text).map_err(|error| format!("{file}: {error}"))?.blocks;
        let component = Component::of(&host::Library::built());
        if file.ends_with("reference.md") {
            return reference::run(world, &file, &page, &component, &inside);
        }
        let mut run = PageRun::new(world, &file, component, said, inside);
        let result = page.iter().try_for_each(|block| run.block(block));
        let jobs = run.end();
        result.and(jobs)
    });
    let mut report = std::mem::take(&mut *report.lock().unwrap_or_else(PoisonError::into_inner));
    report.problem = result.err().map(|text| match text.strip_prefix(TIMEOUT) {
        Some(_) => format!("{}: блок в строке {}: {text}", report.file, report.last),
        None => text,
    });
    report.took = began.elapsed();
    report
}

pub(super) type Report = Arc<Mutex<PageReport>>;

struct PageRun {
    world: Arc<World>,
    file: String,
    session: Session,
    names: Names,
    variables: Rc<RefCell<Vec<Cell>>>,
    instances: Vec<Rc<Instance>>,
    inferred: Inferred,
    component: Component,
    addresses: Addresses,
    part: String,
    part_line: u32,
    jobs: Vec<(u32, Arc<JobState>, Option<Option<String>>)>,
    said: Arc<Mutex<Vec<String>>>,
    report: Report,
}

impl PageRun {
    fn new(
        world: &Arc<World>,
        file: &str,
        component: Component,
        said: Arc<Mutex<Vec<String>>>,
        report: Report,
    ) -> Self {
        Self {
            world: world.clone(),
            file: file.into(),
            session: Session::new(world, None),
            names: Names::default(),
            variables: Rc::default(),
            instances: Vec::new(),
            inferred: Inferred::new(),
            component,
            addresses: Addresses::new(world.folder()),
            part: String::new(),
            part_line: 0,
            jobs: Vec::new(),
            said,
            report,
        }
    }

    fn block(&mut self, block: &Block) -> Result<(), String> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).last = block.line;
        if block.has(&Mark::Output) {
            let end = self.output(block);
            return end.map_err(|text| format!("{}: блок в строке {}: {text}", self.file, block.line));
        }
        if block.has(&Mark::Part) {
            if self.part.is_empty() {
                self.part_line = block.line;
            }
            self.part.push_str(&block.text);
            return Ok(());
        }
        if block.has(&Mark::Fresh) {
            self.begin_anew();
        }
        let first = if self.part.is_empty() { block.line } else { self.part_line };
        let raises =
            block.marks.iter().find_map(|mark| if let Mark::Raises(code) = mark { Some(code.clone()) } else { None });
        let text = format!("{}{}", std::mem::take(&mut self.part), block.text);
        let text = self.addresses.mended(&text, raises.is_some());
        // Lines of the page, so that errors name them.
        let text = format!("{}{text}", "\n".repeat(first.saturating_sub(1) as usize));
        let own =
            block.marks.iter().find_map(|mark| if let Mark::Module(name) = mark { Some(name.clone()) } else { None });
        let target = if block.has(&Mark::Client) { Target::ThinClient } else { Target::Server };
        let checked = block.only_checked();
        let mut fresh = Names::default();
        let shared = own.is_none() && !block.has(&Mark::Job) && checked.is_none();
        let names = if shared { &mut self.names } else { &mut fresh };
        let name = own.as_deref().unwrap_or(&self.file);
        let source = Source { name, file: &self.file, text: &text, target };
        let made = Arc::new(module(&source, names).map_err(|errors| in_lines(&errors))?);
        let errors = members(&made, &self.component, &mut self.inferred);
        if !errors.is_empty() {
            return Err(in_lines(&errors));
        }
        if let Some(reason) = checked {
            self.report.lock().unwrap_or_else(PoisonError::into_inner).checked.push((block.line, reason));
            return Ok(());
        }
        self.report.lock().unwrap_or_else(PoisonError::into_inner).executed += 1;
        if let Some(name) = own {
            self.world.add_module(made);
            self.session.forget(&name);
            return Ok(());
        }
        if block.has(&Mark::Job) {
            let title = format!("{}, строка {}", self.file, block.line);
            let job = start_body(&self.world, &title, move |session| {
                let instance = Rc::new(Instance::new(made));
                session.remember_methods(&instance);
                session.body(&instance)
            });
            self.jobs.push((block.line, job, raises));
            return Ok(());
        }
        let instance = Rc::new(Instance::sharing(made, self.variables.clone()));
        self.session.remember_methods(&instance);
        self.instances.push(instance.clone());
        let end = self.session.body(&instance);
        let end = expected(end, raises.as_ref()).map_err(|text| self.addresses.written(&text));
        end.map_err(|text| format!("{}: блок в строке {}: {text}", self.file, block.line))
    }

    /// Objects of the blocks before are let go, as at the end of a server call.
    fn begin_anew(&mut self) {
        self.session = Session::new(&self.world, None);
        (self.names, self.inferred) = (Names::default(), Inferred::new());
        self.instances.clear();
        self.variables = Rc::default();
    }

    fn output(&mut self, block: &Block) -> Result<(), String> {
        let said = std::mem::take(&mut *self.said.lock().unwrap_or_else(PoisonError::into_inner));
        let plain = |text: &str| text.replace('\u{a0}', " ").trim_end().to_owned();
        let said = plain(&self.addresses.written(&said.join("\n")));
        let wanted = plain(&block.text);
        if said == wanted {
            Ok(())
        } else {
            Err(format!("сказано:\n{said}\nа в документе:\n{wanted}"))
        }
    }

    fn end(&mut self) -> Result<(), String> {
        if !self.part.is_empty() {
            return Err(format!("{}: после part нет блока", self.file));
        }
        for (line, job, raises) in &self.jobs {
            let ended = job.wait(Some(host::patient(JOBS_LIMIT)), || Ok::<(), ()>(())).unwrap_or(false);
            let outcome = job.outcome();
            let problem = match (&outcome, raises) {
                _ if !ended => Some(format!("задание не закончилось за {} с", JOBS_LIMIT.as_secs())),
                (crate::platform::jobs::Outcome::Failed(error), Some(_)) => {
                    expected(Err(Fail::Raised(error.clone())), raises.as_ref()).err()
                }
                (_, Some(_)) => Some("исключения не было".into()),
                (outcome, None) => failure(outcome),
            };
            if let Some(problem) = problem {
                return Err(format!("{}: блок в строке {line}: {}", self.file, self.addresses.written(&problem)));
            }
        }
        self.begin_anew();
        finish_jobs(&self.world, host::patient(JOBS_LIMIT))
    }
}

/// The code that the component gave, wherever in the chain of causes.
fn code(error: &Error) -> Option<&str> {
    let own = error.component.as_ref().map(|said| said.code.as_str());
    own.or_else(|| error.cause.as_ref().and_then(|cause| code(cause)))
}

/// A block's end against what its mark says of it.
pub(super) fn expected(end: Run<()>, raises: Option<&Option<String>>) -> Result<(), String> {
    match (end, raises) {
        (Ok(()), None) => Ok(()),
        (Ok(()), Some(_)) => Err("исключения не было".into()),
        (Err(Fail::Raised(error)), Some(None)) => {
            let _ = error;
            Ok(())
        }
        (Err(Fail::Raised(error)), Some(Some(wanted))) => match code(&error) {
            Some(found) if found == wanted => Ok(()),
            found => Err(format!("код ошибки {}, а не {wanted}: {error}", found.unwrap_or("не от компоненты"))),
        },
        (Err(fail), _) => Err(fail.to_string()),
    }
}
