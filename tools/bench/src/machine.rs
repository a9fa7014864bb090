//! Where and when it was measured, and how much of the machine was somebody else's meanwhile.

use crate::words::Language;
use std::fs;
use std::process::Command;

fn read(file: &str) -> String {
    fs::read_to_string(file).unwrap_or_default()
}

fn first_line(program: &str, words: &[&str]) -> String {
    let output = Command::new(program).args(words).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or_default().trim().into()
}

/// All of the machine's time and what a hypervisor took of it, since it was started.
fn stolen() -> (f64, f64) {
    let text = read("/proc/stat");
    let words = text.lines().next().unwrap_or_default().split_whitespace().skip(1);
    let ticks: Vec<f64> = words.filter_map(|word| word.parse().ok()).collect();
    (ticks.iter().take(8).sum(), ticks.get(7).copied().unwrap_or(0.0))
}

/// What was read at the start.
pub struct Watch {
    load: String,
    ticks: (f64, f64),
}

impl Watch {
    pub fn start() -> Self {
        Self { load: load(), ticks: stolen() }
    }

    /// A list of Markdown.
    pub fn in_words(&self, language: Language, beside: &str) -> String {
        let cpu = read("/proc/cpuinfo");
        let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("?", |it| it.1);
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let (all, stolen) = stolen();
        let share = 100.0 * (stolen - self.ticks.1) / (all - self.ticks.0).max(1.0);
        let (kernel, libc) = (read("/proc/sys/kernel/osrelease"), first_line("getconf", &["GNU_LIBC_VERSION"]));
        let compilers = [first_line("c++", &["--version"]), first_line("rustc", &["--version"])].join(", ");
        // The pages that it writes itself make no other component.
        let changed = !first_line("git", &["status", "--porcelain", "--", ":!docs"]).is_empty();
        let commit = first_line("git", &["describe", "--always", "--exclude", "*"]);
        let component = if changed { format!("{commit}, с изменениями / changed") } else { commit };
        let date = first_line("date", &["-u", "+%Y-%m-%d %H:%M UTC"]);
        let (before, after, share) = (&self.load, load(), language.number(share, 2));
        language.of(
            format!(
                "- {date}; компонента {component}, {beside}\n- {cpu}, ядер {cores}; Linux {}, {libc}; {compilers}\n\
                 - средняя нагрузка до {before}, после {after}; отнято гипервизором {share} % времени\n",
                kernel.trim()
            ),
            format!(
                "- {date}; component {component}, {beside}\n- {cpu}, {cores} cores; Linux {}, {libc}; {compilers}\n\
                 - load average before {before}, after {after}; stolen by the hypervisor {share} % of the time\n",
                kernel.trim()
            ),
        )
    }
}

fn load() -> String {
    read("/proc/loadavg").split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
