//! `soak ROLE …`: one process of a test of endurance (`soak::peers`); `soak SECONDS`: a soak.

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if soak::peers::run(&words) {
        return std::process::ExitCode::SUCCESS;
    }
    soak::run::main(&words)
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("soak counts what Linux tells under /proc; it runs there only");
    std::process::exit(2);
}
