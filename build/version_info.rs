//! What the properties of the DLL show in Windows: a VERSIONINFO resource.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::target::{Target, fail, watched_env};

/// Compiles the resource and hands it to the linker of the DLL.
pub fn embed(target: &Target) {
    if !target.windows() {
        return;
    }
    let (script, object) = (target.out.join("version.rc"), target.out.join("version.o"));
    let number = |key: &str| env::var(format!("CARGO_PKG_VERSION_{key}")).unwrap_or_default();
    let numbers = [number("MAJOR"), number("MINOR"), number("PATCH"), "0".into()];
    if let Err(error) = fs::write(&script, text(&numbers)) {
        fail(format!("{}: {error}", script.display()));
    }
    let family = if target.arch == "x86" { "i686" } else { "x86_64" };
    let windres = watched_env("WINDRES").unwrap_or_else(|| format!("{family}-w64-mingw32-windres"));
    let mut command = Command::new(&windres);
    // windres would start a preprocessor of its own choice, which may be missing.
    command.args(["-O", "coff", "--preprocessor"]).arg(compiler());
    command.args(["-E", "-xc", "-DRC_INVOKED"].map(|word| format!("--preprocessor-arg={word}")));
    command.arg("-i").arg(&script).arg("-o").arg(&object);
    if !command.status().is_ok_and(|status| status.success()) {
        fail(format!("`{windres}` cannot compile {} (Debian: apt-get install binutils-mingw-w64)", script.display()));
    }
    println!("cargo:rustc-cdylib-link-arg={}", object.display());
}

fn compiler() -> PathBuf {
    cc::Build::new().try_get_compiler().map_or_else(|_| "gcc".into(), |tool| tool.path().into())
}

fn text(numbers: &[String; 4]) -> String {
    let (commas, dots) = (numbers.join(","), numbers.join("."));
    format!(
        r#"1 VERSIONINFO
FILEVERSION {commas}
PRODUCTVERSION {commas}
FILEFLAGSMASK 0x3fL
FILEOS 0x40004L
FILETYPE 0x2L
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904b0"
    BEGIN
      VALUE "CompanyName", "addin-zeromq"
      VALUE "FileDescription", "ZeroMQ for 1C:Enterprise 8 (Native API)"
      VALUE "FileVersion", "{dots}"
      VALUE "InternalName", "addin_zeromq"
      VALUE "LegalCopyright", "MPL-2.0"
      VALUE "OriginalFilename", "addin_zeromq.dll"
      VALUE "ProductName", "addin-zeromq"
      VALUE "ProductVersion", "{dots}"
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x409, 1200
  END
END
"#
    )
}
