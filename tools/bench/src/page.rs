//! The pages docs/*/speed.md: what was measured goes between marks, and nothing else is touched.

use crate::words::Language;
use host::workspace;
use std::fs;
use std::path::PathBuf;

fn folder(language: Language) -> PathBuf {
    workspace().join("docs").join(language.folder())
}

/// Puts `text` between the marks of `section` on the page of that language.
pub fn write(section: &str, language: Language, text: &str) {
    let file = folder(language).join("speed.md");
    let page = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    fs::write(&file, with(&page, section, text)).expect("the page is written");
}

fn with(page: &str, section: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- ci/bench: {section} -->\n"), "<!-- / -->");
    let from = page.find(&begin).unwrap_or_else(|| panic!("the page has no {begin}")) + begin.len();
    let to = from + page[from..].find(end).unwrap_or_else(|| panic!("{section} has no {end}"));
    format!("{}\n{text}\n{}", &page[..from], &page[to..])
}

/// The plot beside the page.
pub fn write_plot(language: Language, svg: &str) {
    fs::write(folder(language).join("speed.svg"), svg).expect("the plot is written");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_again_stands_there_once() {
        for language in Language::ALL {
            let page = fs::read_to_string(folder(language).join("speed.md")).unwrap();
            for section in ["time", "count", "calls", "growth", "batch"] {
                let once = with(&page, section, "measured");
                assert_eq!(once, with(&once, section, "measured"));
                assert_eq!(
                    page.split("\n## ").count(),
                    once.split("\n## ").count(),
                    "{section} took more than its own"
                );
            }
        }
    }
}
