//! A real identity provider: node-oidc-provider, in a process of its own. The gateway's own tests include this file, too: they
//! come before this crate.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What the gateway is called there.
pub const CLIENT: &str = "lotline-dc-1";
/// What the gateway proves itself with there.
pub const SECRET: &str = "a secret of client and provider for the tests alone";

/// The provider; it ends when its input does.
#[derive(Debug)]
pub struct Provider {
    child: Child,
    /// Its issuer.
    pub issuer: String,
}

/// Where `cargo xtask install oidc` puts it (`xtask/src/install.rs` names the same folder).
fn folder() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").expect("a home folder")).join(".cache");
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.filter(|folder| folder.is_absolute()).unwrap_or_else(home);
    cache.join("lotline/tools/oidc-provider-9.13.3")
}

impl Provider {
    /// Starts one that sends people back to `back` and knows `people`: by name, with their claims.
    pub fn start(back: &str, people: &serde_json::Value) -> Self {
        let folder = folder();
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "the identity provider is installed: `cargo xtask install oidc`"
        );
        // Packages are looked for beside the script: it runs from where they stand.
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oidc/provider.js");
        std::fs::copy(script, folder.join("provider.js")).unwrap();
        let client = serde_json::json!({ "client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [back] });
        let mut child = Command::new("node")
            .arg("provider.js")
            .current_dir(&folder)
            .env("PEOPLE", people.to_string())
            .env("CLIENT", client.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let issuer = lines
            .map_while(Result::ok)
            .find(|line| line.starts_with("http://"))
            .expect("the provider says its issuer");
        Provider { child, issuer }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may be gone already.
        let _ = self.child.wait();
    }
}
