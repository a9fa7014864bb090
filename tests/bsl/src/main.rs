//! `bsl`: runs scripts, the documentation's blocks, the configuration's tests.

use bsl::checks::Component;
use bsl::conf::{self, Configuration};
use bsl::docs::{self, PageReport};
use bsl::run::{Settings, World};
use bsl::script;
use bsl::syntax::{Names, Source, Target, module};
use bsl::value::plain::Plain;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const USAGE: &str = "usage: bsl run FILE… | show FILE | docs PAGE… | tests CONF [PART OF A NAME] | check CONF… | \
    mutations CONF README
options: --onescript --processes --limit SECONDS --set NAME=VALUE --module FILE (run: a common module) --conf CONF (docs: modules that pages find)";

struct Options {
    settings: Settings,
    limit: Duration,
    constants: Vec<(String, String)>,
    conf: Option<PathBuf>,
    modules: Vec<PathBuf>,
    words: Vec<String>,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [word, file] = args.as_slice()
        && word == "job"
    {
        return bsl::platform::jobs::process_main(Path::new(file));
    }
    let options = options(args);
    let words: Vec<&str> = options.words.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["run", files @ ..] if !files.is_empty() => run(&options, files),
        ["show", file] => show(&options, file),
        ["docs", pages @ ..] if !pages.is_empty() => documentation(&options, pages),
        ["tests", root] => tests(&options, root, ""),
        ["tests", root, part] => tests(&options, root, part),
        ["check", roots @ ..] if !roots.is_empty() => check(roots),
        ["mutations", root, readme] => mutations(root, readme),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

fn options(args: Vec<String>) -> Options {
    let limit = Duration::from_secs(600);
    let mut options = Options {
        settings: Settings::default(),
        limit,
        constants: Vec::new(),
        conf: None,
        modules: Vec::new(),
        words: Vec::new(),
    };
    let mut rest = args.into_iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--onescript" => options.settings.onescript = true,
            "--processes" => options.settings.processes = true,
            "--limit" => {
                let seconds = rest.next().and_then(|n| n.parse().ok());
                options.limit = seconds.map_or(options.limit, Duration::from_secs);
            }
            "--module" => options.modules.extend(rest.next().map(PathBuf::from)),
            "--conf" => options.conf = rest.next().map(PathBuf::from),
            "--set" => {
                let pair = rest.next().unwrap_or_default();
                let (name, value) = pair.split_once('=').unwrap_or((&pair, ""));
                options.constants.push((name.into(), value.into()));
            }
            _ => options.words.push(word),
        }
    }
    options
}

fn read(file: &str) -> Result<String, String> {
    fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))
}

fn prepare(options: &Options, world: &World) {
    let library = host::library_file();
    world.set_template("ОбщийМакет.ZeroMQ", &library);
    world.set_constant("Компонента", Plain::Text(library.display().to_string().into()));
    for (name, value) in &options.constants {
        let value = value.parse().map_or_else(|_| Plain::Text(value.as_str().into()), Plain::Number);
        world.set_constant(name, value);
    }
}

fn run(options: &Options, files: &[&str]) -> Result<(), String> {
    let world = World::new(options.settings.clone(), |said| println!("{}", said.text));
    prepare(options, &world);
    for file in &options.modules {
        let (shown, name) = (file.display().to_string(), file.file_stem().unwrap_or_default().to_string_lossy());
        let text = read(&shown)?;
        let source = Source {
            name: &format!("ОбщийМодуль.{name}"), file: &shown, text: &text, target: Target::Server
        };
        let made = module(&source, &mut Names::default()).map_err(|errors| script::in_lines(&errors))?;
        world.add_module(Arc::new(made));
    }
    let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
    script::within(options.limit, &world, move |world| {
        for file in &files {
            script::run_text(world, file, &read(file)?)?;
        }
        script::finish_jobs(world, Duration::from_secs(70))
    })
}

/// The script's text, beside each line what it said.
fn show(options: &Options, file: &str) -> Result<(), String> {
    let text = read(file)?;
    let said = Arc::new(Mutex::new(Vec::<(u32, String)>::new()));
    let heard = said.clone();
    let world = World::new(options.settings.clone(), move |said| {
        heard.lock().expect("nobody panics").push((said.line, said.text.to_owned()));
    });
    prepare(options, &world);
    let (own, name) = (text.clone(), file.to_owned());
    let end = script::within(options.limit, &world, move |world| script::run_text(world, &name, &own));
    let said = said.lock().expect("nobody panics");
    let width = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    for (index, line) in text.lines().enumerate() {
        let mut answers = said.iter().filter(|(at, _)| *at as usize == index + 1).map(|(_, text)| text);
        match answers.next() {
            Some(first) => println!("  {line:<width$}  │ {first}"),
            None => println!("  {line:<width$}  │"),
        }
        for more in answers {
            println!("  {:<width$}  │ {more}", "");
        }
    }
    end
}

fn documentation(options: &Options, pages: &[&str]) -> Result<(), String> {
    let modules = match &options.conf {
        Some(root) => Configuration::load(root)?.server_modules()?.common,
        None => Vec::new(),
    };
    let mut bad = 0;
    for page in pages {
        let report = match read(page) {
            Ok(text) => docs::run(page, &text, &options.settings, &host::library_file(), &modules),
            Err(e) => PageReport { file: (*page).into(), problem: Some(e), ..PageReport::default() },
        };
        bad += usize::from(report.problem.is_some());
        print!("{}", report.in_words());
    }
    if bad == 0 { Ok(()) } else { Err(format!("страниц с ошибками: {bad}")) }
}

fn tests(options: &Options, root: &str, part: &str) -> Result<(), String> {
    let count = options.constants.iter().find(|(name, _)| name == "Количество").and_then(|(_, n)| n.parse().ok());
    let conf = Configuration::load(Path::new(root))?;
    let tell = |report: &conf::TestReport| println!("{}", report.in_words());
    let reports = conf::tests(&conf, part, count, options.limit, &options.settings, &host::library_file(), tell)?;
    let failed = reports.iter().filter(|report| report.result.is_err()).count();
    if failed == 0 { Ok(()) } else { Err(format!("тестов с ошибками: {failed}")) }
}

fn check(roots: &[&str]) -> Result<(), String> {
    let component = Component::of(&host::Library::built());
    let mut problems = Vec::new();
    for root in roots {
        problems.extend(conf::check(Path::new(root), &component)?);
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// Writes the table between its marks in the README.
fn mutations(root: &str, readme: &str) -> Result<(), String> {
    const MARKS: [&str; 2] = ["<!-- mutations -->\n", "<!-- /mutations -->\n"];
    let (table, unnoticed) = conf::mutations(Path::new(root), &host::library_file(), |line| println!("{line}"))?;
    let text = read(readme)?;
    let parts = text.split_once(MARKS[0]).and_then(|(head, rest)| Some((head, rest.split_once(MARKS[1])?.1)));
    let (head, tail) = parts.ok_or_else(|| format!("{readme}: нет отметок для таблицы"))?;
    fs::write(readme, format!("{head}{}{table}{}{tail}", MARKS[0], MARKS[1])).map_err(|e| format!("{readme}: {e}"))?;
    if unnoticed.is_empty() { Ok(()) } else { Err(format!("никто не заметил: {}", unnoticed.join("; "))) }
}
