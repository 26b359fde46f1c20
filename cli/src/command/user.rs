//! `lotline user`: who may sign in at the console. The first administrator is made here.

use super::serve;
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::{edge, out};
use clap::{Subcommand, ValueEnum};
use lotline_server::Ledger;
use lotline_server::access::{By, Cost, Password, Role, Secret, User, UserName, recovery_codes, sealing_key};
use serde::Serialize;
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline user add ana --role administrator       asks for the password; the console asks for a second factor
  lotline user add bo --role supervisor < FILE    the password is the first line
  lotline user list
  lotline user second-factor ana                  shows a QR code for the authenticator, and recovery codes
  lotline user password ana                       sets another password, and unlocks
  lotline user disable bo

A password is never an argument: arguments stand in the list of processes and in the shell's history.";

/// What to do with accounts.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// The gateway's folder
    #[arg(long, global = true, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Print JSON for programs instead of text for people
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make an account
    Add {
        /// What they sign in with
        name: UserName,
        /// What they may do
        #[arg(long, value_enum)]
        role: Kind,
    },
    /// List the accounts
    List,
    /// Let somebody sign in no longer; their sessions end
    Disable {
        /// Who
        name: UserName,
    },
    /// Let somebody sign in again, and unlock
    Enable {
        /// Who
        name: UserName,
    },
    /// Give another role; their sessions end
    Role {
        /// Who
        name: UserName,
        /// What they may do from now on
        #[arg(value_enum)]
        role: Kind,
    },
    /// Set another password, and unlock; their sessions end
    Password {
        /// Who
        name: UserName,
    },
    /// Set up a new second factor, with new recovery codes; their sessions end
    SecondFactor {
        /// Who
        name: UserName,
        /// Take it away instead: an administrator is asked for a new one at the next sign-in
        #[arg(long)]
        remove: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Reads everything, the audit trail too
    Auditor,
    /// Reads the floor, cuts lost handhelds off
    Supervisor,
    /// All of that, enrols handhelds, looks after accounts
    Administrator,
}

impl From<Kind> for Role {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Auditor => Role::Auditor,
            Kind::Supervisor => Role::Supervisor,
            Kind::Administrator => Role::Administrator,
        }
    }
}

#[derive(Serialize)]
struct Factor {
    user: UserName,
    uri: String,
    secret: String,
    recovery_codes: Vec<String>,
}

/// Who sits at this command line, for the audit trail.
///
/// # Errors
/// When the system does not say.
pub fn by() -> Outcome<By> {
    let actor = edge::system_user().map_err(|e| Failure::io(&e, "who runs this"))?;
    Ok(By {
        actor: format!("os:{actor}"),
        came_from: "command line".into(),
    })
}

/// Does it.
///
/// # Errors
/// When there is no gateway's database, no such user, or the password is weak.
pub fn run(args: Args, config: &Config) -> Outcome {
    let data = config.server_data(args.data);
    let ledger = serve::open(&data, config)?;
    let form = out::Form { json: args.json };
    let (by, failed) = (by()?, |e| Failure::ledger(&e, &data.join("ledger.db")));
    let done = |name: UserName, text: &str| form.print(&name, |name| format!("{name}: {text}"));
    match args.what {
        What::List => {
            let users = ledger.users().map_err(failed)?;
            form.print(&users, |users| list(users))
        }
        What::Add { name, role } => {
            let hash = hash(&ledger, &name, &data)?;
            ledger.add_user(&by, &name, role.into(), &hash).map_err(failed)?;
            done(name, "may sign in at the console")
        }
        What::Disable { name } => {
            ledger.set_user_active(&by, &name, false).map_err(failed)?;
            done(name, "may not sign in any more")
        }
        What::Enable { name } => {
            ledger.set_user_active(&by, &name, true).map_err(failed)?;
            done(name, "may sign in")
        }
        What::Role { name, role } => {
            ledger.set_user_role(&by, &name, role.into()).map_err(failed)?;
            done(name, "has the new role from the next sign-in")
        }
        What::Password { name } => {
            let hash = hash(&ledger, &name, &data)?;
            ledger.set_user_password(&by, &name, &hash, None).map_err(failed)?;
            done(name, "has a new password")
        }
        What::SecondFactor { name, remove: true } => {
            ledger.set_second_factor(&by, &name, None, 0).map_err(failed)?;
            done(name, "has no second factor any more")
        }
        What::SecondFactor { name, remove: false } => {
            let factor = second(&ledger, &by, name, &data)?;
            form.print(&factor, shown)
        }
    }
}

fn list(users: &[User]) -> String {
    if users.is_empty() {
        return "no account yet: lotline user add NAME --role administrator".into();
    }
    let now = edge::now();
    let line = |user: &User| {
        let locked = user.locked_until.filter(|until| *until > now);
        let state = match (user.active, locked) {
            (false, _) => "switched off".to_owned(),
            (true, Some(until)) => format!("locked until {until}"),
            (true, None) => "open".to_owned(),
        };
        let second = if user.second { "second factor" } else { "password alone" };
        let role = user.role.as_str();
        format!(
            "{:<24} {role:<14} {second:<15} {state}, made by {}",
            user.user, user.made_by
        )
    };
    users.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn second(ledger: &Ledger, by: &By, name: UserName, data: &Path) -> Outcome<Factor> {
    let failed = |e| Failure::ledger(&e, &data.join("ledger.db"));
    let site = ledger.site().map_err(failed)?.site;
    let key = sealing_key(data).map_err(|e| Failure::io(&e, data.display()))?;
    let (secret, codes) = (Secret::draw(), recovery_codes());
    let sealed = secret.seal(&key, name.as_str());
    ledger
        .set_second_factor(by, &name, Some((&sealed, &codes)), 0)
        .map_err(failed)?;
    Ok(Factor {
        uri: secret.uri(name.as_str(), site.as_str()),
        secret: secret.typed(),
        recovery_codes: codes,
        user: name,
    })
}

fn shown(factor: &Factor) -> String {
    format!(
        "{}scan this with an authenticator app, or type its secret: {}\n\nrecovery codes for {}, each good once; they are not shown again:\n  {}",
        super::enrol::qr(&factor.uri),
        factor.secret,
        factor.user,
        factor.recovery_codes.join("\n  ")
    )
}

/// Asks for a password, twice where a person types; otherwise it is the first line of standard input.
fn hash(ledger: &Ledger, name: &UserName, data: &Path) -> Outcome<String> {
    let site = ledger
        .site()
        .map_err(|e| Failure::ledger(&e, &data.join("ledger.db")))?
        .site;
    let asked = |prompt: &str| rpassword::prompt_password(prompt).map_err(|e| Failure::io(&e, "the terminal"));
    let text = if std::io::stdin().is_terminal() {
        let text = asked(&format!("Password for {name}: "))?;
        if asked("The same again: ")? != text {
            return Err(Failure::usage("the two are not the same", "password", "type it again"));
        }
        text
    } else {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|e| Failure::io(&e, "standard input"))?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    let password = Password::new(&text, &[name.as_str(), site.as_str()])
        .map_err(|weak| Failure::usage(weak, "password", "choose another; nothing was changed"))?;
    Ok(password.hash(Cost::FULL))
}
