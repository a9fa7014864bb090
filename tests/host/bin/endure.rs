//! `endure ROLE …`: one process of a test of endurance (`host::endure::roles`); `endure SECONDS`: a soak.

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if host::endure::roles::play(&words) {
        return std::process::ExitCode::SUCCESS;
    }
    host::endure::soak::main(&words)
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("endure counts what Linux tells under /proc; it runs there only");
    std::process::exit(2);
}
