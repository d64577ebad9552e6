//! The chat protocol that OpenAI's servers speak, and many on one's own machine: a question there, an answer back, in time.

use std::fmt;
use std::io;
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;
use thiserror::Error;
use ureq::http::{Response, Uri};
use ureq::{Agent, Body, Error};

/// How many bytes of an answer are read: twenty places take some thousands.
const LONGEST_ANSWER: u64 = 1 << 20;

/// The same of what a server says when it refuses, and how many characters of it are shown.
const LONGEST_REFUSAL: u64 = 1 << 14;
const SHOWN: usize = 120;

/// How long is waited before asking again where the server does not say.
const PAUSE: Duration = Duration::from_secs(1);

/// Where a language model is asked: the base URL of an OpenAI-compatible server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(String);

/// What is no place to ask.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("write a base URL such as http://localhost:11434/v1")]
pub struct NoEndpoint;

impl FromStr for Endpoint {
    type Err = NoEndpoint;

    fn from_str(text: &str) -> Result<Endpoint, NoEndpoint> {
        let (base, query) = text.split_once('?').map_or((text, None), |(base, query)| (base, Some(query)));
        let base = base.trim_end_matches('/');
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let url = format!("{base}/chat/completions{query}");
        let uri: Uri = url.parse().map_err(|_| NoEndpoint)?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let has_host = uri.host().is_some_and(|host| !host.is_empty());
        if is_web && has_host && !url.contains('#') { Ok(Endpoint(url)) } else { Err(NoEndpoint) }
    }
}

impl Endpoint {
    /// Whether it is on this machine, which no proxy leads to.
    fn is_here(&self) -> bool {
        let uri: Option<Uri> = self.0.parse().ok();
        let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
        host == "localhost" || host == "[::1]" || host.starts_with("127.")
    }
}

/// What opens a server's door. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// A key as the user has it; `None` where there is nothing of it.
    pub fn of(text: &str) -> Option<Key> {
        let text = text.trim();
        (!text.is_empty()).then(|| Key(text.into()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Why a question was not answered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Fault {
    #[error("it did not answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    #[error("it could not be reached ({0})")]
    Unreachable(String),
    #[error("the connection broke off")]
    BrokenOff,
    #[error("its answer is longer than {} MB", LONGEST_ANSWER >> 20)]
    TooLong,
    #[error("its answer is not what was asked for")]
    Nonsense,
    #[error("it answered with status {status}{said}")]
    Status {
        status: u16,
        /// What the server said besides, with a colon before it; empty where it said nothing.
        said: String,
        /// After what time asking again may help; `None` where it does not.
        pause: Option<Duration>,
    },
    #[error("the budget of requests is used up")]
    Spent,
}

impl Fault {
    /// Whether the next question would fare the same.
    pub(super) fn lasts(&self) -> bool {
        match self {
            Fault::Unreachable(_) | Fault::Spent => true,
            Fault::Status { status, pause, .. } => pause.is_none() && *status != 408,
            _ => false,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        use io::ErrorKind::*;
        match error {
            // How long that was is known to who asked.
            Error::Timeout(_) => Fault::TimedOut(Duration::ZERO),
            Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => Fault::TooLong,
            Error::Protocol(_) | Error::BodyStalled => Fault::BrokenOff,
            Error::Io(error) => match error.kind() {
                TimedOut | WouldBlock => Fault::TimedOut(Duration::ZERO),
                UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe => Fault::BrokenOff,
                ConnectionRefused => Fault::Unreachable("connection refused".into()),
                // A certificate that is not trusted is among these.
                _ => Fault::Unreachable(plain(&error.to_string())),
            },
            error => Fault::Unreachable(plain(&error.to_string())),
        }
    }
}

/// Asks one model at one place.
#[derive(Debug)]
pub(super) struct Chat {
    agent: Agent,
    endpoint: Endpoint,
    model: String,
    key: Option<Key>,
    timeout: Duration,
    /// How many requests may still be made.
    budget: u32,
}

impl Chat {
    pub(super) fn new(endpoint: Endpoint, model: String, key: Option<Key>, timeout: Duration, budget: u32) -> Chat {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Where the user sent the text, it goes, and nowhere else.
            .max_redirects(0)
            // A question may come long after the one before it, when the server has closed the connection.
            .max_idle_connections(0)
            .user_agent(concat!("zimu/", env!("CARGO_PKG_VERSION")));
        let config = if endpoint.is_here() { config.proxy(None) } else { config };
        Chat { agent: config.build().into(), endpoint, model, key, timeout, budget }
    }

    pub(super) fn budget(&self) -> u32 {
        self.budget
    }

    /// The model's answer to `question`, by `instructions`. Where the server is busy it is asked once more, after as long
    /// as it says, if that is within the time limit; both together take no longer than it.
    pub(super) fn ask(&mut self, instructions: &str, question: &str) -> Result<String, Fault> {
        let end = Instant::now() + self.timeout;
        let first = self.once(instructions, question, self.timeout);
        let Err(Fault::Status { pause: Some(pause), .. }) = &first else { return first };
        let left = end.saturating_duration_since(Instant::now());
        if *pause >= left || self.budget == 0 {
            return first;
        }
        thread::sleep(*pause);
        self.once(instructions, question, left - *pause)
    }

    fn once(&mut self, instructions: &str, question: &str, within: Duration) -> Result<String, Fault> {
        self.budget = self.budget.checked_sub(1).ok_or(Fault::Spent)?;
        let in_time = |fault| if matches!(fault, Fault::TimedOut(_)) { Fault::TimedOut(self.timeout) } else { fault };
        let mut response = self.send(instructions, question, within).map_err(|error| in_time(error.into()))?;
        if !response.status().is_success() {
            return Err(refused(response));
        }
        let body = response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_vec();
        content(&body.map_err(|error| in_time(error.into()))?).ok_or(Fault::Nonsense)
    }

    fn send(&self, instructions: &str, question: &str, within: Duration) -> Result<Response<Body>, Error> {
        let asked = json!({
            "model": self.model,
            "temperature": 0,
            "stream": false,
            "messages": [
                { "role": "system", "content": instructions },
                { "role": "user", "content": question },
            ],
        });
        let request = self.agent.post(&self.endpoint.0).header("content-type", "application/json");
        let request = match &self.key {
            Some(Key(key)) => request.header("authorization", format!("Bearer {key}")),
            None => request,
        };
        request.config().timeout_global(Some(within)).build().send(asked.to_string())
    }
}

/// What the model wrote.
fn content(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Completion {
        choices: Vec<Choice>,
    }
    #[derive(Deserialize)]
    struct Choice {
        message: Message,
    }
    #[derive(Deserialize)]
    struct Message {
        content: String,
    }
    let completion: Completion = serde_json::from_slice(body).ok()?;
    Some(completion.choices.into_iter().next()?.message.content)
}

fn refused(mut response: Response<Body>) -> Fault {
    let status = response.status().as_u16();
    let busy = status == 429 || status >= 500;
    let after = response.headers().get("retry-after").and_then(|after| after.to_str().ok()?.trim().parse().ok());
    let pause = busy.then(|| after.map_or(PAUSE, Duration::from_secs));
    // What is said of a key might show it.
    let said = match status {
        401 | 403 => None,
        _ => response.body_mut().with_config().limit(LONGEST_REFUSAL).read_to_vec().ok().and_then(|body| said(&body)),
    };
    Fault::Status { status, said: said.map(|said| format!(": {said}")).unwrap_or_default(), pause }
}

/// What the server said of its refusal, such as that it has no such model.
fn said(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let error = &body["error"];
    let said = plain(error["message"].as_str().or(error.as_str())?);
    (!said.is_empty()).then_some(said)
}

/// Some of a text from elsewhere, as it may stand in a line of a terminal.
fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|&c| !super::answer::acts(c)).take(SHOWN).collect();
    text.trim().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_put_behind_the_base() {
        let url = |text: &str| text.parse::<Endpoint>().map(|endpoint| endpoint.0);
        assert_eq!(url("http://localhost:11434/v1/"), Ok("http://localhost:11434/v1/chat/completions".into()));
        assert_eq!(url("https://a.example/v1?v=2"), Ok("https://a.example/v1/chat/completions?v=2".into()));
        for wrong in ["", "localhost:11434", "ftp://a.example", "http://", "/v1", "http://a b/", "http://a/#b"] {
            assert_eq!(url(wrong), Err(NoEndpoint), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        let key = Key::of(" sk-secret\n");
        assert_eq!(key, Some(Key("sk-secret".into())));
        assert!(!format!("{key:?}").contains("secret"));
        assert_eq!(Key::of(" "), None);
    }

    #[test]
    fn what_a_server_says_is_shown_in_one_short_line() {
        assert_eq!(said(br#"{"error": {"message": "no\nsuch \u001b[2Jmodel"}}"#).as_deref(), Some("nosuch [2Jmodel"));
        assert_eq!(said(br#"{"error": "no such model"}"#).as_deref(), Some("no such model"));
        assert_eq!([said(b"<html>"), said(b"{}"), said(br#"{"error": 7}"#)], [None, None, None]);
        assert_eq!(plain(&"长".repeat(500)).chars().count(), SHOWN);
    }

    #[test]
    fn only_a_whole_completion_has_content() {
        assert_eq!(content(br#"{"choices": [{"message": {"content": "hm"}}]}"#).as_deref(), Some("hm"));
        for nonsense in ["", "{}", r#"{"choices": []}"#, r#"{"choices": [{"message": {"content": null}}]}"#] {
            assert_eq!(content(nonsense.as_bytes()), None, "{nonsense}");
        }
    }
}
