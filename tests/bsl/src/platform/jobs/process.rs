//! A job in a process of its own: this program again, told by a file what to run. Its end is ours too, however we end: it leaves
//! when the pipe to its standard input closes.

use crate::platform::jobs::state::{JobState, Outcome};
use crate::platform::jobs::thread;
use crate::run::{Error, Said, Settings, World};
use crate::syntax::ast::Module;
use crate::syntax::{Names, Source, Target, module};
use crate::value::plain::Plain;
use host::App;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::sync::Arc;
use std::{fs, io};

/// Before the line with which a job tells its end; all other lines are what it said.
const END: char = '\u{4}';

fn text(text: impl Into<Arc<str>>) -> Plain {
    Plain::Text(text.into())
}

pub fn start(world: &Arc<World>, job: &Arc<JobState>, args: &[Plain]) {
    let file = world.next_file("job");
    let modules = world.modules();
    let module = |m: &Arc<Module>| {
        Plain::Array(false, vec![text(m.name.as_str()), text(m.file.as_str()), text(m.source.as_str())])
    };
    let templates = world.templates().into_iter();
    let templates = templates.map(|(name, file)| (text(name), text(file.display().to_string()))).collect();
    let constants = world.constants().into_iter().map(|(name, value)| (text(name), value)).collect();
    let spec = Plain::Array(
        false,
        vec![
            text(job.method.as_str()),
            Plain::Array(false, args.to_vec()),
            Plain::Array(false, modules.iter().map(module).collect()),
            Plain::Map(false, templates),
            Plain::Map(false, constants),
            Plain::Array(false, world.processors().iter().map(module).collect()),
            text(world.storage().display().to_string()),
            Plain::Bool(world.settings.onescript),
        ],
    );
    fs::write(&file, spec.encode()).expect("a file for the job");
    let mut command = host::command(&host::program("bsl"));
    command.arg("job").arg(&file).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = host::start(&mut command).expect("a process for the job");
    let out = child.stdout.take().expect("piped");
    // The pipe stays open as long as the child's handle lives.
    job.life().child = Some(child);
    if job.is_cancelled() {
        job.cancel();
    }
    let (world, job) = (world.clone(), job.clone());
    std::thread::spawn(move || listen(&world, &job, out));
}

fn listen(world: &Arc<World>, job: &Arc<JobState>, out: impl Read) {
    let mut outcome = None;
    for line in BufReader::new(out).lines().map_while(Result::ok) {
        let Some(end) = line.strip_prefix(END) else {
            let said = Plain::decode(&line).and_then(|said| if let Plain::Text(t) = said { Some(t) } else { None });
            let said = said.unwrap_or(line.into());
            job.say(&said);
            world.say(&Said { from_job: true, line: 0, text: &said });
            continue;
        };
        outcome = Plain::decode(end).and_then(|end| of_plain(&end));
    }
    let status = job.life().child.as_mut().and_then(|child| child.wait().ok());
    job.life().child = None;
    let outcome = outcome.unwrap_or_else(|| {
        if job.is_cancelled() {
            return Outcome::Cancelled;
        }
        let end = status.map_or_else(|| "неизвестно как".into(), host::end_in_words);
        Outcome::Failed(Box::new(Error::new(format!("Сеанс фонового задания завершился: {end}"))))
    });
    job.finish(outcome);
}

fn of_plain(end: &Plain) -> Option<Outcome> {
    let Plain::Array(_, parts) = end else { return None };
    let texts: Vec<_> =
        parts.iter().map(|part| if let Plain::Text(t) = part { t.to_string() } else { String::new() }).collect();
    match texts.first().map(String::as_str)? {
        "completed" => Some(Outcome::Completed),
        "cancelled" => Some(Outcome::Cancelled),
        "failed" => {
            let [_, text, module, line, source] = texts.as_slice() else { return None };
            let error = Error {
                text: text.clone(),
                module: module.clone(),
                line: line.parse().unwrap_or_default(),
                source: source.clone(),
                ..Error::default()
            };
            Some(Outcome::Failed(Box::new(error)))
        }
        _ => None,
    }
}

fn to_plain(outcome: &Outcome) -> Plain {
    let words = match outcome {
        Outcome::Completed => vec!["completed".into()],
        Outcome::Failed(e) => {
            vec!["failed".into(), e.text.clone(), e.module.clone(), e.line.to_string(), e.source.clone()]
        }
        Outcome::Active | Outcome::Cancelled => vec!["cancelled".into()],
    };
    Plain::Array(false, words.into_iter().map(text).collect())
}

/// `bsl job FILE`: the other side.
pub fn main(file: &Path) -> ExitCode {
    std::thread::spawn(|| {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        std::process::exit(3);
    });
    let spec = fs::read_to_string(file).ok().and_then(|text| Plain::decode(&text));
    let Some((world, method, args)) = spec.and_then(|spec| world(&spec)) else {
        eprintln!("bsl: {} describes no job", file.display());
        return ExitCode::FAILURE;
    };
    let job = JobState::new(1, &method, "", "");
    let outcome = on_big_stack(move || {
        let outcome = thread::run(&world, &job, args);
        for fault in world.jobs.faults() {
            eprintln!("{fault}");
        }
        outcome
    });
    println!("{END}{}", to_plain(&outcome).encode());
    let _ = io::stdout().flush();
    ExitCode::SUCCESS
}

fn on_big_stack<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(thread::STACK).spawn(body).expect("a thread");
    thread.join().expect("what the job does is caught inside")
}

fn world(spec: &Plain) -> Option<(Arc<World>, String, Vec<Plain>)> {
    let Plain::Array(_, parts) = spec else { return None };
    let [Plain::Text(method), Plain::Array(_, args), Plain::Array(_, modules), Plain::Map(_, templates), rest @ ..] =
        parts.as_slice()
    else {
        return None;
    };
    let [Plain::Map(_, constants), Plain::Array(_, processors), Plain::Text(storage), Plain::Bool(onescript)] = rest
    else {
        return None;
    };
    let settings = Settings { onescript: *onescript, processes: true, app: App::Server };
    let world = World::new(settings, |said| {
        println!("{}", text(said.text).encode());
        let _ = io::stdout().flush();
    });
    world.set_storage(Path::new(&**storage));
    for part in modules {
        world.add_module(compiled(part)?);
    }
    for part in processors {
        world.add_processor(compiled(part)?);
    }
    for (name, file) in templates {
        if let (Plain::Text(name), Plain::Text(file)) = (name, file) {
            world.set_template(name, Path::new(&**file));
        }
    }
    for (name, value) in constants {
        if let Plain::Text(name) = name {
            world.set_constant(name, value.clone());
        }
    }
    Some((world, method.to_string(), args.clone()))
}

fn compiled(part: &Plain) -> Option<Arc<Module>> {
    let Plain::Array(_, texts) = part else { return None };
    let [Plain::Text(name), Plain::Text(file), Plain::Text(source)] = texts.as_slice() else { return None };
    let source = Source { name, file, text: source, target: Target::Server };
    module(&source, &mut Names::default()).ok().map(Arc::new)
}
