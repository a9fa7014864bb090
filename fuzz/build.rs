//! The component is a library of its own, loaded as 1C loads it: the fuzzer's and the sanitizer's functions reach it
//! from the program.

fn main() {
    println!("cargo:rustc-link-arg-bins=-rdynamic");
}
