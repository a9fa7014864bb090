//! What all sessions of a run share: the configuration's modules, the settings, the jobs.

use crate::platform::jobs::Jobs;
use crate::syntax::ast::Module;
use crate::value::plain::Plain;
use host::App;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tempfile::TempDir;

#[derive(Clone, Debug)]
pub struct Settings {
    /// The results of the component's methods are ignored, as OneScript ignores them.
    pub onescript: bool,
    /// Background jobs are processes.
    pub processes: bool,
    pub app: App,
}

impl Default for Settings {
    fn default() -> Self {
        Self { onescript: false, processes: false, app: App::Server }
    }
}

/// What Сообщить says.
pub struct Said<'a> {
    pub from_job: bool,
    /// The line of the statement, in whichever module it stands.
    pub line: u32,
    pub text: &'a str,
}

type Listener = dyn Fn(&Said<'_>) + Send + Sync;

pub struct World {
    pub settings: Settings,
    pub jobs: Jobs,
    modules: RwLock<HashMap<String, Arc<Module>>>,
    processors: RwLock<HashMap<String, Arc<Module>>>,
    constants: RwLock<HashMap<String, Plain>>,
    templates: RwLock<HashMap<String, PathBuf>>,
    listener: Box<Listener>,
    stopped: AtomicBool,
    folder: TempDir,
    storage: RwLock<PathBuf>,
    files: AtomicU32,
    log: Mutex<Vec<String>>,
}

impl World {
    /// `listener` hears what Сообщить says.
    #[must_use]
    pub fn new(settings: Settings, listener: impl Fn(&Said<'_>) + Send + Sync + 'static) -> Arc<Self> {
        let folder = tempfile::Builder::new().prefix("bsl-").tempdir().expect("a fresh folder");
        Arc::new(Self {
            storage: RwLock::new(folder.path().into()),
            settings,
            jobs: Jobs::default(),
            modules: RwLock::default(),
            processors: RwLock::default(),
            constants: RwLock::default(),
            templates: RwLock::default(),
            listener: Box::new(listener),
            stopped: AtomicBool::new(false),
            folder,
            files: AtomicU32::new(0),
            log: Mutex::default(),
        })
    }

    pub fn add_module(&self, module: Arc<Module>) {
        let name = module.name.rsplit('.').next().unwrap_or_default().to_lowercase();
        self.modules.write().unwrap_or_else(PoisonError::into_inner).insert(name, module);
    }

    pub(crate) fn module(&self, lower: &str) -> Option<Arc<Module>> {
        self.modules.read().unwrap_or_else(PoisonError::into_inner).get(lower).cloned()
    }

    #[must_use]
    pub fn modules(&self) -> Vec<Arc<Module>> {
        self.modules.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// The object module of a data processor.
    pub fn add_processor(&self, module: Arc<Module>) {
        let name = module.name.rsplit('.').next().unwrap_or_default().to_lowercase();
        self.processors.write().unwrap_or_else(PoisonError::into_inner).insert(name, module);
    }

    pub(crate) fn processor(&self, lower: &str) -> Option<Arc<Module>> {
        self.processors.read().unwrap_or_else(PoisonError::into_inner).get(lower).cloned()
    }

    #[must_use]
    pub fn processors(&self) -> Vec<Arc<Module>> {
        self.processors.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// A value that every module finds under this name.
    pub fn set_constant(&self, name: &str, value: Plain) {
        self.constants.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_lowercase(), value);
    }

    pub(super) fn constant(&self, lower: &str) -> Option<Plain> {
        self.constants.read().unwrap_or_else(PoisonError::into_inner).get(lower).cloned()
    }

    #[must_use]
    pub fn constants(&self) -> Vec<(String, Plain)> {
        let all = self.constants.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// A template of the kind "ОбщийМакет.ZeroMQ", and the library that stands for its content.
    pub fn set_template(&self, name: &str, library: &Path) {
        self.templates.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_lowercase(), library.into());
    }

    #[must_use]
    pub fn template(&self, name: &str) -> Option<PathBuf> {
        self.templates.read().unwrap_or_else(PoisonError::into_inner).get(&name.to_lowercase()).cloned()
    }

    #[must_use]
    pub fn templates(&self) -> Vec<(String, PathBuf)> {
        let all = self.templates.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(name, file)| (name.clone(), file.clone())).collect()
    }

    pub fn say(&self, said: &Said<'_>) {
        (self.listener)(said);
    }

    /// Ends all that runs, at its next statement.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.jobs.cancel_all();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// The folder of temporary files; it goes with the run.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the temporary storage, which a job's process shares with those who started it.
    #[must_use]
    pub fn storage(&self) -> PathBuf {
        self.storage.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_storage(&self, folder: &Path) {
        *self.storage.write().unwrap_or_else(PoisonError::into_inner) = folder.into();
    }

    pub(crate) fn next_file(&self, extension: &str) -> PathBuf {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let dot = if extension.is_empty() { "" } else { "." };
        self.folder().join(format!("v8_{:x}_{number:x}{dot}{extension}", std::process::id()))
    }

    pub(crate) fn write_log(&self, line: String) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// What ЗаписьЖурналаРегистрации wrote.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
