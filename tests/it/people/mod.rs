//! Claims about people: signing in, second factors, sessions, roles.

mod cli;
mod csrf;
mod lockout;
mod oidc;
mod own_account;
mod permissions;
mod provider;
mod secrets;
mod sessions;
mod sign_in;
mod users;

use axum::body::Body;
use axum::http::Request;
use bonafide::domain::UserId;
use bonafide::service::people::NewUser;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use crate::support::{Answer, TestApp, author};

const PASSWORD: &str = "seven wet horses in a row";

/// A browser in which somebody may be signed in.
#[derive(Clone, Default)]
pub(crate) struct Browser {
    cookie: String,
    csrf: String,
    headers: Vec<(&'static str, String)>,
}

impl Browser {
    /// A browser that calls itself something.
    fn named(user_agent: &str) -> Self {
        Self {
            headers: vec![("user-agent", user_agent.to_owned())],
            ..Self::default()
        }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    async fn send(&self, app: &TestApp, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !self.cookie.is_empty() {
            request = request.header("cookie", &self.cookie);
        }
        if !self.csrf.is_empty() && method != "GET" {
            request = request.header("x-csrf-token", &self.csrf);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = match body {
            None => Body::empty(),
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
        };
        app.send(request.body(body).unwrap()).await
    }

    async fn get(&self, app: &TestApp, path: &str) -> Answer {
        self.send(app, "GET", path, None).await
    }

    pub(crate) async fn post(&self, app: &TestApp, path: &str, body: &Value) -> Answer {
        self.send(app, "POST", path, Some(body)).await
    }

    /// Signs in, and keeps the cookie where it succeeds.
    async fn sign_in(&mut self, app: &TestApp, email: &str, code: Option<&str>) -> Answer {
        self.sign_in_by(app, email, PASSWORD, code).await
    }

    async fn sign_in_by(
        &mut self,
        app: &TestApp,
        email: &str,
        password: &str,
        code: Option<&str>,
    ) -> Answer {
        let mut typed = json!({"email": email, "password": password});
        if let Some(code) = code {
            typed["code"] = json!(code);
        }
        let answer = self.post(app, "/v1/session", &typed).await;
        if answer.status == 200 {
            self.take(&answer);
            answer.json()["csrf_token"]
                .as_str()
                .unwrap()
                .clone_into(&mut self.csrf);
        }
        answer
    }

    /// Keeps the cookies that an answer sets.
    fn take(&mut self, answer: &Answer) {
        let set = answer.headers.get_all("set-cookie").iter();
        let pairs = set.map(|c| c.to_str().unwrap().split(';').next().unwrap());
        self.cookie = pairs.collect::<Vec<_>>().join("; ");
    }

    /// Sets TOTP up; gives the secret as an app keeps it, and the recovery codes.
    async fn enrol(&self, app: &TestApp) -> (Totp, Vec<String>) {
        let made = self.send(app, "POST", "/v1/me/totp", None).await;
        assert_eq!(made.status, 200, "{}", made.text());
        let totp = totp_of(made.json()["secret"].as_str().unwrap());
        let code = code_now(app, &totp);
        let confirmed = self
            .post(app, "/v1/me/totp/confirm", &json!({"code": code}))
            .await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.text());
        let codes = serde_json::from_value(confirmed.json()["recovery_codes"].clone()).unwrap();
        (totp, codes)
    }
}

fn totp_of(base32: &str) -> Totp {
    let secret = Secret::try_from_base32(base32).unwrap();
    Builder::new().with_secret(secret).build().unwrap()
}

fn code_now(app: &TestApp, totp: &Totp) -> String {
    let now = app.services.world.now().as_second();
    totp.generate(u64::try_from(now).unwrap()).to_string()
}

/// Makes an account of a role with [`PASSWORD`].
async fn person(app: &TestApp, email: &str, role: &str) -> UserId {
    let new = NewUser {
        email: email.to_owned(),
        name: "Test Person".to_owned(),
        role: role.to_owned(),
        organisation: None,
        password: Some(PASSWORD.to_owned()),
    };
    app.services.people.create(new, &author()).await.unwrap().id
}

/// Somebody of a role who is signed in, with a second factor.
pub(crate) async fn signed_in(app: &TestApp, email: &str, role: &str) -> (Browser, Totp) {
    person(app, email, role).await;
    let mut browser = Browser::named("Firefox 1");
    let answer = browser.sign_in(app, email, None).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let (totp, _) = browser.enrol(app).await;
    (browser, totp)
}

/// Lets the next TOTP code be another one.
fn next_step(app: &TestApp) {
    app.clock.advance(jiff::SignedDuration::from_secs(30));
}
