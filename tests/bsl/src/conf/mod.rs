//! A configuration in 1C's XML dump: what the runner needs of it, and what a platform would check at loading.

mod files;
mod forms;
mod modules;
mod mutations;
mod tests;
mod xml;

pub use forms::commands;
pub use mutations::{MUTATIONS, mutations};
pub use tests::{TestReport, listed_tests, test_names, tests};

use crate::checks::Component;
use crate::run::World;
use crate::syntax::ast::Module;
use crate::syntax::{Names, Source, SyntaxError, Target, module};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A module of the dump.
pub struct ModuleFile {
    /// "ОбщийМодуль.ZeroMQ", "Обработка.Тесты", "Обработка.Тесты.Форма.Форма".
    pub name: String,
    pub file: PathBuf,
    pub text: String,
    pub kind: Kind,
    /// Where it is compiled.
    pub server: bool,
    pub client: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Common,
    ProcessorObject,
    ProcessorManager,
    Form,
}

pub struct Configuration {
    pub root: PathBuf,
    pub modules: Vec<ModuleFile>,
    /// Names of the common templates of the type AddIn.
    pub templates: Vec<String>,
    pub processors: Vec<String>,
}

/// All that a platform would complain of, in lines.
///
/// # Errors
/// The dump cannot be read at all.
pub fn check(root: &Path, component: &Component) -> Result<Vec<String>, String> {
    let conf = Configuration::load(root)?;
    let mut problems = files::check(root);
    problems.extend(forms::check(&conf));
    problems.extend(modules::check(&conf, component).iter().map(ToString::to_string));
    Ok(problems)
}

impl Configuration {
    /// # Errors
    /// A file that is not there or is no XML.
    pub fn load(root: &Path) -> Result<Self, String> {
        let main = xml::read(&root.join("Configuration.xml"))?;
        let main = main.document()?;
        let mut conf = Self { root: root.into(), modules: Vec::new(), templates: Vec::new(), processors: Vec::new() };
        for (kind, name) in xml::child_objects(&main) {
            match kind.as_str() {
                "CommonModule" => conf.common_module(&name)?,
                "CommonTemplate" => {
                    let file = xml::read(&root.join(format!("CommonTemplates/{name}.xml")))?;
                    if xml::property(&file.document()?, "TemplateType").as_deref() == Some("AddIn") {
                        conf.templates.push(name);
                    }
                }
                "DataProcessor" => conf.processor(&name)?,
                _ => {}
            }
        }
        Ok(conf)
    }

    fn common_module(&mut self, name: &str) -> Result<(), String> {
        let file = xml::read(&self.root.join(format!("CommonModules/{name}.xml")))?;
        let document = file.document()?;
        let is = |property: &str| xml::property(&document, property).as_deref() == Some("true");
        let (server, client) = (is("Server"), is("ClientManagedApplication"));
        self.add(
            format!("ОбщийМодуль.{name}"),
            format!("CommonModules/{name}/Ext/Module.bsl"),
            Kind::Common,
            (server, client),
        )
    }

    fn processor(&mut self, name: &str) -> Result<(), String> {
        let file = xml::read(&self.root.join(format!("DataProcessors/{name}.xml")))?;
        let document = file.document()?;
        let folder = format!("DataProcessors/{name}");
        for (part, kind) in [("ObjectModule", Kind::ProcessorObject), ("ManagerModule", Kind::ProcessorManager)] {
            let path = format!("{folder}/Ext/{part}.bsl");
            if self.root.join(&path).exists() {
                self.add(format!("Обработка.{name}"), path, kind, (true, false))?;
            }
        }
        for (kind, form) in xml::child_objects(&document) {
            let path = format!("{folder}/Forms/{form}/Ext/Form/Module.bsl");
            if kind == "Form" && self.root.join(&path).exists() {
                self.add(format!("Обработка.{name}.Форма.{form}"), path, Kind::Form, (true, true))?;
            }
        }
        self.processors.push(name.into());
        Ok(())
    }

    fn add(&mut self, name: String, path: String, kind: Kind, (server, client): (bool, bool)) -> Result<(), String> {
        let file = self.root.join(path);
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        self.modules.push(ModuleFile { name, file, text, kind, server, client });
        Ok(())
    }

    /// # Errors
    /// What the grammar does not take.
    pub fn compile(file: &ModuleFile, target: Target) -> Result<Module, Vec<SyntaxError>> {
        let shown = file.file.display().to_string();
        let source = Source { name: &file.name, file: &shown, text: &file.text, target };
        module(&source, &mut Names::default())
    }

    /// The server's common modules and the processors' object modules, compiled.
    ///
    /// # Errors
    /// What the grammar does not take.
    pub fn server_modules(&self) -> Result<ServerModules, String> {
        let mut all = ServerModules::default();
        for file in self.modules.iter().filter(|file| file.server && file.kind != Kind::Form) {
            let made = Self::compile(file, Target::Server).map_err(|errors| crate::script::in_lines(&errors))?;
            match file.kind {
                Kind::Common => all.common.push(Arc::new(made)),
                Kind::ProcessorObject => all.objects.push(Arc::new(made)),
                _ => {}
            }
        }
        Ok(all)
    }

    /// Puts all of it into a world; `library` stands for the content of its templates.
    ///
    /// # Errors
    /// What the grammar does not take.
    pub fn install(&self, world: &World, library: &Path) -> Result<(), String> {
        let modules = self.server_modules()?;
        modules.common.into_iter().for_each(|module| world.add_module(module));
        modules.objects.into_iter().for_each(|module| world.add_processor(module));
        for name in &self.templates {
            world.set_template(&format!("ОбщийМакет.{name}"), library);
        }
        Ok(())
    }
}

#[derive(Default)]
pub struct ServerModules {
    pub common: Vec<Arc<Module>>,
    pub objects: Vec<Arc<Module>>,
}
