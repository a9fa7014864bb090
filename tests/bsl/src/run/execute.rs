//! Statements.

use crate::run::{Args, Error, Fail, Instance, Run, Session, raise};
use crate::syntax::ast::{Expr, ExprKind, Statement, StatementKind, Variable};
use crate::value::{Cell, Order, Value, cell, less, to_number};
use rust_decimal::Decimal;
use std::rc::Rc;

/// How a statement ends.
pub enum Flow {
    Next,
    Break,
    Continue,
    Return(Value),
}

/// A method, or a module's body, at work.
pub struct Frame {
    pub instance: Rc<Instance>,
    pub locals: Vec<Cell>,
}

impl Frame {
    pub(super) fn cell(&self, variable: &Variable) -> Option<Cell> {
        match variable {
            Variable::Local(number) => Some(self.locals[*number].clone()),
            Variable::Module(number) => Some(self.instance.variable(*number)),
            Variable::Global(_) => None,
        }
    }
}

impl Session {
    pub(super) fn block(&self, frame: &Frame, block: &[Statement]) -> Run<Flow> {
        for statement in block {
            self.breathe()?;
            self.line.set(statement.line);
            match self.statement(frame, statement) {
                Ok(Flow::Next) => {}
                Ok(other) => return Ok(other),
                Err(fail) => return Err(located(fail, frame, statement.line)),
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&self, frame: &Frame, statement: &Statement) -> Run<Flow> {
        match &statement.kind {
            StatementKind::Assign(variable, value) => {
                let value = self.value(frame, value)?;
                self.assign(frame, variable, value);
            }
            StatementKind::SetMember(object, name, value) => {
                let value = self.value(frame, value)?;
                match self.value(frame, object)? {
                    Value::Object(object) => object.set(self, name, value)?,
                    other => return raise(not_an_object(&other, name)),
                }
            }
            StatementKind::SetIndex(object, index, value) => {
                let value = self.value(frame, value)?;
                match self.value(frame, object)? {
                    Value::Object(object) => object.set_index(&self.value(frame, index)?, value)?,
                    _ => return raise("Значение не является значением объектного типа"),
                }
            }
            StatementKind::Call(call) => self.call_statement(frame, call)?,
            StatementKind::If(branches, otherwise) => {
                for (condition, block) in branches {
                    if self.value(frame, condition)?.truth()? {
                        return self.block(frame, block);
                    }
                }
                return self.block(frame, otherwise);
            }
            StatementKind::While(condition, block) => {
                while self.value(frame, condition)?.truth()? {
                    match self.block(frame, block)? {
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                        Flow::Next | Flow::Continue => {}
                    }
                    self.breathe()?;
                }
            }
            StatementKind::For(variable, from, to, block) => {
                return self.counted(frame, variable, (from, to), block);
            }
            StatementKind::ForEach(variable, of, block) => {
                let items = match self.value(frame, of)? {
                    Value::Object(object) => object.items()?,
                    _ => return raise("Итератор для значения не определен"),
                };
                for item in items {
                    self.assign(frame, variable, item);
                    match self.block(frame, block)? {
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                        Flow::Next | Flow::Continue => {}
                    }
                }
            }
            StatementKind::Try(block, handler) => match self.block(frame, block) {
                Err(Fail::Raised(error)) => {
                    self.errors.borrow_mut().push(*error);
                    let end = self.block(frame, handler);
                    self.errors.borrow_mut().pop();
                    return end;
                }
                other => return other,
            },
            StatementKind::Raise(args) => return Err(self.raised(frame, args)?),
            StatementKind::Rethrow => {
                let current = self.errors.borrow().last().cloned();
                return match current {
                    Some(error) => Err(Fail::Raised(Box::new(error))),
                    None => raise("ВызватьИсключение без параметров вне блока Исключение"),
                };
            }
            StatementKind::Return(value) => {
                let value = value.as_ref().map_or(Ok(Value::Undefined), |value| self.value(frame, value))?;
                return Ok(Flow::Return(value));
            }
            StatementKind::Break => return Ok(Flow::Break),
            StatementKind::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn assign(&self, frame: &Frame, variable: &Variable, value: Value) {
        let cell = frame.cell(variable).expect("what is assigned is a variable");
        *cell.borrow_mut() = value;
    }

    /// The bounds are taken once; the counter is an ordinary variable that the block may change.
    fn counted(&self, frame: &Frame, variable: &Variable, bounds: (&Expr, &Expr), block: &[Statement]) -> Run<Flow> {
        let from = to_number(&self.value(frame, bounds.0)?)?;
        let to = Value::Number(to_number(&self.value(frame, bounds.1)?)?);
        let counter = frame.cell(variable).expect("what is assigned is a variable");
        *counter.borrow_mut() = Value::Number(from);
        loop {
            let now = counter.borrow().clone();
            if less(&now, &to)? == Order::Greater {
                return Ok(Flow::Next);
            }
            match self.block(frame, block)? {
                Flow::Break => return Ok(Flow::Next),
                Flow::Return(value) => return Ok(Flow::Return(value)),
                Flow::Next | Flow::Continue => {}
            }
            let now = to_number(&counter.borrow())?;
            *counter.borrow_mut() = Value::Number(now + Decimal::ONE);
        }
    }

    fn call_statement(&self, frame: &Frame, call: &Expr) -> Run<()> {
        if let ExprKind::MemberCall(object, name, args) = &call.kind {
            let object = self.value(frame, object)?;
            let args = self.arguments(frame, name, args)?;
            return self.call_member_as_statement(&object, name, &args);
        }
        if let ExprKind::Await(inner) = &call.kind {
            return self.call_statement(frame, inner);
        }
        if let ExprKind::Call(name, args) = &call.kind {
            return self.call_named(frame, name, args, false).map(drop);
        }
        self.value(frame, call).map(drop)
    }

    /// ВызватьИсключение: a text, or a text, a category, a code and more.
    fn raised(&self, frame: &Frame, args: &[Option<Expr>]) -> Run<Fail> {
        let value = |n: usize| args.get(n).and_then(Option::as_ref).map(|arg| self.value(frame, arg)).transpose();
        let mut error = Error::new(value(0)?.map(|text| text.present().to_string()).unwrap_or_default());
        error.category = value(1)?.map(|category| category.present().to_string());
        for n in 2..args.len() {
            if value(n)?.is_some_and(|value| value.is_filled()) && n != 2 {
                return Err(Fail::unknown(format!("параметр номер {} у ВызватьИсключение", n + 1)));
            }
        }
        Ok(Fail::Raised(Box::new(error)))
    }
}

/// Fills in where it happened, unless a deeper frame has done so.
fn located(fail: Fail, frame: &Frame, line: u32) -> Fail {
    let module = &frame.instance.module;
    match fail {
        Fail::Raised(mut error) if error.module.is_empty() => {
            (error.module, error.line) = (module.name.clone(), line);
            error.source = module.line(line).into();
            Fail::Raised(error)
        }
        Fail::Unknown { text, place } if place.is_empty() => {
            Fail::Unknown { text, place: format!("{}:{line}", module.file) }
        }
        other => other,
    }
}

pub(super) fn not_an_object(value: &Value, name: &crate::syntax::ast::Name) -> String {
    let _ = value;
    format!("Значение не является значением объектного типа ({name})")
}

impl Session {
    /// The method of a module with arguments as they come, the number checked by 1C's rules.
    pub(super) fn enter(&self, instance: &Rc<Instance>, number: usize, args: &Args) -> Run<Value> {
        let method = &instance.module.methods[number];
        if args.len() > method.parameters.len() {
            return raise(format!("Слишком много фактических параметров ({})", method.name));
        }
        let mut locals = Vec::with_capacity(method.locals.len());
        for (n, parameter) in method.parameters.iter().enumerate() {
            use crate::run::Arg;
            locals.push(match args.all.get(n) {
                Some(Arg::Lent(lent)) if !parameter.by_value => lent.clone(),
                Some(Arg::Lent(lent)) => cell(lent.borrow().clone()),
                Some(Arg::Value(value)) => cell(value.clone()),
                Some(Arg::Missing) | None => match &parameter.default {
                    Some(default) => cell(default.into()),
                    None if n < args.len() => cell(Value::Undefined),
                    None => return raise(format!("Недостаточно фактических параметров ({})", method.name)),
                },
            });
        }
        locals.resize_with(method.locals.len(), || cell(Value::Undefined));
        let frame = Frame { instance: instance.clone(), locals };
        let _deeper = self.deeper()?;
        let line = self.line.get();
        let end = self.block(&frame, &method.body);
        self.line.set(line);
        match end? {
            Flow::Return(value) => Ok(value),
            _ => Ok(Value::Undefined),
        }
    }
}
