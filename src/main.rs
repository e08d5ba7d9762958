//! The `ressort` program: arguments in, exit code out.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use ressort::cli::{Cli, Command, Global};
use ressort::commands::{self, Failure};
use ressort::config::Settings;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr(&cli.global);
    commands::settings(&cli.global).and_then(|settings| dispatch(cli.command, settings)).unwrap_or_else(Failure::report)
}

fn dispatch(command: Command, settings: Settings) -> Result<ExitCode, Failure> {
    match command {
        Command::Run(arguments) => in_runtime(commands::run::run(&arguments, settings)),
        Command::Serve(arguments) => in_runtime(commands::serve::run(&arguments, settings)),
        Command::Check(arguments) => commands::check::run(&arguments, &settings),
        Command::Inspect(arguments) => in_runtime(commands::inspect::run(&arguments, &settings)),
        Command::Status(arguments) => in_runtime(commands::status::run(&arguments, &settings)),
        Command::Schema(arguments) => {
            println!("{:#}", commands::schema::schema(arguments.of).to_value());
            Ok(ExitCode::SUCCESS)
        }
        Command::Completions(arguments) => {
            clap_complete::generate(arguments.shell, &mut Cli::command(), "ressort", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Parsing a page takes stack; two mebibytes are not much for a tree 256 elements deep.
const STACK_BYTES: usize = 16 << 20;

fn in_runtime(command: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().thread_stack_size(STACK_BYTES).enable_all().build().map_err(
            |error| Failure::Failed { code: 1, message: format!("no threads can be started: {error}"), hint: None },
        )?;
    runtime.block_on(command)
}

/// stdout is for results; everything else goes to stderr, as much of it as was asked for.
fn log_to_stderr(global: &Global) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (false, 0) => "warn,ressort=info",
        (false, 1) => "warn,ressort=debug",
        (false, _) => "info,ressort=trace",
    };
    let filter = EnvFilter::builder().try_from_env().unwrap_or_else(|_| EnvFilter::new(level));
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(color)
        .with_target(false)
        .without_time()
        .init();
}
