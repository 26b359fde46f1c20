//! What stands beside a handheld in a terminal: a printer for its labels, and somebody who knows whether a unit is genuine.

use super::printer::Way;
use super::words::Words;
use lotline_core::platform::{AskedUnit, Genuine, NoAnswer, Printed, Verifier};
use lotline_core::{Error, Handheld};
use lotline_record::text::{Arg, Message};
use serde::Deserialize;
use std::collections::HashSet;
use std::time::Duration;

/// Until a provider has answered.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read.
const LONGEST: usize = 4_096;

/// The ports of one handheld.
#[derive(Debug, Default)]
pub struct Ports {
    printer: Option<Way>,
    verifier: Option<Provider>,
    /// Labels that were open before, or went to the printer: one number is never printed twice unasked.
    seen: HashSet<(u64, u64)>,
    /// So many copies wait for a printer that failed; it is tried again when there are more, or when a person asks.
    failed: usize,
}

impl Ports {
    /// Of a handheld whose open labels of an earlier day stay as they are: somebody looks whether they came out.
    ///
    /// # Errors
    /// The handheld's own.
    pub fn new(handheld: &Handheld, printer: Option<Way>, verifier: Option<Provider>) -> Result<Self, Error> {
        let open = handheld.open_labels()?;
        Ok(Ports {
            printer,
            verifier,
            seen: open.iter().map(|label| (label.lease, label.number)).collect(),
            failed: 0,
        })
    }

    /// Prints what an input asked for. Gives what came of it, in words.
    ///
    /// # Errors
    /// The handheld's own.
    pub fn print(&mut self, handheld: &Handheld, words: &Words) -> Result<Option<String>, Error> {
        let Some(printer) = &self.printer else {
            return Ok(None);
        };
        let mut said = Vec::new();
        for open in handheld.open_labels()? {
            if self.seen.insert((open.lease, open.number)) {
                let print = handheld.print_open_label(open.lease, open.number, "", printer)?;
                said.push(words.say(&told(&print.label, &print.printed)));
            }
        }
        let mut waiting = handheld.waiting_copies()?;
        if waiting.len() < self.failed {
            self.failed = 0;
        }
        while waiting.len() > self.failed {
            let printed = handheld.print_copy("", printer)?;
            said.push(words.say(&told(&waiting[0], &printed)));
            if matches!(printed, Printed::Failed { .. }) {
                self.failed = waiting.len();
            }
            waiting = handheld.waiting_copies()?;
        }
        Ok((!said.is_empty()).then(|| said.join(" · ")))
    }

    /// A person asks: what waits is printed, and units that wait for their verification are asked for.
    ///
    /// # Errors
    /// The handheld's own.
    pub fn asked(&mut self, handheld: &Handheld, words: &Words) -> Result<Option<String>, Error> {
        self.failed = 0;
        let mut said: Vec<String> = self.print(handheld, words)?.into_iter().collect();
        if let Some(verifier) = &self.verifier {
            let round = handheld.verify_now(verifier)?;
            if round.waiting > 0 {
                let count = |n: u64| Arg::Number(n.cast_signed());
                let message = Message::new("units-verified")
                    .with("active", count(round.active))
                    .with("refused", count(round.refused))
                    .with("unanswered", count(round.unanswered));
                said.push(words.say(&message));
            }
        }
        Ok((!said.is_empty()).then(|| said.join(" · ")))
    }
}

fn told(label: &str, printed: &Printed) -> Message {
    match printed {
        Printed::Done => Message::new("label-printed").with("label", Arg::text(label)),
        Printed::Failed { reason } => Message::new("label-failed")
            .with("label", Arg::text(label))
            .with("why", Arg::text(reason)),
        Printed::Unknown => Message::new("label-unknown").with("label", Arg::text(label)),
    }
}

/// Somebody who answers over HTTP: `GET BASE/MAKER'S KEY/SERIAL` gives `{"answer": "active" | "inactive" | "alert"}`.
#[derive(Debug, Clone)]
pub struct Provider(reqwest::Url);

impl std::str::FromStr for Provider {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url: reqwest::Url = text.parse().map_err(|error| format!("{text:?}: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() {
            return Err("write http://… or https://…".to_owned());
        }
        Ok(Provider(url))
    }
}

#[derive(Deserialize)]
struct Answer {
    answer: Word,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Active,
    Inactive,
    Alert,
}

impl Provider {
    async fn ask(&self, unit: AskedUnit) -> Result<Genuine, String> {
        let mut url = self.0.clone();
        url.path_segments_mut()
            .map_err(|()| "the address has no path".to_owned())?
            .pop_if_empty()
            .extend([&unit.maker_key, &unit.serial]);
        // Another room of this process may have chosen already; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| error.to_string())?;
        let response = client.get(url).send().await.map_err(|error| error.to_string())?;
        if !response.status().is_success() {
            return Err(format!("status {}", response.status().as_u16()));
        }
        let body = response.bytes().await.map_err(|error| error.to_string())?;
        let answer: Answer =
            serde_json::from_slice(&body[..body.len().min(LONGEST)]).map_err(|error| error.to_string())?;
        Ok(match answer.answer {
            Word::Active => Genuine::Active,
            Word::Inactive => Genuine::Inactive,
            Word::Alert => Genuine::Alert,
        })
    }
}

impl Verifier for Provider {
    fn verify(&self, unit: AskedUnit) -> Result<Genuine, NoAnswer> {
        let none = |reason| NoAnswer::Now { reason };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| none(error.to_string()))?;
        runtime.block_on(self.ask(unit)).map_err(none)
    }

    fn name(&self) -> String {
        self.0.host_str().unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Answers one request with `answer`; gives what was asked for.
    fn provider(answer: &'static str) -> (Provider, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1/", listener.local_addr().unwrap());
        let works = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 4_096];
            let length = stream.read(&mut asked).unwrap();
            write!(stream, "{answer}").unwrap();
            String::from_utf8_lossy(&asked[..length])
                .lines()
                .next()
                .unwrap()
                .to_owned()
        });
        (url.parse().unwrap(), works)
    }

    fn unit() -> AskedUnit {
        AskedUnit {
            maker_key: "09521000002500".into(),
            serial: "A/B 1".into(),
        }
    }

    #[test]
    fn a_provider_is_asked_for_the_unit_and_its_word_is_taken() {
        let (asks, works) =
            provider("HTTP/1.1 200 OK\r\ncontent-length: 18\r\nconnection: close\r\n\r\n{\"answer\":\"alert\"}");
        assert_eq!(asks.verify(unit()), Ok(Genuine::Alert));
        assert_eq!(works.join().unwrap(), "GET /v1/09521000002500/A%2FB%201 HTTP/1.1");
    }

    #[test]
    fn what_is_no_answer_leaves_the_unit_waiting() {
        for answer in [
            "HTTP/1.1 503 Later\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 17\r\nconnection: close\r\n\r\n{\"answer\":\"fine\"}",
        ] {
            let (asks, works) = provider(answer);
            assert!(asks.verify(unit()).is_err(), "{answer}");
            works.join().unwrap();
        }
    }

    #[test]
    fn an_address_is_one_of_the_web() {
        for wrong in ["", "router", "ftp://router", "mailto:a@b"] {
            assert!(wrong.parse::<Provider>().is_err(), "{wrong}");
        }
    }
}
