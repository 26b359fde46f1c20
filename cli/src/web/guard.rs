//! Who may ask: whose cookie it is, and which page a form came from.

use super::problem::Problem;
use axum::http::header::{COOKIE, HOST, HeaderMap};
use lotline_record::entry::hex;
use lotline_server::origin;

/// The cookie's name.
const NAME: &str = "lotline_try";
/// Of 32 random bytes, in hex.
const LENGTH: usize = 64;

/// What a browser holds of its session, and nobody else can guess.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token(String);

impl Token {
    /// From random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Token(hex(&bytes))
    }

    /// The one in a request's cookies. What has not its shape is none.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, value)| *name == NAME && value.len() == LENGTH)
            .find(|(_, value)| value.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase()))
            .map(|(_, value)| Token(value.to_owned()))
    }

    /// The cookie that carries it: for this page alone, never for a script, never along from another site.
    pub fn cookie(&self) -> String {
        format!("{NAME}={}; Path=/try; HttpOnly; SameSite=Strict", self.0)
    }

    /// The cookie that takes it back.
    pub fn gone() -> String {
        format!("{NAME}=; Path=/try; HttpOnly; SameSite=Strict; Max-Age=0")
    }
}

// It opens a session: it is not for logs.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// Under which names requests may reach this gateway.
#[derive(Debug, Clone, Copy, Default)]
pub struct Door {
    /// Any name will do: the handhelds are handed out to other machines.
    pub open: bool,
}

impl Door {
    /// That a request names this machine. A foreign name that was made to resolve here would otherwise share our origin.
    ///
    /// # Errors
    /// [`Problem::Elsewhere`].
    pub fn named(self, headers: &HeaderMap) -> Result<(), Problem> {
        if origin::names_loopback(headers) || (self.open && headers.contains_key(HOST)) {
            return Ok(());
        }
        Err(Problem::Elsewhere)
    }

    /// That a form was sent by one of our own pages (Fetch Standard, `Origin`; Fetch Metadata, `Sec-Fetch-Site`).
    ///
    /// # Errors
    /// [`Problem::Elsewhere`].
    pub fn same_origin(self, headers: &HeaderMap) -> Result<(), Problem> {
        self.named(headers)?;
        if origin::is_own(headers, None) {
            Ok(())
        } else {
            Err(Problem::Elsewhere)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::HeaderName;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_form_from_another_page_is_refused() {
        let door = Door::default();
        let asked = |host, origin, site| {
            door.same_origin(&headers(&[
                ("host", host),
                ("origin", origin),
                ("sec-fetch-site", site),
            ]))
        };
        let own = "127.0.0.1:7400";
        assert!(asked(own, "http://127.0.0.1:7400", "same-origin").is_ok());
        assert!(asked("[::1]:7400", "http://[::1]:7400", "same-origin").is_ok());
        assert!(asked(own, "http://127.0.0.1:7401", "same-origin").is_err());
        assert!(asked(own, "http://127.0.0.1:7400", "same-site").is_err());
        assert!(asked(own, "null", "same-origin").is_err());
        // A foreign name that resolves to this machine.
        assert!(asked("evil.example:7400", "http://evil.example:7400", "same-origin").is_err());
        assert!(door.same_origin(&headers(&[("host", own)])).is_err(), "no origin");
    }

    #[test]
    fn only_a_cookie_of_the_right_shape_is_one() {
        let token = Token::new([0xab; 32]);
        let cookie = token.cookie();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
            "{cookie}"
        );
        let pair = cookie.split(';').next().unwrap();
        assert!(Token::of(&headers(&[("cookie", &format!("a=b; {pair}"))])) == Some(token));
        for bad in ["lotline_try=", "lotline_try=abab", "other=1", &pair.to_uppercase()] {
            assert!(Token::of(&headers(&[("cookie", bad)])).is_none(), "{bad}");
        }
    }
}
