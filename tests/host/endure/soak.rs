pub fn main(_: &[String]) -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
