//! Files and folders.

use crate::platform::table::{Function, Type};
use crate::run::{Args, Run, Session, raise};
use crate::syntax::ast::Name;
use crate::value::{Object, Value, is};
use std::fs;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

pub const FUNCTIONS: &[Function] = &[
    Function {
        ru: "ПолучитьИмяВременногоФайла",
        en: "GetTempFileName",
        least: 0,
        most: 1,
        run: |s, a| Ok(s.world.next_file(a.text_or(0, "tmp")?.trim_start_matches('.')).display().to_string().into()),
    },
    Function {
        ru: "КаталогВременныхФайлов",
        en: "TempFilesDir",
        least: 0,
        most: 0,
        run: |s, _| Ok(format!("{}{MAIN_SEPARATOR}", s.world.folder().display()).into()),
    },
    Function {
        ru: "ПолучитьРазделительПути",
        en: "GetPathSeparator",
        least: 0,
        most: 0,
        run: |_, _| Ok(MAIN_SEPARATOR.to_string().into()),
    },
    Function {
        ru: "СоздатьКаталог",
        en: "CreateDirectory",
        least: 1,
        most: 1,
        run: |_, a| done(fs::create_dir_all(&*a.text(0)?), &a.text(0)?),
    },
    Function { ru: "УдалитьФайлы", en: "DeleteFiles", least: 1, most: 2, run: delete },
    Function {
        ru: "КопироватьФайл",
        en: "FileCopy",
        least: 2,
        most: 2,
        run: |_, a| done(fs::copy(&*a.text(0)?, &*a.text(1)?).map(drop), &a.text(0)?),
    },
];

pub const TYPES: &[Type] = &[Type {
    ru: "Файл",
    en: "File",
    least: 0,
    most: 1,
    make: |_, a| Ok(Value::object(File(PathBuf::from(&*a.text_or(0, "")?)))),
}];

fn done(result: std::io::Result<()>, file: &str) -> Run<Value> {
    match result {
        Ok(()) => Ok(Value::Undefined),
        Err(e) => raise(format!("Ошибка доступа к файлу '{file}'. {e}")),
    }
}

/// A file, a folder with all that is in it, or nothing at all. A run deletes only what lies in its own folder.
fn delete(session: &Session, args: &Args) -> Run<Value> {
    args.only(1)?;
    let name = args.text(0)?;
    let path = Path::new(&*name);
    if !path.exists() {
        return Ok(Value::Undefined);
    }
    if !path.starts_with(session.world.folder()) || path.components().any(|part| part.as_os_str() == "..") {
        return Err(crate::run::Fail::unknown(format!("удаление чужого файла {name}")));
    }
    done(if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }, &name)
}

struct File(PathBuf);

impl Object for File {
    fn type_name(&self) -> String {
        "Файл".into()
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        let text = |part: Option<&std::ffi::OsStr>| part.map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(if is(name, "полноеимя", "fullname") {
            self.0.display().to_string().into()
        } else if is(name, "имя", "name") {
            text(self.0.file_name()).into()
        } else if is(name, "имябезрасширения", "basename") {
            text(self.0.file_stem()).into()
        } else if is(name, "расширение", "extension") {
            let extension = text(self.0.extension());
            if extension.is_empty() { extension.into() } else { format!(".{extension}").into() }
        } else if is(name, "путь", "path") {
            let parent = self.0.parent().map(|p| p.display().to_string()).unwrap_or_default();
            format!("{parent}{MAIN_SEPARATOR}").into()
        } else {
            return Err(self.unknown("свойство", name));
        })
    }

    fn call(&self, _: &Session, name: &Name, args: &Args) -> Run<Value> {
        args.count(0, 0)?;
        Ok(if is(name, "существует", "exists") || is(name, "exist", "exist") {
            self.0.exists().into()
        } else if is(name, "этокаталог", "isdirectory") {
            self.0.is_dir().into()
        } else if is(name, "этофайл", "isfile") {
            self.0.is_file().into()
        } else if is(name, "размер", "size") {
            match fs::metadata(&self.0) {
                Ok(facts) => Value::Number(facts.len().into()),
                Err(e) => return raise(format!("Ошибка доступа к файлу '{}'. {e}", self.0.display())),
            }
        } else {
            return Err(self.unknown("метод", name));
        })
    }
}
