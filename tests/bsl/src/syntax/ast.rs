//! A module as the runner executes it. All of it may be shared between threads.

use rust_decimal::Decimal;
use std::fmt;
use std::sync::Arc;

/// A name as BSL compares names: in lower case. `shown` is what the author wrote.
#[derive(Clone, Debug)]
pub struct Name {
    pub lower: Arc<str>,
    pub shown: Arc<str>,
}

impl Name {
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { lower: text.to_lowercase().into(), shown: text.into() }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.lower == other.lower
    }
}

#[derive(Clone, Debug)]
pub enum Literal {
    Undefined,
    Null,
    Bool(bool),
    Number(Decimal),
    Text(Arc<str>),
    /// Seconds since the first of January of the year 1.
    Date(i64),
}

/// Which variable a name means.
#[derive(Clone, Debug)]
pub enum Variable {
    /// Of the method, or of the module's body.
    Local(usize),
    /// Declared by Перем at the module's head, or a variable of the page.
    Module(usize),
    /// Neither: a common module, a global property, or nothing at all; found out when it is read.
    Global(Name),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug)]
pub struct Expr {
    pub line: u32,
    pub kind: ExprKind,
}

#[derive(Debug)]
pub enum ExprKind {
    Literal(Literal),
    Variable(Variable),
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Plus(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Choice(Box<[Expr; 3]>),
    /// A call of the module's own method or of a global function.
    Call(Name, Vec<Option<Expr>>),
    Member(Box<Expr>, Name),
    MemberCall(Box<Expr>, Name, Vec<Option<Expr>>),
    Index(Box<Expr>, Box<Expr>),
    New(Name, Vec<Option<Expr>>),
    /// `Новый(Тип, Параметры)`.
    NewOf(Box<Expr>, Option<Box<Expr>>),
    Await(Box<Expr>),
}

#[derive(Debug)]
pub struct Statement {
    pub line: u32,
    pub kind: StatementKind,
}

pub type Block = Vec<Statement>;

#[derive(Debug)]
pub enum StatementKind {
    Assign(Variable, Expr),
    SetMember(Expr, Name, Expr),
    SetIndex(Expr, Expr, Expr),
    Call(Expr),
    /// Condition and block of Если and each ИначеЕсли; the block of Иначе.
    If(Vec<(Expr, Block)>, Block),
    While(Expr, Block),
    For(Variable, Expr, Expr, Block),
    ForEach(Variable, Expr, Block),
    Try(Block, Block),
    Raise(Vec<Option<Expr>>),
    Rethrow,
    Return(Option<Expr>),
    Break,
    Continue,
}

#[derive(Debug)]
pub struct Parameter {
    pub name: Name,
    pub by_value: bool,
    pub default: Option<Literal>,
}

/// Where a method of a form or command module runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Client,
    Server,
    ServerWithoutContext,
    Both,
}

#[derive(Debug)]
pub struct Method {
    pub name: Name,
    pub line: u32,
    pub function: bool,
    pub exported: bool,
    pub asynchronous: bool,
    pub place: Option<Place>,
    pub parameters: Vec<Parameter>,
    /// Names of the local variables, parameters first.
    pub locals: Vec<Name>,
    pub body: Block,
}

#[derive(Debug)]
pub struct Module {
    pub name: String,
    /// What messages call it: a path.
    pub file: String,
    pub source: String,
    pub methods: Vec<Method>,
    /// Variables of the module by their numbers.
    pub variables: Vec<Name>,
    /// Those of them that are seen from outside.
    pub exported: Vec<Name>,
    pub body: Block,
}

impl Module {
    #[must_use]
    pub fn method(&self, lower: &str) -> Option<&Method> {
        self.methods.iter().find(|m| &*m.name.lower == lower)
    }

    /// The source's line, for error texts.
    #[must_use]
    pub fn line(&self, number: u32) -> &str {
        self.source.lines().nth(number.saturating_sub(1) as usize).unwrap_or_default().trim()
    }
}
