//! Expressions.

use crate::syntax::ast::{Expr, ExprKind, Literal, Operator};
use crate::syntax::methods::{Made, Maker};
use crate::syntax::names::Scope;
use crate::syntax::tree::line;
use crate::value::date;
use rust_decimal::Decimal;
use tree_sitter::Node;

impl Maker<'_> {
    pub(crate) fn expression(&self, node: Node<'_>, scope: &Scope<'_>) -> Made<Expr> {
        let all = self.parsed.children(node);
        let kind = match node.kind() {
            "expression" | "access" | "index" if all.len() == 1 => return self.expression(all[0], scope),
            "parenthesized_expression" => return self.expression(all[1], scope),
            "const_expression" => ExprKind::Literal(self.literal(all[0])?),
            // An index is an expression under another name, what stands in it may come without its own node.
            "number" | "string" | "date" | "boolean" | "UNDEFINED_KEYWORD" | "NULL_KEYWORD" => {
                ExprKind::Literal(self.literal(node)?)
            }
            "identifier" => ExprKind::Variable(scope.read(&self.name(node))),
            "unary_expression" => {
                let argument = Box::new(self.expression(all[1], scope)?);
                match self.parsed.text(all[0]) {
                    "-" => ExprKind::Minus(argument),
                    "+" => ExprKind::Plus(argument),
                    _ => ExprKind::Not(argument),
                }
            }
            "binary_expression" => return self.binary(node, &all, scope),
            "ternary_expression" => {
                let part = |field| self.expression(node.child_by_field_name(field).expect("the grammar has it"), scope);
                ExprKind::Choice(Box::new([part("condition")?, part("consequence")?, part("alternative")?]))
            }
            "new_expression" => {
                let list = node.child_by_field_name("arguments").map(|list| self.arguments(list, scope));
                ExprKind::New(self.name(all[1]), list.transpose()?.unwrap_or_default())
            }
            "new_expression_method" => {
                let kind = self.expression(node.child_by_field_name("type").expect("the grammar has it"), scope)?;
                let list = node.child_by_field_name("arguments").map(|list| self.expression(list, scope));
                ExprKind::NewOf(Box::new(kind), list.transpose()?.map(Box::new))
            }
            "method_call" => ExprKind::Call(self.name(all[0]), self.arguments(all[1], scope)?),
            "await_expression" => ExprKind::Await(Box::new(self.expression(all[1], scope)?)),
            "call_expression" | "property_access" | "access" => return self.access(node, &all, scope),
            other => return Err(self.parsed.error(node, format!("выражение исполнителю неизвестно: {other}"))),
        };
        Ok(Expr { line: line(node), kind })
    }

    fn access(&self, node: Node<'_>, all: &[Node<'_>], scope: &Scope<'_>) -> Made<Expr> {
        if all.len() == 1 {
            return self.expression(all[0], scope);
        }
        let object = Box::new(self.expression(all[0], scope)?);
        let kind = match self.parsed.text(all[1]) {
            "[" => ExprKind::Index(object, Box::new(self.expression(all[2], scope)?)),
            "." if all[2].kind() == "method_call" => {
                let parts = self.parsed.children(all[2]);
                ExprKind::MemberCall(object, self.name(parts[0]), self.arguments(parts[1], scope)?)
            }
            "." => ExprKind::Member(object, self.name(all[2])),
            _ => return Err(self.parsed.error(node, "вызвать можно только метод")),
        };
        Ok(Expr { line: line(all[all.len() - 1]), kind })
    }

    /// Commas say how many arguments there are: whatever stands between two of them is one, and so is nothing.
    pub(crate) fn arguments(&self, list: Node<'_>, scope: &Scope<'_>) -> Made<Vec<Option<Expr>>> {
        let all = self.parsed.children(list);
        let inner = &all[1..all.len() - 1];
        if inner.is_empty() {
            return Ok(Vec::new());
        }
        let mut arguments = vec![None];
        for node in inner {
            if matches!(node.kind(), "," | "omitted_argument") {
                arguments.push(None);
            } else {
                *arguments.last_mut().expect("one is there") = Some(self.expression(*node, scope)?);
            }
        }
        Ok(arguments)
    }

    fn binary(&self, node: Node<'_>, all: &[Node<'_>], scope: &Scope<'_>) -> Made<Expr> {
        let operator = match self.parsed.text(all[1]).to_lowercase().as_str() {
            "или" | "or" => Operator::Or,
            "и" | "and" => Operator::And,
            "=" => Operator::Equal,
            "<>" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterEqual,
            "+" => Operator::Add,
            "-" => Operator::Subtract,
            "*" => Operator::Multiply,
            "/" => Operator::Divide,
            "%" => Operator::Remainder,
            other => return Err(self.parsed.error(node, format!("операция исполнителю неизвестна: {other}"))),
        };
        let mut left = self.expression(all[0], scope)?;
        let right = Box::new(self.expression(all[2], scope)?);
        let line = line(node);
        // The grammar binds Не to what follows it closest; in 1C it comes after comparing: Не А = Б is Не (А = Б).
        if !matches!(operator, Operator::And | Operator::Or)
            && self.begins_with_not(all[0])
            && let ExprKind::Not(inner) = left.kind
        {
            let compared = Expr { line, kind: ExprKind::Binary(operator, inner, right) };
            return Ok(Expr { line, kind: ExprKind::Not(Box::new(compared)) });
        }
        left.line = line;
        Ok(Expr { line, kind: ExprKind::Binary(operator, Box::new(left), right) })
    }

    fn begins_with_not(&self, node: Node<'_>) -> bool {
        let all = self.parsed.children(node);
        match node.kind() {
            "expression" | "binary_expression" => all.first().is_some_and(|first| self.begins_with_not(*first)),
            "unary_expression" => !matches!(self.parsed.text(all[0]), "-" | "+"),
            _ => false,
        }
    }

    pub(crate) fn literal(&self, node: Node<'_>) -> Made<Literal> {
        let text = self.parsed.text(node);
        Ok(match node.kind() {
            "number" => {
                let number = Decimal::from_str_exact(text);
                Literal::Number(number.map_err(|e| self.parsed.error(node, format!("число {text}: {e}")))?)
            }
            "string" => {
                let parts = self.parsed.children(node).into_iter().filter(|n| n.kind() == "string_content");
                let parts: Vec<_> = parts.map(|n| self.parsed.text(n).replace("\"\"", "\"")).collect();
                Literal::Text(parts.join("\n").into())
            }
            "date" => {
                let seconds = date::of_digits(text);
                Literal::Date(seconds.ok_or_else(|| self.parsed.error(node, format!("даты {text} не бывает")))?)
            }
            "boolean" => Literal::Bool(matches!(text.to_lowercase().as_str(), "истина" | "true")),
            "UNDEFINED_KEYWORD" => Literal::Undefined,
            "NULL_KEYWORD" => Literal::Null,
            other => return Err(self.parsed.error(node, format!("значение исполнителю неизвестно: {other}"))),
        })
    }
}
