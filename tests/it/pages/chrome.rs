//! A real browser: headless Chromium, driven by chromedriver, on a server of the app in this process.
//!
//! A shell waits at the other end of a pipe that only this process holds: when it closes, by the end of the test, a panic or a
//! kill, the browser is ended and its directory removed.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::support::TestApp;

const MISSING: &str = "the tests of pages need Debian's packages chromium and chromium-driver, \
    as tests/run installs them: there is no";
/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// axe-core 4.14.1, which knows the rules of accessibility.
const AXE: &str = include_str!("../files/axe.min.js");

/// One chromedriver with a directory of its own.
struct Driver {
    guard: Child,
    guarded: Option<ChildStdin>,
    port: u16,
}

impl Driver {
    fn start(dir: &std::path::Path) -> Self {
        let script = r#"chromedriver --port=0 --log-level=SEVERE >"$1/said" 2>&1 & cat; trap "" TERM; kill -TERM 0; rm -rf "$1""#;
        let mut guard = Command::new("/bin/sh")
            .args(["-c", script, "guard"])
            .arg(dir)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let guarded = guard.stdin.take();
        let mut driver = Self {
            guard,
            guarded,
            port: 0,
        };
        driver.port = driver.announced(dir);
        driver
    }

    /// The port that chromedriver says to listen on.
    fn announced(&self, dir: &std::path::Path) -> u16 {
        for _ in 0..200 {
            if let Ok(said) = File::open(dir.join("said")) {
                let lines = BufReader::new(said).lines().map_while(Result::ok);
                for line in lines {
                    let port = line.strip_prefix("ChromeDriver was started successfully on port ");
                    if let Some(port) = port {
                        return port.trim_end_matches('.').parse().unwrap();
                    }
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("chromedriver {} did not start", self.guard.id());
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.guarded.take());
        let _ = self.guard.wait();
    }
}

/// A browser before an app.
pub struct Chrome {
    pub app: TestApp,
    pub client: Client,
    origin: String,
    _driver: Driver,
}

/// A command of the browser's own protocol.
#[derive(Debug)]
struct Devtools(Value);

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap()))
    }

    fn method_and_body(&self, _: &url::Url) -> (axum::http::Method, Option<String>) {
        (axum::http::Method::POST, Some(self.0.to_string()))
    }
}

impl Chrome {
    /// Serves an app and opens a browser.
    pub async fn before(app: TestApp) -> Self {
        for program in ["chromium", "chromedriver"] {
            let found = Command::new(program).arg("--version").output();
            assert!(
                found.is_ok_and(|o| o.status.success()),
                "{MISSING} {program}"
            );
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let service = app.router.clone();
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let dir = tempfile::Builder::new()
            .prefix("bf")
            .tempdir()
            .unwrap()
            .keep();
        let driver = Driver::start(&dir);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&dir))
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("chromedriver opens chromium");
        Self {
            app,
            client,
            origin,
            _driver: driver,
        }
    }

    async fn devtools(&self, command: &str, params: Value) {
        let command = Devtools(json!({"cmd": command, "params": params}));
        self.client.issue_cmd(command).await.unwrap();
    }

    /// Makes the browser one of a width in CSS pixels, of somebody who likes it light or dark.
    pub async fn looks(&self, width: u32, theme: &str) {
        let height = if width < 600 { 844 } else { 900 };
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
        // Without motion nothing is looked at while it still changes from one theme to the other.
        let media = json!({"features": [
            {"name": "prefers-color-scheme", "value": theme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Opens a page of the app.
    pub async fn open(&self, path: &str) {
        self.client
            .goto(&format!("{}{path}", self.origin))
            .await
            .unwrap();
    }

    /// Where the browser is.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap().to_string();
        url.strip_prefix(&self.origin).unwrap_or(&url).to_owned()
    }

    /// All that the page says.
    pub async fn text(&self) -> String {
        self.find("body").await.text().await.unwrap()
    }

    /// Waits until something is there, and gives it.
    #[track_caller]
    pub fn find<'a>(&'a self, css: &'a str) -> impl Future<Output = Element> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let found = self
                .client
                .wait()
                .at_most(PATIENCE)
                .for_element(Locator::Css(css));
            match found.await {
                Ok(element) => element,
                Err(error) => panic!("{caller}: no {css} at {}: {error}", self.path().await),
            }
        }
    }

    /// Waits until the page says something.
    #[track_caller]
    pub fn says<'a>(&'a self, words: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            for _ in 0..200 {
                // The page may be gone while it is read, since another comes.
                let text = match self.client.find(Locator::Css("body")).await {
                    Ok(body) => body.text().await.unwrap_or_default(),
                    Err(_) => String::new(),
                };
                if text.contains(words) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            panic!(
                "{caller}: {words:?} is not said at {}:\n{}",
                self.path().await,
                self.text().await
            );
        }
    }

    /// Types into a field.
    #[track_caller]
    pub fn fill<'a>(&'a self, css: &'a str, text: &'a str) -> impl Future<Output = ()> + 'a {
        let field = self.find(css);
        async move {
            let field = field.await;
            field.clear().await.unwrap();
            field.send_keys(text).await.unwrap();
        }
    }

    /// Clicks what is found.
    #[track_caller]
    pub fn click<'a>(&'a self, css: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        let element = self.find(css);
        async move {
            let clicked = element.await.click().await;
            assert!(clicked.is_ok(), "{caller}: {css}: {clicked:?}");
        }
    }

    /// Presses keys where the focus is.
    pub async fn press(&self, keys: &str) {
        self.client
            .active_element()
            .await
            .unwrap()
            .send_keys(keys)
            .await
            .unwrap();
    }

    /// Runs a script and gives what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// What axe finds wrong with the page that is open.
    pub async fn violations(&self) -> Vec<String> {
        self.client.execute(AXE, Vec::new()).await.unwrap();
        let script = "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']})
            .then(r => done(r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 300) + ' — ' + n.failureSummary))))
            .catch(e => done(['axe: ' + e]));";
        let found = self.client.execute_async(script, Vec::new()).await.unwrap();
        serde_json::from_value(found).unwrap()
    }

    /// A picture of the whole page.
    pub async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.unwrap()
    }
}

fn capabilities(dir: &std::path::Path) -> Capabilities {
    let profile = format!("--user-data-dir={}", dir.join("profile").display());
    let args = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en-GB",
        "--window-size=1440,900",
        &profile,
    ];
    let options = json!({"args": args, "prefs": {"intl.accept_languages": "en-GB,en"}});
    let mut capabilities = Capabilities::new();
    capabilities.insert("browserName".to_owned(), json!("chrome"));
    capabilities.insert("goog:chromeOptions".to_owned(), options);
    capabilities.insert("timeouts".to_owned(), json!({"script": 60_000}));
    capabilities
}
