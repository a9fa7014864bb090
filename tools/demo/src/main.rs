//! The demo: a manager hands tasks to worker processes through the built library and collects their results.
//! `demo [--tasks N] [--workers N] [--transport ipc|tcp]`

mod worker;

use host::{Endpoints, Host, Object, Transport, args, secs};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::process::{Child, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const USAGE: &str = "\
Использование: demo [--tasks N] [--workers N] [--transport ipc|tcp]
Usage:         demo [--tasks N] [--workers N] [--transport ipc|tcp]";

/// How long nothing may happen before the demo gives up.
const PATIENCE: Duration = Duration::from_secs(30);

struct Order {
    tasks: u32,
    workers: u32,
    transport: Transport,
}

impl Order {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let transport = if cfg!(unix) { Transport::Ipc } else { Transport::Tcp };
        let mut order = Self { tasks: 100_000, workers: 4, transport };
        while let Some(word) = words.next() {
            let value = words.next().ok_or(format!("{word}: нет значения / no value"))?;
            let number = || {
                let n: u32 = value.parse().ok().filter(|&n| n > 0)?;
                Some(n)
            };
            let wrong = || format!("{word} {value}: не годится / wrong value");
            match &*word {
                "--tasks" => order.tasks = number().ok_or_else(wrong)?,
                "--workers" => order.workers = number().filter(|&n| n <= 500).ok_or_else(wrong)?,
                "--transport" => {
                    order.transport = match &*value {
                        "ipc" => Transport::Ipc,
                        "tcp" => Transport::Tcp,
                        _ => return Err(wrong()),
                    }
                }
                _ => return Err(format!("{word}: неизвестный параметр / unknown option")),
            }
        }
        Ok(order)
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == worker::ROLE) {
        return worker::run(&words[1..]);
    }
    if words.iter().any(|word| word == "--help" || word == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let order = match Order::parse(words.into_iter()) {
        Ok(order) => order,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match Manager::start(&order).and_then(|manager| manager.work()) {
        Ok(tally) => tally.report(&order),
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// A worker process; dropping the handle ends it.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Manager {
    tasks: u32,
    push: Object,
    pull: Object,
    workers: Mutex<Vec<Worker>>,
    _place: Endpoints,
}

impl Manager {
    /// Loads the library, binds both ends, starts the workers and waits until each has reported.
    fn start(order: &Order) -> Result<Self, String> {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let info = host.create("ZeroMQ.Info");
        println!(
            "addin-zeromq {}, ZeroMQ {}: {} задач, обработчиков: {}, транспорт: {}",
            info.text_of("VersionAddin"),
            info.text_of("VersionZeroMQ"),
            grouped(order.tasks.into()),
            order.workers,
            format!("{:?}", order.transport).to_lowercase(),
        );
        let (push, pull) = (host.create("ZeroMQ.Push"), host.create("ZeroMQ.Pull"));
        for object in [&push, &pull] {
            object.call("Bind", args![endpoints.to_bind(order.transport)]).map_err(|e| e.to_string())?;
        }
        let own = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut workers = Vec::new();
        for number in 0..order.workers {
            let mut command = host::command(&own);
            command
                .args([worker::ROLE, &push.text_of("LastEndpoint"), &pull.text_of("LastEndpoint")])
                .arg(number.to_string())
                .env(host::LIBRARY_VARIABLE, host.library().file())
                .stdin(Stdio::null());
            workers.push(Worker(command.spawn().map_err(|e| format!("demo: {e}"))?));
        }
        let manager = Self { tasks: order.tasks, push, pull, workers: Mutex::new(workers), _place: endpoints };
        manager.push.must("SetSendTimeout", args![1000]);
        manager.pull.must("SetRecvTimeout", args![1000]);
        for _ in 0..order.workers {
            manager.next_result(Instant::now() + PATIENCE)?;
        }
        Ok(manager)
    }

    /// Hands out all tasks and takes all results.
    fn work(self) -> Result<Tally, String> {
        let mut tally = Tally::new(self.tasks, self.workers().len());
        let stop = AtomicBool::new(false);
        let mut progress = Progress::new(self.tasks);
        let start = Instant::now();
        std::thread::scope(|scope| {
            let sender = scope.spawn(|| self.hand_out(&stop));
            let received = (0..self.tasks).try_for_each(|number| {
                if number % 1024 == 0 {
                    self.check_workers()?;
                }
                let result = self.next_result(Instant::now() + PATIENCE)?;
                tally.count(&result)?;
                progress.step();
                Ok(())
            });
            stop.store(received.is_err(), Ordering::Relaxed);
            let sent = sender.join().unwrap_or_else(|_| Err("demo: отправка прервана / sending broke".into()));
            received.and(sent)
        })?;
        tally.took = start.elapsed();
        progress.finish();
        // What comes now would be a double.
        self.pull.must("SetRecvTimeout", args![200]);
        while let Some(extra) = self.try_result()? {
            tally.count(&extra)?;
        }
        self.dismiss()?;
        Ok(tally)
    }

    fn hand_out(&self, stop: &AtomicBool) -> Result<(), String> {
        for number in 0..self.tasks {
            let until = Instant::now() + PATIENCE;
            while !self.push.call("Send", [worker::task(number).into()]).map_err(|e| e.to_string())?.truth() {
                if Instant::now() > until {
                    return Err(format!("задачу {number} никто не взял / nobody took task {number}"));
                }
                if stop.load(Ordering::Relaxed) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn workers(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Push hands tasks out in turn: those of a dead worker would be missed only at the end.
    fn check_workers(&self) -> Result<(), String> {
        for (number, worker) in self.workers().iter_mut().enumerate() {
            if let Ok(Some(status)) = worker.0.try_wait() {
                let (number, end) = (number + 1, host::end_in_words(status));
                return Err(format!("обработчик {number} завершился досрочно / worker {number} {end}"));
            }
        }
        Ok(())
    }

    fn try_result(&self) -> Result<Option<Vec<u8>>, String> {
        let value = self.pull.call("Recv", []).map_err(|e| e.to_string())?;
        Ok((!value.is_empty()).then(|| value.bytes().to_vec()))
    }

    fn next_result(&self, until: Instant) -> Result<Vec<u8>, String> {
        loop {
            if let Some(result) = self.try_result()? {
                return Ok(result);
            }
            self.check_workers()?;
            if Instant::now() > until {
                return Err(format!("нет результатов {PATIENCE:?} / no results for {PATIENCE:?}"));
            }
        }
    }

    /// One word of leave for each worker: nothing else is under way, so each gets one.
    fn dismiss(&self) -> Result<(), String> {
        let mut workers = self.workers();
        for _ in workers.iter() {
            self.push.call("Send", args![worker::STOP]).map_err(|e| e.to_string())?;
        }
        for worker in workers.iter_mut() {
            match host::wait(&mut worker.0, secs(10)) {
                Some(status) if status.success() => {}
                Some(status) => return Err(format!("обработчик / worker {}", host::end_in_words(status))),
                None => return Err("обработчик не завершился / a worker did not end".into()),
            }
        }
        Ok(())
    }
}

/// What came back, task by task and worker by worker.
struct Tally {
    seen: Vec<u8>,
    by_worker: Vec<(u32, u32)>,
    took: Duration,
}

impl Tally {
    fn new(tasks: u32, workers: usize) -> Self {
        Self { seen: vec![0; tasks as usize], by_worker: vec![(0, 0); workers], took: Duration::ZERO }
    }

    fn count(&mut self, result: &[u8]) -> Result<(), String> {
        let result = worker::Answer::read(result).ok_or("ответ испорчен / a broken result")?;
        if result.checksum != worker::checksum(&worker::task(result.task)) {
            return Err(format!("задача {}: неверный ответ / wrong result", result.task));
        }
        let seen = self.seen.get_mut(result.task as usize).ok_or("чужая задача / a strange task")?;
        *seen = seen.saturating_add(1);
        let (process, count) = &mut self.by_worker[result.worker as usize];
        (*process, *count) = (result.process, *count + 1);
        Ok(())
    }

    fn report(&self, order: &Order) -> ExitCode {
        let seconds = self.took.as_secs_f64().max(1e-9);
        println!("\n{:>12} {:>10} {:>12} {:>8} {:>12}", "Обработчик", "Процесс", "Задач", "Доля", "Задач/с");
        for (number, &(process, count)) in self.by_worker.iter().enumerate() {
            let share = 100.0 * f64::from(count) / f64::from(order.tasks);
            let rate = rate(count, seconds);
            println!("{:>12} {process:>10} {:>12} {share:>7.1}% {rate:>12}", number + 1, grouped(count.into()));
        }
        let lost = self.seen.iter().filter(|&&times| times == 0).count();
        let doubled = self.seen.iter().filter(|&&times| times > 1).count();
        let done: u32 = self.by_worker.iter().map(|(_, count)| count).sum();
        println!("{:>12} {:>10} {:>12} {:>8} {:>12}", "Всего", "", grouped(done.into()), "", rate(done, seconds));
        println!("\nПотеряно: {lost}, выполнено дважды: {doubled}, время: {seconds:.2} с");
        println!("{done} tasks by {} workers in {seconds:.2} s: {lost} lost, {doubled} doubled", order.workers);
        if lost == 0 && doubled == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn rate(count: u32, seconds: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = (f64::from(count) / seconds).round() as u64;
    grouped(whole)
}

/// 100000 as "100 000".
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

/// A bar on a terminal, a line for every tenth elsewhere.
struct Progress {
    bar: Option<ProgressBar>,
    tasks: u32,
    done: u32,
}

impl Progress {
    fn new(tasks: u32) -> Self {
        let bar = std::io::stdout().is_terminal().then(|| {
            let template = "{bar:40.green} {percent:>3}% {human_pos}/{human_len} {per_sec}, осталось {eta}";
            let style = ProgressStyle::with_template(template).expect("a right template");
            ProgressBar::with_draw_target(Some(tasks.into()), ProgressDrawTarget::stdout()).with_style(style)
        });
        Self { bar, tasks, done: 0 }
    }

    fn step(&mut self) {
        self.done += 1;
        match &self.bar {
            Some(bar) => bar.inc(1),
            None => {
                let tenth = |done: u32| u64::from(done) * 10 / u64::from(self.tasks);
                if tenth(self.done) > tenth(self.done - 1) {
                    println!("{:>3}% {}", tenth(self.done) * 10, grouped(self.done.into()));
                }
            }
        }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish();
        }
    }
}
