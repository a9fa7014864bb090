//! Expressions.

use crate::platform;
use crate::run::execute::{Frame, not_an_object};
use crate::run::{Arg, Args, Fail, Run, Session, raise};
use crate::syntax::ast::{Expr, ExprKind, Name, Operator, Variable};
use crate::value::{Order, Value, arithmetic, less, same, to_number};

impl Session {
    pub(super) fn value(&self, frame: &Frame, expr: &Expr) -> Run<Value> {
        match &expr.kind {
            ExprKind::Literal(literal) => Ok(literal.into()),
            ExprKind::Variable(variable) => match frame.cell(variable) {
                Some(cell) => Ok(cell.borrow().clone()),
                None => self.global(frame, variable),
            },
            ExprKind::Not(argument) => Ok(Value::Bool(!self.value(frame, argument)?.truth()?)),
            ExprKind::Minus(argument) => Ok(Value::Number(-to_number(&self.value(frame, argument)?)?)),
            ExprKind::Plus(argument) => Ok(Value::Number(to_number(&self.value(frame, argument)?)?)),
            ExprKind::Binary(operator, left, right) => self.binary(frame, *operator, left, right),
            ExprKind::Choice(parts) => {
                let [condition, consequence, alternative] = parts.as_ref();
                let chosen = if self.value(frame, condition)?.truth()? { consequence } else { alternative };
                self.value(frame, chosen)
            }
            ExprKind::Call(name, args) => self.call_named(frame, name, args, true),
            ExprKind::Member(object, name) => match self.value(frame, object)? {
                Value::Object(object) => object.get(self, name),
                other => raise(not_an_object(&other, name)),
            },
            ExprKind::MemberCall(object, name, args) => match self.value(frame, object)? {
                Value::Object(object) => object.call(self, name, &self.arguments(frame, name, args)?),
                other => raise(not_an_object(&other, name)),
            },
            ExprKind::Index(object, index) => match self.value(frame, object)? {
                Value::Object(object) => object.index(&self.value(frame, index)?),
                _ => raise("Значение не является значением объектного типа"),
            },
            ExprKind::New(name, args) => platform::make(self, name, &self.arguments(frame, name, args)?),
            ExprKind::NewOf(kind, args) => {
                let args = args.as_ref().map(|args| self.value(frame, args)).transpose()?;
                platform::make_of(self, &self.value(frame, kind)?, args)
            }
            // What is waited for here has happened already: the runner has one thread for a session.
            ExprKind::Await(inner) => self.value(frame, inner),
        }
    }

    fn binary(&self, frame: &Frame, operator: Operator, left: &Expr, right: &Expr) -> Run<Value> {
        let a = self.value(frame, left)?;
        match operator {
            Operator::Or if a.truth()? => return Ok(Value::Bool(true)),
            Operator::And if !a.truth()? => return Ok(Value::Bool(false)),
            _ => {}
        }
        let b = self.value(frame, right)?;
        Ok(Value::Bool(match operator {
            Operator::Or | Operator::And => b.truth()?,
            Operator::Equal => same(&a, &b),
            Operator::NotEqual => !same(&a, &b),
            Operator::Less => less(&a, &b)? == Order::Less,
            Operator::LessEqual => less(&a, &b)? != Order::Greater,
            Operator::Greater => less(&a, &b)? == Order::Greater,
            Operator::GreaterEqual => less(&a, &b)? != Order::Less,
            _ => return arithmetic(operator, &a, &b),
        }))
    }

    /// Variables are lent, values are given.
    pub(super) fn arguments(&self, frame: &Frame, what: &Name, args: &[Option<Expr>]) -> Run<Args> {
        let one = |arg: &Option<Expr>| {
            let Some(expr) = arg else { return Ok(Arg::Missing) };
            if let ExprKind::Variable(variable) = &expr.kind
                && let Some(cell) = frame.cell(variable)
            {
                return Ok(Arg::Lent(cell));
            }
            self.value(frame, expr).map(Arg::Value)
        };
        let all = args.iter().map(one).collect::<Run<Vec<_>>>()?;
        Ok(Args { what: what.shown.clone(), all })
    }

    pub(super) fn call_named(&self, frame: &Frame, name: &Name, args: &[Option<Expr>], wanted: bool) -> Run<Value> {
        let args = self.arguments(frame, name, args)?;
        let own = frame.instance.module.methods.iter().position(|method| method.name == *name);
        if let Some(number) = own {
            if wanted && !frame.instance.module.methods[number].function {
                return raise(format!("Обращение к процедуре как к функции ({name})"));
            }
            return self.enter(&frame.instance, number, &args);
        }
        if let Some((instance, number)) = self.method_of_page(name) {
            return self.enter(&instance, number, &args);
        }
        platform::call(self, name, &args)
    }

    fn global(&self, frame: &Frame, variable: &Variable) -> Run<Value> {
        let Variable::Global(name) = variable else { unreachable!("other variables have a place") };
        if let Some(value) = frame.instance.property(&name.lower) {
            return Ok(value);
        }
        if let Some(value) = self.world.constant(&name.lower) {
            return Ok(value.into_value());
        }
        if let Some(module) = self.module(&name.lower)? {
            return Ok(module);
        }
        match platform::property(self, name)? {
            Some(value) => Ok(value),
            None => Err(Fail::unknown(format!("переменная {name}"))),
        }
    }
}
