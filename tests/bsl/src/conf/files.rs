//! Files of a dump: which there are, how they are written, what their XML says of itself.

use crate::conf::xml;
use roxmltree::{Document, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const FOLDERS: &[(&str, &str)] = &[
    ("Language", "Languages"),
    ("Subsystem", "Subsystems"),
    ("Role", "Roles"),
    ("CommonTemplate", "CommonTemplates"),
    ("CommonModule", "CommonModules"),
    ("DataProcessor", "DataProcessors"),
    ("Form", "Forms"),
    ("Template", "Templates"),
];

/// Files that belong to an object beside its own XML, and must be there.
fn belongings(kind: &str, properties: &impl Fn(&str) -> Option<String>) -> Vec<&'static str> {
    match kind {
        "CommonModule" => vec!["Ext/Module.bsl"],
        "CommonTemplate" | "Template" if properties("TemplateType").as_deref() == Some("AddIn") => {
            vec!["Ext/Template.bin"]
        }
        "Role" => vec!["Ext/Rights.xml"],
        "Form" => vec!["Ext/Form.xml", "Ext/Form/Module.bsl"],
        _ => Vec::new(),
    }
}

/// Files that may be there.
const OPTIONAL: &[&str] =
    &["Ext/ObjectModule.bsl", "Ext/ManagerModule.bsl", "Ext/Template.bin", "Ext/Template.txt", "Ext/Help.xml"];

/// All that is wrong with the files under `root`.
#[must_use]
pub fn check(root: &Path) -> Vec<String> {
    let mut checker = Checker { root: root.into(), ..Checker::default() };
    checker.expected.insert(root.join("Configuration.xml"));
    checker.object(&root.join("Configuration.xml"), root);
    for file in everything(root) {
        checker.file(&file);
    }
    checker.uniqueness();
    checker.problems
}

#[derive(Default)]
struct Checker {
    root: PathBuf,
    expected: BTreeSet<PathBuf>,
    /// Where each identifier was seen.
    ids: BTreeMap<String, Vec<String>>,
    versions: BTreeMap<String, Vec<String>>,
    problems: Vec<String>,
}

fn everything(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).map(|all| all.flatten().map(|entry| entry.path()).collect::<Vec<_>>());
    let mut files = Vec::new();
    for path in entries.unwrap_or_default() {
        if path.is_dir() {
            files.extend(everything(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

impl Checker {
    fn shown(&self, file: &Path) -> String {
        file.strip_prefix(&self.root).unwrap_or(file).display().to_string()
    }

    fn problem(&mut self, file: &Path, text: impl AsRef<str>) {
        let line = format!("{}: {}", self.shown(file), text.as_ref());
        self.problems.push(line);
    }

    /// Reads a file of XML for `look`; one that is none is a problem.
    fn read(&mut self, file: &Path, look: impl FnOnce(&mut Self, &Document<'_>)) {
        let read = xml::read(file).and_then(|text| text.document().map(|document| look(self, &document)));
        if let Err(e) = read {
            self.problems.push(e);
        }
    }

    /// An object's file, what belongs to it, and its children.
    fn object(&mut self, file: &Path, children_in: &Path) {
        self.read(file, |checker, document| checker.parts(file, children_in, document));
    }

    fn parts(&mut self, file: &Path, children_in: &Path, document: &Document<'_>) {
        let properties = |name: &str| xml::property(document, name);
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let main = stem == "Configuration";
        match properties("Name") {
            Some(name) if name == stem || main => {}
            name => self.problem(file, format!("<Name> {name:?}, а файл называется {stem}")),
        }
        let kind = xml::object(document).map(|o| o.tag_name().name().to_owned()).unwrap_or_default();
        for part in belongings(&kind, &properties) {
            let path = children_in.join(part);
            if !path.is_file() {
                self.problem(file, format!("нет файла {}", self.shown(&path)));
            }
            self.expected.insert(path);
        }
        self.expected.extend(OPTIONAL.iter().map(|part| children_in.join(part)));
        for (kind, name) in xml::child_objects(document) {
            let Some((_, folder)) = FOLDERS.iter().find(|(known, _)| *known == kind) else {
                self.problem(file, format!("ChildObjects: вид {kind} проверке неизвестен"));
                continue;
            };
            let child = children_in.join(folder).join(format!("{name}.xml"));
            if self.expected.insert(child.clone()) {
                let inner = children_in.join(folder).join(&name);
                self.object(&child, &inner);
            } else {
                self.problem(file, format!("ChildObjects: {kind} {name} указан дважды"));
            }
        }
    }

    fn file(&mut self, file: &Path) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let of_dump = name.ends_with(".xml") || name.ends_with(".bsl") || name.ends_with(".bin");
        let in_main_ext = file.parent() == Some(&self.root.join("Ext"));
        if of_dump && !in_main_ext && !self.expected.contains(file) {
            self.problem(file, "файл не принадлежит ни одному объекту из ChildObjects");
        }
        if !name.ends_with(".xml") && !name.ends_with(".bsl") {
            return;
        }
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            Err(e) => return self.problem(file, e.to_string()),
        };
        if !bytes.starts_with(b"\xEF\xBB\xBF") {
            self.problem(file, "нет BOM");
        }
        let bare = bytes.iter().enumerate().find(|(n, b)| **b == b'\n' && (*n == 0 || bytes[n - 1] != b'\r'));
        if let Some((at, _)) = bare {
            let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
            self.problem(file, format!("строка {line} кончается не на CR LF"));
        }
        if name.ends_with(".xml") {
            self.read(file, |checker, document| checker.marks(file, document));
        }
    }

    fn marks(&mut self, file: &Path, document: &Document<'_>) {
        let shown = self.shown(file);
        let root = document.root_element();
        match root.attribute("version") {
            Some(version) => self.versions.entry(version.into()).or_default().push(shown.clone()),
            None => self.problem(file, "у корня нет version"),
        }
        for node in document.descendants().filter(Node::is_element) {
            let own = node.attribute("uuid").map(str::to_owned);
            let inner = matches!(node.tag_name().name(), "TypeId" | "ValueId" | "ObjectId");
            let inner = inner.then(|| node.text().unwrap_or_default().to_owned());
            for id in own.into_iter().chain(inner) {
                if uuid::Uuid::parse_str(&id).is_err() {
                    self.problem(file, format!("«{id}» не идентификатор"));
                }
                self.ids.entry(id.to_lowercase()).or_default().push(shown.clone());
            }
        }
    }

    fn uniqueness(&mut self) {
        for (id, places) in &self.ids {
            if places.len() > 1 {
                self.problems.push(format!("идентификатор {id} повторяется: {}", places.join(", ")));
            }
        }
        if self.versions.len() > 1 {
            let each = self.versions.iter().map(|(version, files)| format!("{version}: {}", files.join(", ")));
            self.problems.push(format!("версии выгрузки разные: {}", each.collect::<Vec<_>>().join("; ")));
        }
    }
}
