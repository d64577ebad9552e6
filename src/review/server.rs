//! The server of the page: a fixed table of routes, on this machine only.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tower_http::services::ServeFile;

use super::ear::Ear;
use super::edit::Edit;
use super::guard::Guard;
use super::project::{Project, ReviewError};
use super::waveform::{self, Waveform, ZOOMS};
use crate::media::{self, Request as Wanted};
use crate::progress::Progress;
use crate::signal::{PeaksBuilder, listen_and_measure};

/// How long a client may take to send the head of a request, and its body.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a question for news is kept waiting.
const NEWS: Duration = Duration::from_secs(25);
/// The longest body: an edit of a thousand corrections at once.
const LONGEST_BODY: usize = 256 * 1024;
/// The most connections at once.
const CONNECTIONS: usize = 64;

/// Nothing but what this server gives, no frames, no forms.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A server that listens but does not answer yet.
pub struct Server {
    listener: TcpListener,
    site: Arc<Site>,
    runtime: tokio::runtime::Runtime,
    port: u16,
}

struct Site {
    project: Project,
    guard: Guard,
    waveform: OnceLock<Result<Waveform, String>>,
    ear: OnceLock<Ear>,
    /// How far the waveform is, of how much.
    heard: Mutex<(u64, u64)>,
}

/// Listens on a free port of this machine.
///
/// # Errors
/// [`ReviewError::Server`].
pub fn bind(project: Project) -> Result<Server, ReviewError> {
    let failed = ReviewError::Server;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(failed)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = runtime.block_on(TcpListener::bind(address)).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let guard = Guard::new(port).map_err(|error| failed(io::Error::other(error.to_string())))?;
    let site =
        Arc::new(Site { project, guard, waveform: OnceLock::new(), ear: OnceLock::new(), heard: Mutex::default() });
    Ok(Server { listener, site, runtime, port })
}

impl Server {
    /// The address to open in a browser. Whoever has it may edit.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.site.guard.token())
    }

    /// Answers until the process ends; the waveform is worked out meanwhile.
    pub fn run(self) {
        let Server { listener, site, runtime, .. } = self;
        let listening = site.clone();
        std::thread::spawn(move || listening.listen());
        runtime.block_on(accept(listener, routes(site)));
    }
}

async fn accept(listener: TcpListener, routes: Router) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        // Only closing the semaphore is an error, which nobody does.
        let Ok(place) = room.clone().acquire_owned().await else { return };
        // A connection that is gone before it is taken, or too many open files, concern one client.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = TowerToHyperService::new(routes.clone());
        tokio::spawn(async move {
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
            // What went wrong on the way to a client only the client can tell.
            let _ = http.serve_connection(TokioIo::new(stream), service).await;
            drop(place);
        });
    }
}

fn routes(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/page.js", get(|| asset("text/javascript; charset=utf-8", include_bytes!("page/page.js"))))
        .route("/page.css", get(|| asset("text/css; charset=utf-8", include_bytes!("page/page.css"))))
        .route("/project", get(project))
        .route("/news", get(news))
        .route("/waveform", get(waveform_state))
        .route("/peaks", get(peaks))
        .route("/media", get(media))
        .route("/edit", post(edit))
        .route("/undo", post(|site, seen| act(site, seen, |site, _| site.project.undo())))
        .route("/redo", post(|site, seen| act(site, seen, |site, _| site.project.redo())))
        .route("/save", post(save))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn_with_state(site.clone(), admit))
        .with_state(site)
}

/// Lets in who may, waits for a body no longer than it ought to take, and says what browsers are to refuse.
async fn admit(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let mut response = match site.refusal(&request) {
        Some(refusal) => refusal.into_response(),
        None if request.method() == Method::POST => {
            let late = (StatusCode::REQUEST_TIMEOUT, "the request took too long");
            timeout(PATIENCE, next.run(request)).await.unwrap_or_else(|_| late.into_response())
        }
        None => next.run(request).await,
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[derive(Deserialize)]
struct Key {
    token: Option<String>,
}

impl Site {
    fn refusal(&self, request: &Request) -> Option<(StatusCode, &'static str)> {
        if let Err(refusal) = self.guard.admits(request.method(), request.headers()) {
            return Some(refusal);
        }
        let key = Query::<Key>::try_from_uri(request.uri());
        let opens = request.uri().path() == "/"
            && key.is_ok_and(|Query(key)| key.token.is_some_and(|token| self.guard.knows(&token)));
        let admitted = opens || self.guard.has_cookie(request.headers());
        (!admitted).then_some((StatusCode::FORBIDDEN, "open the address that zimu printed"))
    }

    /// Listens to the recording, and keeps what was heard for edits. The waveform is shown at once where it is known, else
    /// when it was heard; or why there is none.
    fn listen(&self) {
        let project = &self.project;
        let Some(path) = project.media() else {
            let gone = "the recording is not where the timeline says; --media tells where it is";
            let _ = self.waveform.set(Err(gone.into()));
            return;
        };
        let kept = waveform::kept_in(&project.own_folder());
        let known = Waveform::kept(path, project.offset(), &kept).map(|known| self.waveform.set(Ok(known)));
        let request = Wanted { offset: project.offset(), ..Wanted::default() };
        let mut peaks = PeaksBuilder::finest();
        let (decoded, heard, measured) = listen_and_measure(|sink| {
            media::decode(path, &request, &Heard(&self.heard), &mut |block| {
                peaks.push(block);
                sink(block);
            })
        });
        if let Err(fault) = decoded {
            let _ = self.waveform.set(Err(fault.to_string()));
            return;
        }
        if known.is_none() {
            let waveform = Waveform::of(path, project.offset(), &peaks.finish(), &heard.map, measured.loudness);
            waveform.keep(&kept);
            let _ = self.waveform.set(Ok(waveform));
        }
        let _ = self.ear.set(Ear::of(heard.cepstra));
    }
}

/// Keeps how far the waveform is, for whoever asks.
struct Heard<'a>(&'a Mutex<(u64, u64)>);

impl Heard<'_> {
    fn set(&self, change: impl FnOnce(&mut (u64, u64))) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Progress for Heard<'_> {
    fn begin(&self, _stage: &str, total: u64) {
        self.set(|heard| *heard = (0, total));
    }

    fn reach(&self, done: u64) {
        self.set(|heard| heard.0 = done);
    }

    fn end(&self) {}

    fn warn(&self, _message: &str) {}
}

/// The page; whoever brings the token gets it as a cookie first, so that it stands in no address.
async fn index(State(site): State<Arc<Site>>, Query(key): Query<Key>) -> Response {
    if key.token.is_some() {
        let cookie = HeaderValue::from_str(&site.guard.cookie());
        let mut response = Redirect::to("/").into_response();
        cookie.into_iter().for_each(|cookie| _ = response.headers_mut().insert(header::SET_COOKIE, cookie));
        return response;
    }
    asset("text/html; charset=utf-8", include_bytes!("page/index.html")).await
}

async fn asset(kind: &'static str, bytes: &'static [u8]) -> Response {
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}

fn json(text: serde_json::Result<Vec<u8>>) -> Response {
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(fault) => (StatusCode::INTERNAL_SERVER_ERROR, fault.to_string()).into_response(),
    }
}

async fn project(State(site): State<Arc<Site>>) -> Response {
    json(site.project.view())
}

/// How many acts the page has seen.
#[derive(Deserialize)]
struct Seen {
    #[serde(default)]
    after: u64,
}

/// What is new after so many acts, once there is something, or nobody did anything for a while.
async fn news(State(site): State<Arc<Site>>, Query(Seen { after }): Query<Seen>) -> Response {
    let mut acts = site.project.watch();
    if *acts.borrow_and_update() <= after {
        let _ = timeout(NEWS, acts.changed()).await;
    }
    json(site.project.news(after))
}

async fn waveform_state(State(site): State<Arc<Site>>) -> Response {
    let state = match site.waveform.get() {
        None => {
            let (done, total) = *site.heard.lock().unwrap_or_else(PoisonError::into_inner);
            serde_json::json!({ "done": done, "total": total })
        }
        Some(Err(fault)) => serde_json::json!({ "fault": fault }),
        Some(Ok(waveform)) => {
            serde_json::json!({ "zooms": ZOOMS, "map": waveform.map })
        }
    };
    Json(state).into_response()
}

#[derive(Deserialize)]
struct Zoom {
    zoom: u32,
}

async fn peaks(State(site): State<Arc<Site>>, Query(Zoom { zoom }): Query<Zoom>) -> Response {
    let waveform = site.waveform.get().and_then(|waveform| waveform.as_ref().ok());
    match waveform.and_then(|waveform| waveform.peaks(zoom)) {
        Some(peaks) => ([(header::CONTENT_TYPE, "application/octet-stream")], peaks).into_response(),
        None => (StatusCode::NOT_FOUND, "no such zoom, or not yet").into_response(),
    }
}

/// The recording, or the part of it that is asked for.
async fn media(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some(path) = site.project.media() else {
        return (StatusCode::NOT_FOUND, "the recording is not there").into_response();
    };
    match served(path, request).await {
        Ok(response) => response,
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn served(path: &Path, request: Request) -> io::Result<Response> {
    Ok(ServeFile::new(path).try_call(request).await?.map(Body::new))
}

/// Edits come as bytes, so that what is no edit is told in words of our own.
async fn edit(site: State<Arc<Site>>, seen: Query<Seen>, body: Bytes) -> Response {
    match serde_json::from_slice::<Edit>(&body) {
        Ok(edit) => act(site, seen, move |site, after| site.project.edit(&edit, after, site.ear.get())).await,
        Err(fault) => (StatusCode::BAD_REQUEST, format!("no edit: {fault}")).into_response(),
    }
}

/// Does it on a thread that may wait for the disk, and tells what is new then.
async fn act(
    State(site): State<Arc<Site>>,
    Query(Seen { after }): Query<Seen>,
    act: impl FnOnce(&Site, u64) -> Result<(), ReviewError> + Send + 'static,
) -> Response {
    at_the_desk(move || act(&site, after).map(|()| site.project.news(after))).await
}

#[derive(Deserialize)]
struct Over {
    #[serde(default)]
    over: bool,
}

async fn save(site: State<Arc<Site>>, seen: Query<Seen>, Query(Over { over }): Query<Over>) -> Response {
    let waveform = |site: &Site| site.waveform.get().and_then(|waveform| waveform.as_ref().ok()).cloned();
    act(site, seen, move |site, _| site.project.save(over, waveform(site).as_ref())).await
}

async fn at_the_desk(
    work: impl FnOnce() -> Result<serde_json::Result<Vec<u8>>, ReviewError> + Send + 'static,
) -> Response {
    let done = tokio::task::spawn_blocking(work).await;
    match done {
        Ok(Ok(text)) => json(text),
        Ok(Err(fault)) => (status_of(&fault), fault.to_string()).into_response(),
        Err(fault) => (StatusCode::INTERNAL_SERVER_ERROR, fault.to_string()).into_response(),
    }
}

fn status_of(fault: &ReviewError) -> StatusCode {
    match fault {
        ReviewError::Changed { .. } => StatusCode::CONFLICT,
        ReviewError::Stale => StatusCode::PRECONDITION_FAILED,
        ReviewError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
