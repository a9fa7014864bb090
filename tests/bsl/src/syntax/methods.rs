//! A module's methods, variables and body.

use crate::syntax::ast::{Literal, Method, Module, Name, Parameter, Place};
use crate::syntax::names::{Names, Scope};
use crate::syntax::tree::{Parsed, SyntaxError, line, parse};
use tree_sitter::Node;

/// For whom #Если is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Server,
    ThinClient,
}

impl Target {
    /// Whether a word of a #Если holds; None when nobody knows the word.
    pub(crate) fn holds(self, word: &str) -> Option<bool> {
        match word.to_lowercase().as_str() {
            "сервер" | "server" => Some(self == Self::Server),
            "клиент" | "client" | "тонкийклиент" | "thinclient" => Some(self == Self::ThinClient),
            "внешнеесоединение"
            | "externalconnection"
            | "вебклиент"
            | "webclient"
            | "мобильныйклиент"
            | "mobileclient"
            | "толстыйклиентобычноеприложение"
            | "thickclientordinaryapplication"
            | "мобильноеприложениесервер"
            | "толстыйклиентуправляемоеприложение"
            | "thickclientmanagedapplication"
            | "мобильноеприложениеклиент"
            | "мобильныйавтономныйсервер" => Some(false),
            _ => None,
        }
    }
}

pub struct Source<'a> {
    pub name: &'a str,
    pub file: &'a str,
    pub text: &'a str,
    pub target: Target,
}

pub(crate) type Made<T> = Result<T, SyntaxError>;

/// # Errors
/// What the grammar, or 1C's compiler, would not take.
pub fn module(source: &Source<'_>, names: &mut Names) -> Result<Module, Vec<SyntaxError>> {
    let parsed = parse(source.text, source.file)?;
    let maker = Maker { parsed: &parsed, target: source.target };
    maker.module(source, names).map_err(|error| vec![error])
}

pub(crate) struct Maker<'a> {
    pub parsed: &'a Parsed,
    pub target: Target,
}

impl Maker<'_> {
    fn module(&self, source: &Source<'_>, names: &mut Names) -> Made<Module> {
        let nodes = self.flat(self.parsed.children(self.parsed.root()))?;
        let mut exported = Vec::new();
        for node in nodes.iter().filter(|n| matches!(n.kind(), "var_definition" | "var_statement")) {
            for name in self.variables(*node) {
                names.add(&name, true);
            }
            exported.extend(self.exported(*node));
        }
        let (mut methods, mut statements, mut place) = (Vec::<Method>::new(), Vec::new(), None);
        for node in nodes {
            match node.kind() {
                "procedure_definition" | "function_definition" => {
                    let method = self.method(node, place.take(), names)?;
                    if methods.iter().any(|known| known.name == method.name) {
                        let text = format!("метод {} определён дважды", method.name);
                        return Err(self.parsed.error(node, text));
                    }
                    if !statements.is_empty() {
                        return Err(self.parsed.error(node, "метод стоит после операторов модуля"));
                    }
                    methods.push(method);
                }
                "preprocessor" => place = self.place(node)?.or(place),
                "var_definition" | "var_statement" => place = None,
                _ => statements.push(node),
            }
        }
        let mut scope = Scope::Body { names };
        self.declare_assigned(&statements, &mut scope)?;
        let body = self.block(&statements, &mut scope)?;
        Ok(Module {
            name: source.name.into(),
            file: source.file.into(),
            source: source.text.trim_start_matches('\u{feff}').into(),
            methods,
            variables: names.shown(),
            exported,
            body,
        })
    }

    fn method(&self, node: Node<'_>, place: Option<Place>, names: &Names) -> Made<Method> {
        let children = self.parsed.children(node);
        let has = |kind: &str| children.iter().any(|child| child.kind() == kind);
        let list = node.child_by_field_name("parameters").expect("the grammar has it");
        let parameters = self.parsed.children(list).into_iter().filter(|n| n.kind() == "parameter");
        let parameters = parameters.map(|n| self.parameter(n)).collect::<Made<Vec<_>>>()?;
        let locals = parameters.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
        for (number, name) in locals.iter().enumerate() {
            if locals[..number].contains(name) {
                return Err(self.parsed.error(node, format!("параметр {name} указан дважды")));
            }
        }
        let after = children
            .iter()
            .position(|n| matches!(n.kind(), "EXPORT_KEYWORD"))
            .unwrap_or_else(|| children.iter().position(|n| n.kind() == "parameters").expect("the grammar has it"));
        let statements = self.flat(children[after + 1..children.len() - 1].to_vec())?;
        let mut scope = Scope::Method { names, locals };
        self.declare_assigned(&statements, &mut scope)?;
        let body = self.block(&statements, &mut scope)?;
        let Scope::Method { locals, .. } = scope else { unreachable!("made above") };
        Ok(Method {
            name: self.name(node.child_by_field_name("name").expect("the grammar has it")),
            line: line(node),
            function: node.kind() == "function_definition",
            exported: has("EXPORT_KEYWORD"),
            asynchronous: has("ASYNC_KEYWORD"),
            place,
            parameters,
            locals,
            body,
        })
    }

    fn parameter(&self, node: Node<'_>) -> Made<Parameter> {
        let default = node.child_by_field_name("def").map(|value| self.literal(value)).transpose()?;
        let default = match default {
            Some(Literal::Number(n)) => {
                let at = node.child_by_field_name("def").expect("read above").start_byte();
                Some(Literal::Number(if self.parsed.mended.negative.contains(&at) { -n } else { n }))
            }
            other => other,
        };
        let name = self.name(node.child_by_field_name("name").expect("the grammar has it"));
        Ok(Parameter { name, by_value: node.child_by_field_name("val").is_some(), default })
    }

    pub(crate) fn name(&self, node: Node<'_>) -> Name {
        Name::new(self.parsed.text(node))
    }

    /// Names that a Перем declares.
    pub(crate) fn variables(&self, node: Node<'_>) -> Vec<Name> {
        let named = |n: Node<'_>| match n.kind() {
            "identifier" => Some(self.name(n)),
            "variable_spec" => n.child_by_field_name("name").map(|n| self.name(n)),
            _ => None,
        };
        self.parsed.children(node).into_iter().filter_map(named).collect()
    }

    /// Those of a Перем that are followed by Экспорт.
    fn exported(&self, node: Node<'_>) -> Vec<Name> {
        let mut all = Vec::new();
        let mut last = None;
        for child in self.parsed.children(node) {
            match child.kind() {
                "variable_spec" if child.child_by_field_name("export").is_some() => {
                    all.extend(child.child_by_field_name("name").map(|name| self.name(name)));
                }
                "variable_spec" => last = child.child_by_field_name("name"),
                "EXPORT_KEYWORD" => all.extend(last.map(|name| self.name(name))),
                _ => {}
            }
        }
        all
    }

    fn place(&self, node: Node<'_>) -> Made<Option<Place>> {
        let word = self.parsed.text(node).trim_start_matches('&').to_lowercase();
        Ok(Some(match word.as_str() {
            "наклиенте" | "atclient" => Place::Client,
            "насервере" | "atserver" => Place::Server,
            "насерверебезконтекста" | "atservernocontext" => Place::ServerWithoutContext,
            "наклиентенасерверебезконтекста"
            | "atclientatservernocontext"
            | "наклиентенасервере"
            | "atclientatserver" => Place::Both,
            _ => return Err(self.parsed.error(node, format!("директива &{word} исполнителю неизвестна"))),
        }))
    }

    /// Nodes with the preprocessor's ones opened: what its conditions leave out is gone.
    pub(crate) fn flat<'t>(&self, nodes: Vec<Node<'t>>) -> Made<Vec<Node<'t>>> {
        let mut flat = Vec::new();
        for node in nodes {
            let children = if node.kind() == "preprocessor" { self.parsed.children(node) } else { Vec::new() };
            match children.first().map(Node::kind) {
                Some("PREPROC_REGION_KEYWORD") => flat.extend(self.flat(children[2..children.len() - 1].to_vec())?),
                Some("PREPROC_IF_KEYWORD") => flat.extend(self.chosen(&children)?),
                _ => flat.push(node),
            }
        }
        Ok(flat)
    }

    fn chosen<'t>(&self, children: &[Node<'t>]) -> Made<Vec<Node<'t>>> {
        let (mut taken, mut found, mut done) = (Vec::new(), false, false);
        let mut index = 0;
        while index < children.len() {
            let node = children[index];
            match node.kind() {
                "PREPROC_IF_KEYWORD" | "PREPROC_ELSIF_KEYWORD" => {
                    done |= found;
                    found = self.condition(children[index + 1])? && !done;
                    index += 2; // the condition and Тогда
                }
                "PREPROC_ELSE_KEYWORD" => {
                    done |= found;
                    found = !done;
                }
                "PREPROC_ENDIF_KEYWORD" => {}
                _ if found => taken.push(node),
                _ => {}
            }
            index += 1;
        }
        self.flat(taken)
    }

    fn condition(&self, node: Node<'_>) -> Made<bool> {
        let children = self.parsed.children(node);
        match (node.kind(), children.as_slice()) {
            ("identifier", _) => {
                let word = self.parsed.text(node);
                self.target
                    .holds(word)
                    .ok_or_else(|| self.parsed.error(node, format!("#Если: неизвестное слово {word}")))
            }
            ("parenthesized_expression", [_, inner, _]) | ("expression", [inner]) => self.condition(*inner),
            ("unary_expression", [_, inner]) => Ok(!self.condition(*inner)?),
            ("binary_expression", [left, operator, right]) => {
                let (left, right) = (self.condition(*left)?, self.condition(*right)?);
                match self.parsed.text(*operator).to_lowercase().as_str() {
                    "или" | "or" => Ok(left || right),
                    "и" | "and" => Ok(left && right),
                    _ => Err(self.parsed.error(node, "#Если: только И, Или, Не")),
                }
            }
            _ => Err(self.parsed.error(node, "#Если: только И, Или, Не")),
        }
    }
}
