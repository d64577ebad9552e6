//! Who is let in: whoever has the token, from a page of our own, on this machine.

use axum::http::{HeaderMap, Method, StatusCode, header};

/// What a request must have.
#[derive(Clone, Debug)]
pub struct Guard {
    token: String,
    port: u16,
}

impl Guard {
    /// A guard for a port, with a new token of 128 random bits.
    ///
    /// # Errors
    /// What the system's source of random numbers says.
    pub fn new(port: u16) -> Result<Guard, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Guard { token: bytes.iter().map(|byte| format!("{byte:02x}")).collect(), port })
    }

    /// The token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Whether this is the token; how long the answer takes tells nothing of it.
    pub fn knows(&self, token: &str) -> bool {
        let differ = token.bytes().zip(self.token.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
        token.len() == self.token.len() && differ == 0
    }

    /// The cookie that holds it. Ports share cookies, so the port is in the name.
    pub fn cookie(&self) -> String {
        format!("zimu-{}={}; HttpOnly; SameSite=Strict; Path=/", self.port, self.token)
    }

    /// Refuses what does not come to this very server by name (another name may be another site's that was pointed
    /// here), and what a page of another origin sends.
    ///
    /// # Errors
    /// The status to refuse it with, and why.
    pub fn admits(&self, method: &Method, headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let [by_number, by_name] = ["127.0.0.1", "localhost"].map(|host| format!("{host}:{}", self.port));
        if !text(header::HOST).is_some_and(|host| host == by_number || host == by_name) {
            return Err((StatusCode::MISDIRECTED_REQUEST, "this server is not called so"));
        }
        let ours =
            |origin: &str| origin.strip_prefix("http://").is_some_and(|host| host == by_number || host == by_name);
        match headers.get(header::ORIGIN) {
            Some(origin) if !origin.to_str().is_ok_and(ours) => {
                Err((StatusCode::FORBIDDEN, "a page of another origin"))
            }
            None if method != Method::GET && method != Method::HEAD => Err((StatusCode::FORBIDDEN, "no origin")),
            _ => Ok(()),
        }
    }

    /// Whether the cookie is there with the right token.
    pub fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let name = format!("zimu-{}", self.port);
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(key, value)| key == name && self.knows(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_page_is_let_in() {
        let guard = Guard::new(8_000).unwrap();
        let get = |pairs: &[(header::HeaderName, &str)]| guard.admits(&Method::GET, &headers(pairs)).is_ok();
        let post = |pairs: &[(header::HeaderName, &str)]| guard.admits(&Method::POST, &headers(pairs)).is_ok();
        assert!(get(&[(header::HOST, "127.0.0.1:8000")]) && get(&[(header::HOST, "localhost:8000")]));
        assert!(!get(&[]) && !get(&[(header::HOST, "evil.example:8000")]) && !get(&[(header::HOST, "127.0.0.1")]));
        let host = (header::HOST, "127.0.0.1:8000");
        assert!(post(&[host.clone(), (header::ORIGIN, "http://127.0.0.1:8000")]));
        assert!(!post(std::slice::from_ref(&host)) && !post(&[host.clone(), (header::ORIGIN, "null")]));
        assert!(!get(&[host, (header::ORIGIN, "http://evil.example")]));
    }

    #[test]
    fn the_token_is_asked_for() {
        let guard = Guard::new(8_000).unwrap();
        let has = |cookie: &str| guard.has_cookie(&headers(&[(header::COOKIE, cookie)]));
        assert!(has(&format!("other=1; zimu-8000={}", guard.token())));
        assert!(!has("zimu-8000=") && !has(&format!("zimu-8001={}", guard.token())) && !has("zimu-8000"));
        assert_ne!(guard.token(), Guard::new(8_000).unwrap().token());
    }
}
