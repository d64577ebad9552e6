//! The `zimu` program: everything is in the library.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    zimu::cli::run(&zimu::cli::Cli::parse())
}
