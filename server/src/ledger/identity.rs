//! Accounts that an identity provider vouches for: bound to issuer and subject, never to a name.

use super::{Ledger, LedgerError, Result, audit, users};
use crate::access::{By, Role, User, UserName};
use crate::edge;
use rusqlite::{Connection, OptionalExtension, params};

/// Whom a provider means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider, as it writes itself.
    pub issuer: String,
    /// Its word for the person, at most 255 characters of ASCII.
    pub subject: String,
}

/// Why somebody whom the provider knows does not get in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Shut {
    /// No value of the claim is a role here.
    #[error("none of their groups is a role here")]
    NoRole,
    /// They were never here, and no name for them is fit for an account.
    #[error("they have no account yet, and the provider told no name that could be one's")]
    NoName,
    /// They were never here, and the name is that of another account, which stays whose it is.
    #[error("they have no account yet, and their name is another account's")]
    NameTaken,
    /// Their account is switched off.
    #[error("their account is switched off")]
    Off,
    /// Their account is locked by wrong codes.
    #[error("their account is locked for a while")]
    Locked,
}

impl Ledger {
    /// The account of whom a provider vouches for, with the role that it gives them now; made at the first time under
    /// `name`. Written down either way.
    ///
    /// # Errors
    /// The ledger's own; who does not get in, and why, is an answer.
    pub fn enter(
        &self,
        by: &By,
        identity: &Identity,
        name: Option<&UserName>,
        role: Option<Role>,
    ) -> Result<std::result::Result<User, Shut>> {
        self.store().write(|tx| {
            let entered = judge(tx, by, identity, name, role)?;
            let told = |user: &str| format!("{user} by {} as {}", identity.issuer, identity.subject);
            match &entered {
                Ok(user) => {
                    let actor = user.user.to_string();
                    let by = By { actor, ..by.clone() };
                    audit::append(tx, &by, "sign_in_oidc", &told(user.user.as_str()), true)?;
                }
                Err(shut) => {
                    let who = name.map_or("somebody", UserName::as_str);
                    audit::append(tx, by, "sign_in_oidc", &format!("{}: {shut}", told(who)), false)?;
                }
            }
            Ok(entered)
        })
    }
}

fn found(tx: &Connection, identity: &Identity) -> Result<Option<User>> {
    let sql = format!(
        "SELECT {} FROM console_user u JOIN console_identity i ON i.user = u.user WHERE i.issuer = ?1 AND i.subject = ?2",
        users::USER
    );
    let key = [&identity.issuer, &identity.subject];
    Ok(tx.prepare_cached(&sql)?.query_row(key, users::user).optional()?)
}

fn judge(
    tx: &Connection,
    by: &By,
    identity: &Identity,
    name: Option<&UserName>,
    role: Option<Role>,
) -> Result<std::result::Result<User, Shut>> {
    let known = found(tx, identity)?;
    let Some(role) = role else {
        // Whoever lost the role at the provider has nothing left here, in no window that is still open.
        if let Some(user) = known {
            users::end(tx, &user.user, None)?;
        }
        return Ok(Err(Shut::NoRole));
    };
    if let Some(user) = known {
        if !user.active {
            return Ok(Err(Shut::Off));
        }
        if user.locked_until.is_some_and(|until| until > edge::now()) {
            return Ok(Err(Shut::Locked));
        }
        if user.role != role {
            let sql = "UPDATE console_user SET role = ?2 WHERE user = ?1";
            tx.execute(sql, params![user.user.as_str(), role.as_str()])?;
            users::end(tx, &user.user, None)?;
            let by = provider(by, identity);
            audit::append(tx, &by, "user_role", &format!("{} {role}", user.user), true)?;
        }
        return Ok(Ok(User { role, ..user }));
    }
    let Some(name) = name else {
        return Ok(Err(Shut::NoName));
    };
    super::site::load(tx)?;
    // No hash of any password is empty: nobody opens this account with one.
    let sql = "INSERT INTO console_user (user, role, state, password, made_by, made_ms)
               VALUES (?1, ?2, 'active', '', ?3, ?4) ON CONFLICT DO NOTHING";
    let made = params![name.as_str(), role.as_str(), identity.issuer, edge::now().unix_ms()];
    if tx.execute(sql, made)? == 0 {
        return Ok(Err(Shut::NameTaken));
    }
    let sql = "INSERT INTO console_identity (issuer, subject, user) VALUES (?1, ?2, ?3)";
    tx.execute(sql, params![identity.issuer, identity.subject, name.as_str()])?;
    audit::append(tx, &provider(by, identity), "user_add", &format!("{name} {role}"), true)?;
    let lost = || LedgerError::Damaged("an account that was just made is not there".into());
    Ok(Ok(found(tx, identity)?.ok_or_else(lost)?))
}

/// Who gives roles then: the provider, by way of whoever came.
fn provider(by: &By, identity: &Identity) -> By {
    By {
        actor: identity.issuer.clone(),
        came_from: by.came_from.clone(),
    }
}

/// Refuses what only an account with a password of its own can be asked.
pub(super) fn own(tx: &Connection, name: &UserName) -> Result<()> {
    let sql = "SELECT issuer FROM console_identity WHERE user = ?1";
    let issuer = tx.query_row(sql, [name.as_str()], |row| row.get(0)).optional()?;
    issuer.map_or(Ok(()), |issuer| {
        Err(LedgerError::UserOfProvider {
            user: name.to_string(),
            issuer,
        })
    })
}
