//! Who vouches for people at the console of `lotline serve`.

use crate::config::Config;
use crate::failure::{Failure, Outcome};
use lotline_server::OidcConfig;
use std::path::PathBuf;

/// The identity provider, and what its words mean here.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Signing in by an identity provider (OpenID Connect)")]
#[group(skip)]
pub struct Args {
    /// The provider's issuer, as it writes itself
    #[arg(long, env = "LOTLINE_OIDC_ISSUER", value_name = "URL")]
    oidc_issuer: Option<String>,
    /// What this gateway is called there
    #[arg(long, env = "LOTLINE_OIDC_CLIENT_ID", value_name = "ID")]
    oidc_client_id: Option<String>,
    /// The file with what this gateway proves itself with there
    #[arg(long, env = "LOTLINE_OIDC_CLIENT_SECRET_FILE", value_name = "FILE")]
    oidc_client_secret_file: Option<PathBuf>,
    /// A value of the claim and the role that it gives, as wms-admins=administrator; may be given again
    #[arg(long, env = "LOTLINE_OIDC_ROLE", value_name = "VALUE=ROLE", value_delimiter = ',')]
    oidc_role: Vec<String>,
    /// The claim whose values give roles [default: groups]
    #[arg(long, env = "LOTLINE_OIDC_CLAIM", value_name = "CLAIM")]
    oidc_claim: Option<String>,
    /// The claim that names a new account [default: preferred_username]
    #[allow(clippy::doc_markdown, reason = "shown on the screen as it stands")]
    #[arg(long, env = "LOTLINE_OIDC_NAME", value_name = "CLAIM")]
    oidc_name: Option<String>,
    /// What is asked for beside openid [default: profile]; may be given again
    #[arg(long, env = "LOTLINE_OIDC_SCOPE", value_name = "SCOPE", value_delimiter = ',')]
    oidc_scope: Vec<String>,
    /// A value of amr or acr that tells of a second factor [default: mfa]; may be given again
    #[arg(long, env = "LOTLINE_OIDC_SECOND", value_name = "VALUE", value_delimiter = ',')]
    oidc_second: Vec<String>,
}

fn given(flags: &[String], file: &[String], otherwise: Vec<String>) -> Vec<String> {
    [flags, file]
        .into_iter()
        .find(|values| !values.is_empty())
        .map_or(otherwise, <[String]>::to_vec)
}

impl Args {
    /// The provider that is asked for here, or else in the file; none where no issuer is named.
    ///
    /// # Errors
    /// When something of it is missing, a role is none, or the secret cannot be read.
    pub fn wanted(&self, config: &Config) -> Outcome<Option<OidcConfig>> {
        let Some(issuer) = self.oidc_issuer.clone().or_else(|| config.oidc_issuer.clone()) else {
            return Ok(None);
        };
        let client = self.oidc_client_id.clone().or_else(|| config.oidc_client_id.clone());
        let client = client.ok_or_else(|| {
            Failure::usage(
                "an identity provider knows this gateway by a client id, and none is named",
                "oidc_client_id",
                "register the gateway there, and write down what it is called",
            )
        })?;
        let mut wanted = OidcConfig::new(issuer, client);
        let file = &self.oidc_client_secret_file;
        wanted.client_secret = file
            .as_ref()
            .or(config.oidc_client_secret_file.as_ref())
            .map(secret)
            .transpose()?;
        let claim = self.oidc_claim.clone().or_else(|| config.oidc_claim.clone());
        wanted.claim = claim.unwrap_or(wanted.claim);
        let name = self.oidc_name.clone().or_else(|| config.oidc_name.clone());
        wanted.name = name.unwrap_or(wanted.name);
        wanted.scopes = given(&self.oidc_scope, &config.oidc_scopes, wanted.scopes);
        wanted.second = given(&self.oidc_second, &config.oidc_second, wanted.second);
        let flags = self
            .oidc_role
            .iter()
            .map(|pair| pair.rsplit_once('=').unwrap_or((pair, "")));
        let roles: Vec<(&str, &str)> = if self.oidc_role.is_empty() {
            let pairs = config.oidc_roles.iter();
            pairs.map(|(value, role)| (value.as_str(), role.as_str())).collect()
        } else {
            flags.collect()
        };
        for (value, role) in roles {
            let role = role.parse().map_err(|why: String| {
                Failure::usage(why, format_args!("oidc_roles, {value}"), "write it as VALUE=ROLE")
            })?;
            wanted.roles.insert(value.to_owned(), role);
        }
        Ok(Some(wanted))
    }
}

fn secret(path: &PathBuf) -> Outcome<String> {
    let text = std::fs::read_to_string(path).map_err(|e| Failure::io(&e, path.display()))?;
    match text.trim() {
        "" => Err(Failure::usage(
            "the client's secret is empty",
            path.display(),
            "write into it what the provider gave, or leave the key out for a public client",
        )),
        secret => Ok(secret.to_owned()),
    }
}
