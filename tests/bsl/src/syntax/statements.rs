//! Statements.

use crate::syntax::ast::{Block, ExprKind, Statement, StatementKind};
use crate::syntax::methods::{Made, Maker};
use crate::syntax::names::Scope;
use crate::syntax::tree::line;
use tree_sitter::Node;

impl Maker<'_> {
    /// Every name that a piece of code assigns becomes a variable before the code is made: BSL knows no order there.
    pub(crate) fn declare_assigned(&self, nodes: &[Node<'_>], scope: &mut Scope<'_>) -> Made<()> {
        for node in nodes {
            let children = self.parsed.children(*node);
            match node.kind() {
                "assignment_statement" if children[0].kind() == "identifier" => {
                    scope.assign(&self.name(children[0]));
                }
                "for_statement" => {
                    scope.assign(&self.name(children[1]));
                }
                "for_each_statement" => {
                    scope.assign(&self.name(children[2]));
                }
                "var_statement" | "var_definition" => {
                    for name in self.variables(*node) {
                        scope.declare(&name);
                    }
                }
                _ => {}
            }
            if is_statement(*node) || matches!(node.kind(), "elseif_clause" | "else_clause") {
                self.declare_assigned(&self.flat(children)?, scope)?;
            }
        }
        Ok(())
    }

    pub(crate) fn block(&self, nodes: &[Node<'_>], scope: &mut Scope<'_>) -> Made<Block> {
        let mut block = Vec::new();
        for node in self.flat(nodes.to_vec())? {
            if matches!(node.kind(), ";" | "var_statement" | "var_definition") {
                continue;
            }
            block.push(Statement { line: line(node), kind: self.statement(node, scope)? });
        }
        Ok(block)
    }

    fn statement(&self, node: Node<'_>, scope: &mut Scope<'_>) -> Made<StatementKind> {
        let all = self.parsed.children(node);
        let at = |kind: &str| all.iter().position(|child| child.kind() == kind).expect("the grammar has it");
        Ok(match node.kind() {
            "assignment_statement" => {
                let value = self.expression(all[2], scope)?;
                if all[0].kind() == "identifier" {
                    return Ok(StatementKind::Assign(scope.assign(&self.name(all[0])), value));
                }
                let target = self.expression(all[0], scope)?;
                match target.kind {
                    ExprKind::Member(object, name) => StatementKind::SetMember(*object, name, value),
                    ExprKind::Index(object, index) => StatementKind::SetIndex(*object, *index, value),
                    _ => return Err(self.parsed.error(node, "присвоить можно переменной, свойству и элементу")),
                }
            }
            "call_statement" => StatementKind::Call(self.expression(all[0], scope)?),
            "await_statement" => StatementKind::Call(self.expression(all[0], scope)?),
            "if_statement" => self.choice(&all, scope)?,
            "while_statement" => {
                let block = self.block(&all[3..at("ENDDO_KEYWORD")], scope)?;
                StatementKind::While(self.expression(all[1], scope)?, block)
            }
            "for_statement" => {
                let (from, to) = (self.expression(all[3], scope)?, self.expression(all[5], scope)?);
                let block = self.block(&all[7..at("ENDDO_KEYWORD")], scope)?;
                StatementKind::For(scope.assign(&self.name(all[1])), from, to, block)
            }
            "for_each_statement" => {
                let of = self.expression(all[4], scope)?;
                let block = self.block(&all[6..at("ENDDO_KEYWORD")], scope)?;
                StatementKind::ForEach(scope.assign(&self.name(all[2])), of, block)
            }
            "try_statement" => {
                let middle = at("EXCEPT_KEYWORD");
                let handler = self.block(&all[middle + 1..at("ENDTRY_KEYWORD")], scope)?;
                StatementKind::Try(self.block(&all[1..middle], scope)?, handler)
            }
            "rise_error_statement" => match all.get(1) {
                Some(list) if list.kind() == "arguments" => StatementKind::Raise(self.arguments(*list, scope)?),
                Some(value) if value.kind() == "expression" => {
                    StatementKind::Raise(vec![Some(self.expression(*value, scope)?)])
                }
                _ => StatementKind::Rethrow,
            },
            "break_statement" if self.parsed.mended.rethrow.contains(&node.start_byte()) => StatementKind::Rethrow,
            "break_statement" => StatementKind::Break,
            "continue_statement" => StatementKind::Continue,
            "return_statement" => {
                let value = node.child_by_field_name("result").map(|value| self.expression(value, scope));
                StatementKind::Return(value.transpose()?)
            }
            other => return Err(self.parsed.error(node, format!("оператор исполнителю неизвестен: {other}"))),
        })
    }

    fn choice(&self, all: &[Node<'_>], scope: &mut Scope<'_>) -> Made<StatementKind> {
        let end = all.iter().position(|n| matches!(n.kind(), "elseif_clause" | "else_clause" | "ENDIF_KEYWORD"));
        let end = end.expect("the grammar has it");
        let mut branches = vec![(self.expression(all[1], scope)?, self.block(&all[3..end], scope)?)];
        let mut otherwise = Vec::new();
        for clause in &all[end..] {
            let parts = self.parsed.children(*clause);
            match clause.kind() {
                "elseif_clause" => {
                    branches.push((self.expression(parts[1], scope)?, self.block(&parts[3..], scope)?));
                }
                "else_clause" => otherwise = self.block(&parts[1..], scope)?,
                _ => {}
            }
        }
        Ok(StatementKind::If(branches, otherwise))
    }
}

fn is_statement(node: Node<'_>) -> bool {
    node.kind().ends_with("_statement") || node.kind() == "preprocessor"
}
