//! What the user ordered.

use crate::language::Language;
use std::ffi::OsString;
use std::path::PathBuf;

pub const USAGE: &str = "\
addin-selftest [--english] [--patience N] [ФАЙЛ]
  ФАЙЛ           компонента; иначе та, что лежит рядом с программой
  --english      отчёт по-английски
  --patience N   умножить пределы времени на N (медленная машина)
addin-selftest [--english] [--patience N] [FILE]
  FILE           the component; otherwise the one that lies next to this program
  --english      report in English
  --patience N   multiply time limits by N (a slow machine)";

pub struct Order {
    pub language: Language,
    pub patience: f64,
    pub file: Option<PathBuf>,
}

impl Order {
    pub fn parse(words: Vec<OsString>) -> Result<Self, String> {
        let mut order = Self { language: Language::Russian, patience: 1.0, file: None };
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--english") => order.language = Language::English,
                Some("--patience") => {
                    let value = words.next().unwrap_or_default();
                    let number = value.to_str().and_then(|text| text.parse().ok());
                    order.patience = number
                        .filter(|n: &f64| n.is_finite() && *n > 0.0 && *n <= 1000.0)
                        .ok_or(format!("--patience {}?", value.display()))?;
                }
                Some(option) if option.starts_with('-') => return Err(format!("{option}?")),
                _ if order.file.is_some() => return Err(format!("{}?", word.display())),
                _ => order.file = Some(word.into()),
            }
        }
        Ok(order)
    }
}
