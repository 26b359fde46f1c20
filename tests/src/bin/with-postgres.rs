//! Runs a command beside a private PostgreSQL cluster: `with-postgres [--unsynced] COMMAND …`. The cluster ends with the command,
//! whose exit code it gives. `--unsynced` is for suites of many databases, never for what is measured.

use lotline_tests::postgres::{CLUSTER, Cluster};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1).peekable();
    let unsynced = words.next_if(|word| word == "--unsynced").is_some();
    let Some(program) = words.next() else {
        eprintln!("error: no command (with-postgres): with-postgres [--unsynced] COMMAND …");
        return ExitCode::from(2);
    };
    let cluster = if unsynced {
        Cluster::unsynced()
    } else {
        Cluster::start()
    };
    let ended = Command::new(&program).args(words).env(CLUSTER, cluster.url()).status();
    for line in cluster.troubles() {
        eprintln!("error: PostgreSQL itself: {line}");
    }
    match ended {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("error: {error} ({}): name a program", program.display());
            ExitCode::from(2)
        }
    }
}
