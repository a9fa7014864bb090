//! tree-sitter's tree: parsing, errors, and looking at nodes.

use crate::syntax::mend::{Mended, mend};
use std::fmt;
use tree_sitter::{Node, Parser, Tree};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub file: String,
    pub line: u32,
    pub text: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}

impl std::error::Error for SyntaxError {}

pub struct Parsed {
    pub mended: Mended,
    pub file: String,
    tree: Tree,
}

/// # Errors
/// Every place that the grammar could not make sense of.
pub fn parse(source: &str, file: &str) -> Result<Parsed, Vec<SyntaxError>> {
    let mended = mend(source);
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bsl::LANGUAGE.into()).expect("the grammar's version fits tree-sitter's");
    let tree = parser.parse(&mended.text, None).expect("a language is set and nothing cancels it");
    let parsed = Parsed { mended, file: file.into(), tree };
    let mut errors = Vec::new();
    collect(&parsed, parsed.root(), &mut errors);
    if errors.is_empty() { Ok(parsed) } else { Err(errors) }
}

fn collect(parsed: &Parsed, node: Node<'_>, errors: &mut Vec<SyntaxError>) {
    if node.is_error() {
        let text = parsed.text(node);
        let shown: String = text.lines().next().unwrap_or_default().chars().take(60).collect();
        errors.push(parsed.error(node, format!("синтаксическая ошибка: {shown}")));
    } else if node.is_missing() {
        errors.push(parsed.error(node, format!("пропущено: {}", node.kind())));
    } else if node.has_error() {
        for child in parsed.children(node) {
            collect(parsed, child, errors);
        }
    }
}

impl Parsed {
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// A node's children without comments.
    #[must_use]
    pub fn children<'a>(&self, node: Node<'a>) -> Vec<Node<'a>> {
        let mut cursor = node.walk();
        node.children(&mut cursor).filter(|n| n.kind() != "line_comment").collect()
    }

    /// What the author wrote there.
    #[must_use]
    pub fn text(&self, node: Node<'_>) -> &str {
        &self.mended.source[node.byte_range()]
    }

    #[must_use]
    pub fn error(&self, node: Node<'_>, text: impl Into<String>) -> SyntaxError {
        SyntaxError { file: self.file.clone(), line: line(node), text: text.into() }
    }
}

#[must_use]
pub fn line(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX)
}
