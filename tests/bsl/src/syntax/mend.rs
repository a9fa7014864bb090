//! What 1C takes and the grammar does not, rewritten before parsing. Every text keeps its length, so positions stay true.

use std::collections::HashSet;

/// A text for the grammar, and where it means something else than it says.
#[derive(Debug, Default)]
pub struct Mended {
    /// What the grammar is given.
    pub text: String,
    /// What the author wrote, at the same places.
    pub source: String,
    /// Where numbers begin that are below zero: defaults of parameters.
    pub negative: HashSet<usize>,
    /// Where a bare ВызватьИсключение stands.
    pub rethrow: HashSet<usize>,
}

/// The text with strings and dates filled with zeros and comments with blanks: what is left is code, at its place.
fn code_of(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let (end, filler) = match bytes[at] {
            b'"' => (text[at + 1..].find('"').map_or(bytes.len(), |n| at + n + 2), b'0'),
            b'\'' => (text[at + 1..].find('\'').map_or(bytes.len(), |n| at + n + 2), b'0'),
            b'/' if bytes.get(at + 1) == Some(&b'/') => (text[at..].find('\n').map_or(bytes.len(), |n| at + n), b' '),
            _ => {
                at += 1;
                continue;
            }
        };
        for byte in &mut code[at..end] {
            if *byte != b'\n' {
                *byte = filler;
            }
        }
        at = end;
    }
    String::from_utf8(code).expect("only whole strings and comments were replaced")
}

#[must_use]
pub fn mend(source: &str) -> Mended {
    let code = code_of(source);
    let mut mended = Mended::default();
    let mut out = source.as_bytes().to_vec();
    mended.source = source.into();
    for (at, symbol) in code.char_indices() {
        match symbol {
            // `?(` is one token for the grammar: the bracket moves to the mark.
            '?' => {
                let rest = &code[at + 1..];
                let blanks = rest.len() - rest.trim_start().len();
                if blanks > 0 && rest[blanks..].starts_with('(') {
                    out.swap(at + 1, at + 1 + blanks);
                }
            }
            // Not among the grammar's letters.
            'ё' => out[at..at + 2].copy_from_slice("е".as_bytes()),
            'Ё' => out[at..at + 2].copy_from_slice("Е".as_bytes()),
            '-' => {
                if let Some(number) = negative_default(&code, at) {
                    out[at] = b' ';
                    mended.negative.insert(number);
                }
            }
            _ => {}
        }
    }
    // A bare ВызватьИсключение is taken only as a direct part of Исключение; a bare Прервать is taken everywhere.
    for word in ["вызватьисключение", "raise"] {
        for (at, end) in words(&code, word) {
            if code[end..].trim_start().starts_with(';') {
                out[at..end].fill(b' ');
                out[at..at + 5].copy_from_slice(b"Break");
                mended.rethrow.insert(at);
            }
        }
    }
    mended.text = String::from_utf8(out).expect("only whole words and ASCII were replaced");
    mended
}

/// Where the number begins when the minus at `at` is that of a default value.
fn negative_default(code: &str, at: usize) -> Option<usize> {
    let rest = &code[at + 1..];
    let number = at + 1 + (rest.len() - rest.trim_start().len());
    if !code[number..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let before = code[..at].trim_end().strip_suffix('=')?.trim_end();
    let mut before = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').trim_end();
    for by_value in ["знач", "val"] {
        let cut = before.char_indices().rev().nth(by_value.chars().count() - 1).map_or(0, |(n, _)| n);
        if before[cut..].to_lowercase() == by_value {
            before = before[..cut].trim_end();
            break;
        }
    }
    // In an expression `(А = -1` would be a comparison: the list must be that of a declaration.
    let open = before.rfind('(')?;
    let head = code[..open].trim_end().trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').trim_end();
    let declared = ["процедура", "функция", "procedure", "function"].iter().any(|word| {
        let cut = head.char_indices().rev().nth(word.chars().count() - 1).map_or(0, |(n, _)| n);
        head[cut..].to_lowercase() == *word
    });
    (declared && before.ends_with(['(', ','])).then_some(number)
}

/// Where a word stands alone, whatever its case: begin and end.
fn words(code: &str, word: &str) -> Vec<(usize, usize)> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let mut all = Vec::new();
    let mut before = ' ';
    for (at, symbol) in code.char_indices() {
        if !part(before) && before != '.' && part(symbol) {
            let end = code[at..].find(|c| !part(c)).map_or(code.len(), |n| at + n);
            if code[at..end].to_lowercase() == word {
                all.push((at, end));
            }
        }
        before = symbol;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::mend;
    use crate::syntax::tree::parse;

    /// What 1C takes and the grammar alone does not.
    const REFUSED: &[&str] = &[
        "Процедура А(Б = -1, Знач В = - 2.5, Г = \"(-1\")\nКонецПроцедуры",
        "А = ? (Истина, 1, 2);",
        "Попытка\nИсключение\nЕсли Истина Тогда ВызватьИсключение; КонецЕсли;\nКонецПопытки;",
        "Попытка\nИсключение\nIf True Then Raise ; EndIf;\nКонецПопытки;",
        "Ёлка = 1; Всё = Ёлка;",
    ];

    #[test]
    fn the_grammar_takes_what_1c_takes() {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&tree_sitter_bsl::LANGUAGE.into()).expect("the grammar");
        for text in REFUSED {
            let tree = parser.parse(text, None).expect("a tree");
            assert!(tree.root_node().has_error(), "no mending is needed any more for: {text}");
            assert!(parse(text, "").is_ok(), "{text}: {:?}", parse(text, "").err());
        }
    }

    #[test]
    fn positions_and_names_stay() {
        for text in REFUSED {
            let mended = mend(text);
            assert_eq!(mended.text.len(), mended.source.len());
            assert_eq!(mended.text.lines().count(), text.lines().count());
        }
        assert!(mend("Ёлка = 1;").source.contains("Ёлка"));
        assert_eq!(mend(REFUSED[0]).negative.len(), 2);
        assert_eq!(mend(REFUSED[2]).rethrow.len(), 1);
    }

    /// The same letters where they mean something else.
    #[test]
    fn strings_comments_and_expressions_are_left_alone() {
        for text in
            ["А = \"? (ё = -1 ВызватьИсключение;\";", "// ? (ё, = -1", "А = (Б = -1);", "А(Б = -1);", "А = Б.Raise;"]
        {
            let mended = mend(text);
            assert_eq!(mended.text, *text);
            assert!(mended.negative.is_empty() && mended.rethrow.is_empty(), "{text}");
        }
    }
}
