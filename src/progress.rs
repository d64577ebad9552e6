//! How a stage tells whoever waits how far it is; the only way that anything below the command line speaks meanwhile.

/// Receives what the stages say of their progress. Calls may come from several threads.
pub trait Progress: Sync {
    /// A stage begins; it has `total` steps, of whatever size, or 0 where nobody knows.
    fn begin(&self, stage: &str, total: u64);
    /// The stage has done `done` of its steps.
    fn reach(&self, done: u64);
    /// The stage is over.
    fn end(&self);
    /// Something that the user ought to know though the work goes on.
    fn warn(&self, message: &str);
}

/// Nobody waits: for tests and for callers who do not care.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: &str, _total: u64) {}
    fn reach(&self, _done: u64) {}
    fn end(&self) {}
    fn warn(&self, _message: &str) {}
}
