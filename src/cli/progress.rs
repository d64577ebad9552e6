//! The progress of long work on a terminal: a bar a stage, with the time left; nothing when piped.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::progress::Progress;

/// Shows each stage as a bar on standard error, and warnings above it.
pub struct Bars {
    bar: Mutex<ProgressBar>,
    quiet: bool,
}

impl Bars {
    /// Bars where standard error is a terminal and `quiet` is not asked for; warnings are shown unless it is.
    pub fn new(quiet: bool) -> Bars {
        Bars { bar: Mutex::new(ProgressBar::hidden()), quiet }
    }

    /// The bar of the stage that runs. A thread that died while it held it left nothing half-done.
    fn bar(&self) -> ProgressBar {
        self.bar.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

impl Progress for Bars {
    fn begin(&self, stage: &str, total: u64) {
        self.end();
        let target = if self.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target((total > 0).then_some(total), target).with_message(stage.to_owned());
        let layout =
            if total > 0 { "{msg:12} {wide_bar} {percent:>3}%  {eta} left" } else { "{msg:12} {spinner} {elapsed}" };
        // A layout that did not parse would leave the default one, which does as well.
        bar.set_style(ProgressStyle::with_template(layout).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        *self.bar.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = bar;
    }

    fn reach(&self, done: u64) {
        self.bar().set_position(done);
    }

    fn end(&self) {
        self.bar().finish_and_clear();
    }

    fn warn(&self, message: &str) {
        if !self.quiet {
            self.bar().suspend(|| super::say(&format!("warning: {message}")));
        }
    }
}
