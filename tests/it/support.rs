//! A real app in this process, on a temporary database, with a clock and randomness of its own.

mod database;
pub mod postgres;
pub mod servers;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use bonafide::config::Settings;
use bonafide::domain::{Act, ActId, Actor};
use bonafide::http::{HttpState, router};
use bonafide::service::Services;
use bonafide::service::access::{KeyTerms, NewKey, Scope};
use bonafide::service::author::Author;
use bonafide::service::world::{Clock, Entropy, World};
use bonafide::store::Store;
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

pub use database::TestDatabase;
pub(crate) use database::on_every_engine;

/// A clock that stands until it is moved.
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn advance(&self, by: SignedDuration) {
        self.0
            .fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// Different bytes at each call, the same in each run. The first app and the second of one test differ by seed.
struct TestEntropy(AtomicU64);

impl Entropy for TestEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let n = self.0.fetch_add(1, Ordering::Relaxed);
            let hash = bonafide_hash(n);
            chunk.copy_from_slice(&hash[..chunk.len()]);
        }
    }
}

fn bonafide_hash(n: u64) -> [u8; 32] {
    *blake3::hash(&n.to_le_bytes()).as_bytes()
}

/// A world whose clock stands and whose randomness is the same in each run.
pub fn world(seed: u64) -> World {
    world_and_clock(seed).0
}

fn world_and_clock(seed: u64) -> (World, Arc<TestClock>) {
    let start: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
    let clock = Arc::new(TestClock(AtomicI64::new(start.as_microsecond())));
    let entropy = Arc::new(TestEntropy(AtomicU64::new(seed)));
    let world = World::new(Arc::clone(&clock) as Arc<dyn Clock>, entropy);
    (world, clock)
}

#[derive(Clone)]
pub struct TestApp {
    pub router: Router,
    pub services: Services,
    pub store: Arc<dyn Store>,
    pub clock: Arc<TestClock>,
    pub settings: Settings,
    pub url: String,
    database: TestDatabase,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// Asserts that this is a problem of a status and code, whole, and gives it.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        for field in ["type", "title", "detail"] {
            assert!(
                problem[field].as_str().is_some_and(|t| !t.is_empty()),
                "{field} of {problem}"
            );
        }
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        problem
    }
}

impl TestApp {
    pub async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        Self::open(TestDatabase::sqlite(), settings, 0).await
    }

    /// An app on a database of either engine.
    pub async fn on(database: &TestDatabase) -> Self {
        Self::open(database.clone(), Settings::default(), 0).await
    }

    /// Another process on the same database, as far as anything here can tell.
    pub async fn sibling(&self) -> Self {
        Self::open(self.database.clone(), self.settings.clone(), 1 << 32).await
    }

    async fn open(database: TestDatabase, settings: Settings, seed: u64) -> Self {
        let settings = Settings {
            database: database.url.as_str().into(),
            ..settings
        };
        let (world, clock) = world_and_clock(seed);
        let store = bonafide::app::open_store(&database.url, &world)
            .await
            .unwrap();
        let client = bonafide::app::client(&settings).unwrap();
        let outside = bonafide::app::providers(&settings, &client).unwrap();
        let services = bonafide::app::start(Arc::clone(&store), world, &settings, &client, outside)
            .await
            .unwrap();
        let state = HttpState::new(
            services.clone(),
            bonafide::telemetry::start_metrics(),
            Duration::from_secs(settings.request_timeout_seconds.into()),
            bonafide::app::site(&settings),
        );
        Self {
            router: router(state, &settings.cors_origins),
            services,
            store,
            clock,
            settings,
            url: database.url.clone(),
            database,
        }
    }

    /// Makes a key and gives its token.
    pub async fn key(&self, scopes: &[Scope]) -> String {
        self.key_of(terms(scopes)).await.token
    }

    /// Makes a key of given terms.
    pub async fn key_of(&self, terms: KeyTerms) -> NewKey {
        let made = self.services.access.create(terms, &author()).await;
        made.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Posts JSON without a key.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(json("POST", path, "", body)).await
    }

    /// Sends JSON with a key.
    pub async fn with_key(&self, method: &str, path: &str, key: &str, body: &Value) -> Answer {
        self.send(json(method, path, key, body)).await
    }

    /// Registers a business and gives it.
    pub async fn register(&self, key: &str, profile: &Value) -> Value {
        let answer = self.with_key("POST", "/v1/businesses", key, profile).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }
}

/// The terms of a plain key.
pub fn terms(scopes: &[Scope]) -> KeyTerms {
    KeyTerms {
        name: "test".to_owned(),
        scopes: scopes.to_vec(),
        ..KeyTerms::default()
    }
}

/// Somebody who may write everything.
pub fn author() -> Author {
    Author::command("test")
}

/// An act of that author.
pub fn act_at(at: Timestamp) -> Act {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Act {
        id: ActId::new(Uuid::from_u128(NEXT.fetch_add(1, Ordering::Relaxed).into())),
        at,
        actor: Actor::Command("test"),
        action: "test",
        subject: None,
        reason: None,
        request_id: None,
        run: None,
        before: None,
        after: None,
    }
}

/// A request with a JSON body; no key when it is empty.
pub fn json(method: &str, path: &str, key: &str, body: &Value) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json");
    if !key.is_empty() {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    request.body(Body::from(body.to_string())).unwrap()
}
