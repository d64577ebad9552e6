//! `zimu styles`: the subtitle guides that zimu knows, and their limits.

use std::fmt::Write;
use std::path::Path;

use clap::Args as ClapArgs;

use super::{Failure, write_out};
use crate::cues::{Style, StyleError};

/// What is typed after `zimu styles`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    zimu styles                              all of them\n  \
    zimu styles netflix-zh                   one with where each limit comes from\n  \
    zimu styles bilibili --toml > own.toml   a file to begin your own with, for --style own.toml")]
pub struct Args {
    /// A style, or a file of your own
    style: Option<String>,
    /// Print the file of a style
    #[arg(long, requires = "style")]
    toml: bool,
}

/// Lists the styles, or shows one.
///
/// # Errors
/// [`Failure`] where there is no such style, or nothing can be printed.
pub fn run(args: &Args) -> Result<(), Failure> {
    let text = match &args.style {
        None => table()?,
        Some(name) if args.toml => {
            Style::file(name).map(str::to_owned).ok_or_else(|| StyleError::Unknown { name: name.clone() })?
        }
        Some(name) => one(&Style::find(name)?),
    };
    Ok(write_out(Path::new("-"), text.as_bytes())?)
}

/// A row a style.
fn table() -> Result<String, StyleError> {
    let mut text = format!(
        "{:<12} {:>5} {:>7} {:>9} {:>8} {:>12}  {}\n",
        "style", "lines", "columns", "shortest", "longest", "columns/s", "guide"
    );
    for name in Style::names() {
        let style = Style::find(name)?;
        let (shortest, longest) = (style.shortest.seconds(), style.longest.seconds());
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{name:<12} {:>5} {:>7} {shortest:>7} s {longest:>6} s {:>12}  {}",
            style.lines, style.columns, style.speed, style.about
        );
    }
    text += "\nA Han character takes two columns, a Latin letter one. `zimu styles NAME` tells where each limit comes from.\n";
    Ok(text)
}

/// Every limit of a style with its source; those that must be kept are marked.
fn one(style: &Style) -> String {
    let mut text = format!("{}: {}\n\n", style.name, style.about);
    for (name, value, source) in style.limits() {
        let hard = if source.hard { "!" } else { " " };
        let _ = writeln!(text, "{hard} {name:<14} {value:<16} {}", source.text);
    }
    text += "\n! must be kept: a breach is an error, of the others a warning\n";
    text
}
