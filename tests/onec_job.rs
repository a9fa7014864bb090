//! A background job in a process of its own: `onec-job NAME [ARGUMENT…]`, see `host::jobs`.

fn main() {
    host::job::main();
}
