//! XML files of a dump.

use roxmltree::{Document, Node};
use std::fs;
use std::path::{Path, PathBuf};

pub(super) struct Text {
    file: PathBuf,
    text: String,
}

pub(super) fn read(file: &Path) -> Result<Text, String> {
    let text = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(Text { file: file.into(), text: text.trim_start_matches('\u{feff}').into() })
}

impl Text {
    pub(super) fn document(&self) -> Result<Document<'_>, String> {
        Document::parse(&self.text).map_err(|e| format!("{}: {e}", self.file.display()))
    }
}

/// The element that describes the object: the only one of MetaDataObject.
pub(super) fn object<'a>(document: &'a Document<'_>) -> Option<Node<'a, 'a>> {
    document.root_element().children().find(Node::is_element)
}

pub(super) fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|child| child.tag_name().name() == name)
}

/// A property of the object, by the name of its element.
pub(super) fn property(document: &Document<'_>, name: &str) -> Option<String> {
    let properties = child(object(document)?, "Properties")?;
    child(properties, name).map(|node| node.text().unwrap_or_default().to_owned())
}

/// Kind and name of each entry of ChildObjects.
pub(super) fn child_objects(document: &Document<'_>) -> Vec<(String, String)> {
    let Some(list) = object(document).and_then(|object| child(object, "ChildObjects")) else { return Vec::new() };
    let entries = list.children().filter(Node::is_element);
    entries.map(|e| (e.tag_name().name().to_owned(), e.text().unwrap_or_default().trim().to_owned())).collect()
}
