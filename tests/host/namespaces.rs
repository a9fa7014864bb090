//! A network and files of the system as other computers have them, in namespaces that a test makes for itself.

use crate::isolate::isolated_behind;
use crate::{Endpoints, library_file};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// The folder of the files that stand for the system's; set inside of the namespaces.
const FOLDER: &str = "ONEC_HOST_PLACE";

/// What the namespaces are like.
pub struct Place {
    /// Files by their names in the folder.
    pub files: &'static [(&'static str, &'static str)],
    /// Makes them fit, as root, with the folder's path in `$ONEC_HOST_PLACE`; a line that fails ends it.
    pub script: &'static str,
}

/// The folder, inside of the namespaces.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Runs the body in a process of its own inside of the namespaces; where this user may not make them, says so.
#[track_caller]
pub fn in_namespaces<F: FnOnce()>(place: &Place, limit: Duration, body: F) {
    if folder().is_some() {
        return isolated_behind(&[], limit, body);
    }
    let endpoints = Endpoints::new();
    let folder = endpoints.folder();
    for (name, text) in place.files {
        std::fs::write(folder.join(name), text).expect("a file for the namespaces");
    }
    let (named, script) = (format!("{FOLDER}={}", folder.display()), format!("set -e\n{}\nexec \"$@\"", place.script));
    let wrapper = |rights: &[&'static str]| -> Vec<String> {
        let inside = ["--mount", "--net", "sh", "-c", &script, "sh"];
        [&["env", &named, "unshare"][..], rights, &inside].concat().into_iter().map(str::to_owned).collect()
    };
    let works = |rights: &[&'static str]| {
        let words = wrapper(rights);
        let status = Command::new(&words[0]).args(&words[1..]).arg("true").status();
        status.is_ok_and(|status| status.success())
    };
    let emulated = std::env::var_os("ONEC_HOST_RUNNER").is_some();
    let ways: [&[&'static str]; 2] = [&[], &["--map-root-user"]];
    let Some(rights) = ways.into_iter().find(|rights| !emulated && works(rights)) else {
        println!("NOT TRIED: namespaces with these mounts and interfaces are not for this user");
        return;
    };
    let _ = library_file();
    let words = wrapper(rights);
    isolated_behind(&words.iter().map(String::as_str).collect::<Vec<_>>(), limit, body);
}
