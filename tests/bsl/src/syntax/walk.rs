//! Going through a module's tree.

use crate::syntax::ast::{Block, Expr, ExprKind, Method, Module, Statement, StatementKind, Variable};

/// What a walker is shown, outer things before inner ones.
pub enum Seen<'a> {
    Method(&'a Method),
    Body,
    Statement(&'a Statement),
    Expr(&'a Expr),
    /// An assignment to a variable, with the value.
    Assigned(&'a Variable, &'a Expr),
}

pub fn walk<'a>(module: &'a Module, see: &mut dyn FnMut(Seen<'a>)) {
    for method in &module.methods {
        see(Seen::Method(method));
        block(&method.body, see);
    }
    see(Seen::Body);
    block(&module.body, see);
}

fn block<'a>(statements: &'a Block, see: &mut dyn FnMut(Seen<'a>)) {
    for statement in statements {
        see(Seen::Statement(statement));
        match &statement.kind {
            StatementKind::Assign(variable, value) => {
                expr(value, see);
                see(Seen::Assigned(variable, value));
            }
            StatementKind::SetMember(object, _, value) => {
                expr(object, see);
                expr(value, see);
            }
            StatementKind::SetIndex(object, index, value) => [object, index, value].iter().for_each(|e| expr(e, see)),
            StatementKind::Call(call) => expr(call, see),
            StatementKind::If(branches, otherwise) => {
                for (condition, inner) in branches {
                    expr(condition, see);
                    block(inner, see);
                }
                block(otherwise, see);
            }
            StatementKind::While(condition, inner) => {
                expr(condition, see);
                block(inner, see);
            }
            StatementKind::For(_, from, to, inner) => {
                expr(from, see);
                expr(to, see);
                block(inner, see);
            }
            StatementKind::ForEach(_, of, inner) => {
                expr(of, see);
                block(inner, see);
            }
            StatementKind::Try(inner, handler) => {
                block(inner, see);
                block(handler, see);
            }
            StatementKind::Raise(args) => args.iter().flatten().for_each(|e| expr(e, see)),
            StatementKind::Return(Some(value)) => expr(value, see),
            StatementKind::Return(None) | StatementKind::Rethrow | StatementKind::Break | StatementKind::Continue => {}
        }
    }
}

fn expr<'a>(of: &'a Expr, see: &mut dyn FnMut(Seen<'a>)) {
    see(Seen::Expr(of));
    match &of.kind {
        ExprKind::Literal(_) | ExprKind::Variable(_) => {}
        ExprKind::Not(inner) | ExprKind::Minus(inner) | ExprKind::Plus(inner) | ExprKind::Await(inner) => {
            expr(inner, see);
        }
        ExprKind::Binary(_, left, right) | ExprKind::Index(left, right) => {
            expr(left, see);
            expr(right, see);
        }
        ExprKind::Choice(parts) => parts.iter().for_each(|e| expr(e, see)),
        ExprKind::Call(_, args) | ExprKind::New(_, args) => args.iter().flatten().for_each(|e| expr(e, see)),
        ExprKind::Member(object, _) => expr(object, see),
        ExprKind::MemberCall(object, _, args) => {
            expr(object, see);
            args.iter().flatten().for_each(|e| expr(e, see));
        }
        ExprKind::NewOf(kind, args) => {
            expr(kind, see);
            if let Some(args) = args {
                expr(args, see);
            }
        }
    }
}
