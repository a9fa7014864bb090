//! A page's fenced blocks and the marks above them.

use std::fmt;

/// What a mark says of the block below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    Job,
    Module(String),
    Part,
    /// With the component's code, or with any.
    Raises(Option<String>),
    Fresh,
    Output,
    Client,
    Check(String),
}

#[derive(Clone, Debug)]
pub struct Block {
    /// The line of the block's first line of text.
    pub line: u32,
    pub marks: Vec<Mark>,
    pub text: String,
}

impl Block {
    #[must_use]
    pub fn has(&self, mark: &Mark) -> bool {
        self.marks.contains(mark)
    }

    /// Why the block is not executed.
    #[must_use]
    pub fn only_checked(&self) -> Option<String> {
        self.marks.iter().find_map(|mark| match mark {
            Mark::Client => Some("нужна клиентская платформа".into()),
            Mark::Check(reason) => Some(reason.clone()),
            _ => None,
        })
    }
}

#[derive(Debug)]
pub struct PageText {
    pub blocks: Vec<Block>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct PageError {
    pub line: usize,
    pub text: String,
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "строка {}: {}", self.line, self.text)
    }
}

fn marks(text: &str) -> Result<Vec<Mark>, String> {
    if let Some((before, reason)) = text.split_once("check:") {
        let mut all = marks(before)?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err("после check: нужна причина".into());
        }
        all.push(Mark::Check(reason.into()));
        return Ok(all);
    }
    let mut all = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        all.push(match word {
            "job" => Mark::Job,
            "part" => Mark::Part,
            "fresh" => Mark::Fresh,
            "output" => Mark::Output,
            "client" => Mark::Client,
            "module" => Mark::Module(words.next().ok_or("после module нужно имя")?.into()),
            "raises" => {
                let code = words
                    .next_if(|w| w.starts_with('E') && w.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()));
                Mark::Raises(code.map(str::to_owned))
            }
            other => return Err(format!("неизвестная пометка {other}")),
        });
    }
    Ok(all)
}

/// The executable blocks of a page, and blocks of text that say what the page must have said.
///
/// # Errors
/// A mark that means nothing or stands above nothing, a block that does not end, a block of BSL under another name.
pub fn blocks(page: &str) -> Result<PageText, PageError> {
    let mut found = Vec::new();
    let mut pending: Option<(usize, Vec<Mark>)> = None;
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let wrong = |text: String| PageError { line: index + 1, text };
        let trimmed = line.trim();
        if let Some(inner) = trimmed.strip_prefix("<!-- bsl:").and_then(|rest| rest.strip_suffix("-->")) {
            if pending.is_some() {
                return Err(wrong("две пометки подряд: слова пишутся в одной".into()));
            }
            pending = Some((index + 1, marks(inner).map_err(wrong)?));
            continue;
        }
        if !trimmed.starts_with("```") {
            if let (Some((at, _)), false) = (&pending, trimmed.is_empty()) {
                return Err(PageError { line: *at, text: "под пометкой нет блока".into() });
            }
            continue;
        }
        let fence: String = trimmed.chars().take_while(|c| *c == '`').collect();
        let language = trimmed[fence.len()..].trim();
        let indent = line.len() - line.trim_start().len();
        let mut text = String::new();
        loop {
            let Some((_, line)) = lines.next() else { return Err(wrong("блок не закончен".into())) };
            if line.trim() == fence {
                break;
            }
            let blanks = line.len() - line.trim_start_matches(' ').len();
            text.push_str(&line[indent.min(blanks)..]);
            text.push('\n');
        }
        let (at, marks) = pending.take().unwrap_or((index + 1, Vec::new()));
        let block = Block { line: u32::try_from(index + 2).unwrap_or(u32::MAX), marks, text };
        match language {
            "bsl" if block.has(&Mark::Output) => return Err(wrong("output — пометка блока text".into())),
            "bsl" => found.push(block),
            "text" | "" if block.has(&Mark::Output) => found.push(block),
            "1c" | "1C" | "os" | "onescript" | "BSL" => return Err(wrong(format!("```{language}: пишите ```bsl"))),
            _ if !block.marks.is_empty() => {
                return Err(PageError { line: at, text: format!("пометка над блоком ```{language}") });
            }
            _ => {}
        }
    }
    match pending {
        Some((line, _)) => Err(PageError { line, text: "под пометкой нет блока".into() }),
        None => Ok(PageText { blocks: found }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, blocks};

    #[test]
    fn blocks_and_marks_are_found() {
        let page = "Текст\n\n```bsl\nА = 1;\n```\n<!-- bsl: job raises EFSM -->\n\n   ```bsl\n   Б();\n     В();\n   ```\n\
                    ```sh\nls\n```\n<!-- bsl: output -->\n```text\n5\n```\n<!-- bsl: client check: нужна БСП -->\n```bsl\n```\n";
        let found = blocks(page).expect("a page").blocks;
        let texts: Vec<_> = found.iter().map(|b| (b.line, b.text.as_str())).collect();
        assert_eq!(texts, [(4, "А = 1;\n"), (9, "Б();\n  В();\n"), (17, "5\n"), (21, "")]);
        assert_eq!(found[1].marks, [Mark::Job, Mark::Raises(Some("EFSM".into()))]);
        assert_eq!(found[2].marks, [Mark::Output]);
        assert_eq!(found[3].marks, [Mark::Client, Mark::Check("нужна БСП".into())]);
    }

    #[test]
    fn nothing_is_passed_over_in_silence() {
        for (page, sign) in [
            ("<!-- bsl: jb -->\n```bsl\n```", "неизвестная пометка"),
            ("<!-- bsl: job -->\nтекст\n```bsl\n```", "нет блока"),
            ("<!-- bsl: job -->", "нет блока"),
            ("<!-- bsl: check: -->\n```bsl\n```", "нужна причина"),
            ("<!-- bsl: job -->\n```sh\n```", "пометка над блоком"),
            ("```bsl\nА = 1;", "не закончен"),
            ("```1c\n```", "пишите ```bsl"),
        ] {
            let error = blocks(page).expect_err(page);
            assert!(error.text.contains(sign), "{page}: {error}");
        }
    }
}
