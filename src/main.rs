//! The `ressort` program: arguments in, exit code out.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use futures_util::future::LocalBoxFuture;
use ressort::cli::{Cli, Command, Global};
use ressort::commands::{self, Failure};
use ressort::config::{LogFormat, Settings};
use ressort::pipeline::STACK_BYTES;
use tokio::runtime::Builder;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    end_quietly_without_a_reader();
    let cli = Cli::parse();
    run(cli).unwrap_or_else(Failure::report)
}

/// `ressort schema | head` closes stdout early, which `println!` takes for a fault.
fn end_quietly_without_a_reader() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let words = panic.payload().downcast_ref::<String>();
        match words.is_some_and(|words| words.starts_with("failed printing to stdout")) {
            // What the shell shows for a program that SIGPIPE ended.
            true => std::process::exit(141),
            false => usual(panic),
        }
    }));
}

fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let settings = commands::settings(&cli.global)?;
    log_to_stderr(&cli.global, settings.log_format);
    dispatch(cli.command, &cli.global, settings)
}

fn dispatch(command: Command, global: &Global, settings: Settings) -> Result<ExitCode, Failure> {
    match command {
        Command::Add(arguments) => alone(Box::pin(commands::add::run(&arguments, &settings))),
        Command::Doctor(arguments) => alone(Box::pin(commands::doctor::run(&arguments, &settings))),
        Command::Import(arguments) => commands::import::run(&arguments, &settings),
        Command::Man(arguments) => commands::man(arguments.of.as_deref()),
        Command::Catalogue(arguments) => commands::catalogue::run(&arguments),
        Command::Run(arguments) => alone(Box::pin(commands::run::run(&arguments, settings))),
        Command::Serve(arguments) => {
            in_runtime(Builder::new_multi_thread(), Box::pin(commands::serve::run(&arguments, global, settings)))
        }
        Command::Check(arguments) => commands::check::run(&arguments, &settings),
        Command::Inspect(arguments) => alone(Box::pin(commands::inspect::run(&arguments, &settings))),
        Command::Status(arguments) => alone(Box::pin(commands::status::run(&arguments, &settings))),
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

/// Runs what has one thing to do on this thread alone: answers would otherwise pass from thread to
/// thread, piece by piece. Where several feeds are refreshed, pages are parsed on threads of their own.
fn alone(command: Task<'_>) -> Result<ExitCode, Failure> {
    in_runtime(Builder::new_current_thread(), command)
}

/// A command under way. On the heap, where only what it comes to use takes memory.
type Task<'a> = LocalBoxFuture<'a, Result<ExitCode, Failure>>;

fn in_runtime(mut runtime: Builder, command: Task<'_>) -> Result<ExitCode, Failure> {
    let runtime = runtime.thread_stack_size(STACK_BYTES).enable_all().build().map_err(|error| Failure::Failed {
        code: 1,
        message: format!("no threads can be started: {error}"),
        hint: None,
    })?;
    runtime.block_on(command)
}

/// stdout is for results; everything else goes to stderr, as much of it as was asked for.
fn log_to_stderr(global: &Global, format: LogFormat) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (false, 0) => "warn,ressort=info",
        (false, 1) => "warn,ressort=debug",
        (false, _) => "info,ressort=debug",
    };
    let filter = EnvFilter::builder().try_from_env().unwrap_or_else(|_| EnvFilter::new(level));
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        // Complaints about a log that nobody reads would go to that same log, and end the program.
        .log_internal_errors(false);
    match format {
        // journald and containers note the time themselves.
        LogFormat::Text => lines.with_ansi(color).without_time().init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).init(),
    }
}
