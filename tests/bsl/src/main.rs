//! `bsl`: runs scripts, the documentation's blocks, the configuration's tests.

use bsl::run::{Settings, World};
use bsl::script;
use bsl::value::plain::Plain;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

const USAGE: &str = "usage: bsl run FILE… | docs PAGE… | tests CONF [PART OF A NAME] | check CONF…
options: --onescript --processes --limit SECONDS --set NAME=VALUE";

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|word| word == "job") {
        return bsl::platform::jobs::process_main(Path::new(&args[1]));
    }
    let (mut settings, mut limit, mut constants, mut words) = (Settings::default(), 600, Vec::new(), Vec::new());
    let mut rest = args.drain(..);
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--onescript" => settings.onescript = true,
            "--processes" => settings.processes = true,
            "--limit" => limit = rest.next().and_then(|n| n.parse().ok()).unwrap_or(limit),
            "--set" => constants.extend(rest.next()),
            _ => words.push(word),
        }
    }
    if words.first().is_some_and(|verb| verb == "tests") {
        let count = constants.iter().find_map(|pair| pair.strip_prefix("Количество=")).and_then(|n| n.parse().ok());
        return tests(&words[1..], count, &settings);
    }
    if words.first().is_some_and(|verb| verb == "check") {
        return check(&words[1..]);
    }
    if words.first().is_some_and(|verb| verb == "docs") {
        return docs(&words[1..], &settings);
    }
    let world = World::new(settings, |said| println!("{}", said.text));
    let library = host::library_file();
    world.set_template("ОбщийМакет.ZeroMQ", &library);
    world.set_constant("Компонента", Plain::Text(library.display().to_string().into()));
    for pair in constants {
        let (name, value) = pair.split_once('=').unwrap_or((&pair, ""));
        world.set_constant(name, value.parse().map_or_else(|_| Plain::Text(value.into()), Plain::Number));
    }
    let result = match words.split_first() {
        Some((verb, files)) if verb == "run" && !files.is_empty() => {
            let files = files.to_vec();
            script::within(Duration::from_secs(limit), &world, move |world| {
                for file in &files {
                    let text = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
                    script::run_text(world, file, &text)?;
                }
                script::finish_jobs(world, Duration::from_secs(70))
            })
        }
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

fn docs(pages: &[String], settings: &Settings) -> ExitCode {
    let mut bad = false;
    for page in pages {
        let report = match std::fs::read_to_string(page) {
            Ok(text) => bsl::docs::run(page, &text, settings, &host::library_file(), &[]),
            Err(e) => bsl::docs::PageReport { file: page.clone(), problem: Some(e.to_string()), ..Default::default() },
        };
        bad |= report.problem.is_some();
        print!("{}", report.in_words());
    }
    if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn tests(words: &[String], count: Option<i64>, settings: &Settings) -> ExitCode {
    let Some(root) = words.first() else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let part = words.get(1).map_or("", String::as_str);
    let ran = bsl::conf::Configuration::load(Path::new(root)).and_then(|conf| {
        bsl::conf::tests(&conf, part, count, settings, &host::library_file(), |report| {
            println!("{}", report.in_words())
        })
    });
    match ran {
        Ok(reports) if reports.iter().all(|report| report.result.is_ok()) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

fn check(roots: &[String]) -> ExitCode {
    let component = bsl::checks::Component::of(&host::Library::built());
    let mut bad = false;
    for root in roots {
        match bsl::conf::check(Path::new(root), &component) {
            Ok(problems) => {
                bad |= !problems.is_empty();
                problems.iter().for_each(|problem| println!("{problem}"));
            }
            Err(text) => {
                bad = true;
                println!("{text}");
            }
        }
    }
    if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
