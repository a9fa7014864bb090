//! The examples of the reference against the rows: a member that is renamed, or takes another number of parameters, is
//! noticed in every example that uses it. What else BSL forbids and can be seen without an interpreter is looked for too.

use super::class_set::ClassSet;
use super::name::Name;
use super::reference::Classes;
use super::row::Access;
use super::table::Family;
use super::words::Words;
use crate::native_api::{Class, Language};

/// Functions of the platform that examples may call: both names, fewest and most parameters.
const PLATFORM: &[(&str, &str, usize, usize)] = &[
    ("ПолучитьДвоичныеДанныеИзСтроки", "GetBinaryDataFromString", 1, 4),
    ("ПолучитьСтрокуИзДвоичныхДанных", "GetStringFromBinaryData", 1, 4),
    ("Сообщить", "Message", 1, 2),
];

const VALUES: &[(&str, &str)] = &[("Истина", "True"), ("Ложь", "False"), ("Неопределено", "Undefined")];

/// Words of the language, with what they open (1) or close (-1).
const WORDS: &[(&str, &str, i32)] = &[
    ("Если", "If", 1),
    ("Тогда", "Then", 0),
    ("Иначе", "Else", 0),
    ("КонецЕсли", "EndIf", -1),
    ("Для", "For", 0),
    ("По", "To", 0),
    ("Пока", "While", 0),
    ("Цикл", "Do", 1),
    ("КонецЦикла", "EndDo", -1),
    ("Прервать", "Break", 0),
    ("Не", "Not", 0),
    ("И", "And", 0),
    ("Или", "Or", 0),
    ("Попытка", "Try", 1),
    ("Исключение", "Except", 0),
    ("КонецПопытки", "EndTry", -1),
];

#[derive(Clone, PartialEq, Debug)]
enum Token {
    Word(String),
    Literal,
    Sign(char),
}

/// A member whose example is checked.
struct Member<'a> {
    name: &'a Name,
    on: ClassSet,
    is_method: bool,
}

/// Objects of other families that examples may use, by the names that they have there.
pub type Known<'a> = &'a [(Words, &'static dyn Class)];

/// Checks the examples of all members of these classes, in which `given` is an object, and `others` are; gives how many there
/// are. Those of options are made of their samples.
pub fn check_examples<T: Family>(classes: Classes<'_, T>, given: Words, others: Known<'_>) -> usize {
    let methods = T::methods().map(|row| (Member { name: &row.name, on: row.on, is_method: true }, row.example));
    let properties = T::properties().filter(|row| matches!(row.access, Access::Code(_)));
    let properties = properties.map(|row| (Member { name: &row.name, on: row.on, is_method: false }, row.example));
    let mut count = 0;
    for (row, example) in methods.chain(properties) {
        if !classes.iter().any(|(_, class)| row.on.meet(class.class)) {
            continue;
        }
        for (language, text) in [(Language::Russian, example.russian), (Language::English, example.english)] {
            if let Err(wrong) = check(classes, &row, given, others, language, text) {
                panic!("the example of {}: {wrong}:\n{text}", row.name.english);
            }
            count += 1;
        }
    }
    count
}

fn check<T: Family>(
    classes: Classes<'_, T>,
    row: &Member<'_>,
    given: Words,
    others: Known<'_>,
    language: Language,
    text: &str,
) -> Result<(), String> {
    if text.is_empty() {
        return Err("there is none".into());
    }
    let tokens = tokens(text)?;
    let choose = |names: (&'static str, &'static str)| match language {
        Language::Russian => names.0,
        Language::English => names.1,
    };
    // A name may be of both alphabets: ВерсияZeroMQ.
    let strange = |word: &String| match language {
        Language::Russian => word.is_ascii(),
        Language::English => word.contains(|letter: char| !letter.is_ascii()),
    };
    if tokens.iter().any(|token| matches!(token, Token::Word(word) if strange(word))) {
        return Err("a word of the other language".into());
    }
    if tokens.last() != Some(&Token::Sign(';')) {
        return Err("no ; at the end".into());
    }
    let mut depth = 0;
    let mut known = vec![choose((given.russian, given.english)).to_owned()];
    known.extend(others.iter().map(|(name, _)| choose((name.russian, name.english)).to_owned()));
    let mut own = false;
    for (index, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else {
            continue;
        };
        let before = index.checked_sub(1).map(|index| &tokens[index]);
        let called = tokens.get(index + 1) == Some(&Token::Sign('('));
        if before == Some(&Token::Sign('.')) {
            let count = called.then(|| arguments(&tokens[index + 2..])).transpose()?;
            let of = |name: &Words| {
                let name = choose((name.russian, name.english));
                index >= 2 && tokens[index - 2] == Token::Word(name.to_owned())
            };
            if let Some((name, class)) = others.iter().find(|(name, _)| of(name)) {
                member_of(*class, word, count).ok_or_else(|| format!("{} has no {word} like that", name.english))?;
                continue;
            }
            member(classes, row, language, word, count)?;
            own |= called == row.is_method && word == choose((row.name.russian, row.name.english));
        } else if let Some((.., step)) = WORDS.iter().find(|(a, b, _)| choose((a, b)) == word) {
            depth += step;
            if depth < 0 {
                return Err(format!("{word} closes nothing"));
            }
        } else if called {
            let (.., least, most) = PLATFORM
                .iter()
                .find(|(a, b, ..)| choose((a, b)) == word)
                .ok_or_else(|| format!("{word} is no function of the platform that is known here"))?;
            let count = arguments(&tokens[index + 2..])?;
            if !(*least..=*most).contains(&count) {
                return Err(format!("{word} with {count} arguments"));
            }
        } else if assigned(&tokens, index) {
            known.push(word.clone());
        } else if !known.contains(word) && !VALUES.iter().any(|(a, b)| choose((a, b)) == word) {
            return Err(format!("{word} comes from nowhere"));
        }
    }
    if depth != 0 {
        return Err("something is not closed".into());
    }
    if own { Ok(()) } else { Err("it does not use the member".into()) }
}

/// Whether the word is at the beginning of a statement, with `=` behind it.
fn assigned(tokens: &[Token], index: usize) -> bool {
    let begins = match index.checked_sub(1).map(|index| &tokens[index]) {
        None | Some(Token::Sign(';')) => true,
        Some(Token::Word(word)) => {
            ["Тогда", "Then", "Иначе", "Else", "Цикл", "Do", "Для", "For", "Попытка", "Try", "Исключение", "Except"]
                .contains(&word.as_str())
        }
        Some(_) => false,
    };
    begins && tokens.get(index + 1) == Some(&Token::Sign('='))
}

/// A member of a class of another family.
fn member_of(class: &dyn Class, name: &str, count: Option<usize>) -> Option<()> {
    let units: Vec<u16> = name.encode_utf16().collect();
    match count {
        None => class.find_property(&units).map(drop),
        Some(count) => class.find_method(&units).filter(|&row| class.parameters(row) >= Some(count)).map(drop),
    }
}

/// A member of every class that has the row; `count` arguments, or a property.
fn member<T: Family>(
    classes: Classes<'_, T>,
    row: &Member<'_>,
    language: Language,
    name: &str,
    count: Option<usize>,
) -> Result<(), String> {
    let spelt = |names: &super::name::Name| match language {
        Language::Russian => names.russian == name,
        Language::English => names.english == name,
    };
    for (title, class) in classes.iter().filter(|(_, class)| row.on.meet(class.class)) {
        let Some(count) = count else {
            if T::properties().any(|row| row.on.meet(class.class) && spelt(&row.name)) {
                continue;
            }
            return Err(format!("{title} has no property {name}"));
        };
        let Some(method) = T::methods().find(|row| row.on.meet(class.class) && spelt(&row.name)) else {
            return Err(format!("{title} has no method {name}"));
        };
        let least = method.parameters.iter().filter(|parameter| parameter.default.is_none()).count();
        if !(least..=method.parameters.len()).contains(&count) {
            return Err(format!("{name} with {count} arguments"));
        }
    }
    Ok(())
}

/// How many arguments stand before the bracket that closes.
fn arguments(tokens: &[Token]) -> Result<usize, String> {
    let (mut depth, mut commas) = (0, 0);
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') if depth == 0 => return Ok(if index == 0 { 0 } else { commas + 1 }),
            Token::Sign(')') => depth -= 1,
            Token::Sign(',') if depth == 0 => commas += 1,
            Token::Sign(';') => break,
            _ => {}
        }
    }
    Err("a bracket is not closed".into())
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            letter if letter.is_whitespace() => {}
            '/' if rest.peek() == Some(&'/') => while rest.next().is_some_and(|letter| letter != '\n') {},
            '"' => loop {
                match rest.next() {
                    None | Some('\n') => return Err("a text is not closed".into()),
                    Some('"') if rest.peek() == Some(&'"') => _ = rest.next(),
                    Some('"') => {
                        tokens.push(Token::Literal);
                        break;
                    }
                    Some(_) => {}
                }
            },
            letter if letter.is_ascii_digit() => {
                while rest.next_if(|letter| letter.is_ascii_digit() || *letter == '.').is_some() {}
                tokens.push(Token::Literal);
            }
            letter if letter.is_alphabetic() || letter == '_' => {
                let mut word = String::from(letter);
                while let Some(letter) = rest.next_if(|letter| letter.is_alphanumeric() || *letter == '_') {
                    word.push(letter);
                }
                tokens.push(Token::Word(word));
            }
            '.' | ',' | ';' | '(' | ')' | '=' | '<' | '>' | '+' | '-' | '*' | '/' => tokens.push(Token::Sign(letter)),
            strange => return Err(format!("{strange:?} means nothing in BSL")),
        }
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::super::reference::SOCKET;
    use super::super::row::Method;
    use super::super::tests::{A_CLASS, B_CLASS, Toy};
    use super::super::words::words;
    use super::*;

    /// What is said of an example of Add, which two toys have.
    fn told(language: Language, text: &str) -> String {
        let classes: Classes<'_, Toy> = &[("A", &A_CLASS), ("B", &B_CLASS)];
        let Method { name, on, .. } = &Toy::METHODS[0][0];
        let row = Member { name, on: *on, is_method: true };
        check(classes, &row, SOCKET, &[(words("Опора", "Aid"), &B_CLASS)], language, text).err().unwrap_or_default()
    }

    #[test]
    fn good_examples_pass() {
        for text in [
            "Сокет.Сложить(1);",
            "Сумма = Сокет.Сложить(1, 2); // Сокет.Нет();",
            "Сумма = Сокет.Сложить(1, Опора.Сложить(1));",
            "Сообщить(\"Сокет.Нет( \"\" \" + Сокет.ПоследняяОшибка, Сокет.Сложить((1), 2));",
            "Для Номер = 0 По 9 Цикл\n\tЕсли Сокет.Сложить(Номер) <> Неопределено Тогда\n\t\tПрервать;\n\tКонецЕсли;\nКонецЦикла;",
        ] {
            assert_eq!(told(Language::Russian, text), "", "{text}");
        }
        assert_eq!(told(Language::English, "If Not Socket.Add(1) Then Message(Socket.LastError); EndIf;"), "");
    }

    #[test]
    fn the_example_of_a_property_reads_it() {
        let row = &Toy::PROPERTIES[0][0];
        let member = Member { name: &row.name, on: row.on, is_method: false };
        let told = |text: &str| {
            let classes: Classes<'_, Toy> = &[("A", &A_CLASS), ("B", &B_CLASS)];
            check(classes, &member, SOCKET, &[], Language::English, text).err().unwrap_or_default()
        };
        let name = row.name.english;
        assert_eq!(told(&format!("Try Message(Socket.{name}); Except Message(\"\"); EndTry;")), "");
        assert!(told("Message(\"\");").contains("does not use"));
        assert!(told(&format!("Try Message(Socket.{name});")).contains("not closed"));
        assert!(told(&format!("Message(Socket.{name}());")).contains("no method"));
    }

    #[test]
    fn each_fault_of_an_example_is_noticed() {
        for (text, sign) in [
            ("", "there is none"),
            ("Сокет.Сложить(1)", "no ;"),
            ("Сокет.сложить(1);", "no method"),
            ("Сокет.Прибавить(1);", "no method"),
            ("Сокет.Add(1);", "other language"),
            ("Сокет.Отказать(); Сокет.Сложить(1);", "B has no method"),
            ("Сокет.Сложить(Сокет.Уровень);", "B has no property"),
            ("Сокет.Сложить(Сокет.ПоследняяОшибка());", "no method"),
            ("Сокет.Сложить(Опора.Нет);", "Aid has no Нет"),
            ("Сокет.Сложить(Опора.Сложить(1, 2, 3, 4));", "Aid has no Сложить"),
            ("Сокет.Сложить();", "0 arguments"),
            ("Сокет.Сложить(1, 2, 3);", "3 arguments"),
            ("Сокет.Сложить(1;", "bracket"),
            ("Сокет.Сложить(Данные);", "from nowhere"),
            ("Сложить(1);", "no function of the platform"),
            ("Сообщить(); Сокет.Сложить(1);", "0 arguments"),
            ("Сообщить(Сокет.ПоследняяОшибка);", "does not use"),
            ("Если Истина Тогда Сокет.Сложить(1);", "not closed"),
            ("КонецЕсли; Сокет.Сложить(1);", "closes nothing"),
            ("Сокет.Сложить(\"1);", "text is not closed"),
            ("Сокет.Сложить(1); !", "nothing in BSL"),
        ] {
            assert!(told(Language::Russian, text).contains(sign), "{text}: {}", told(Language::Russian, text));
        }
        assert!(told(Language::English, "Socket.Сложить(1);").contains("other language"));
    }
}
