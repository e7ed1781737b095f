//! Claims about the pages for people who sign in: as HTTP answers, and in a real browser.

mod account;
mod cases;
mod chrome;
mod console;
mod desk;
mod forms;
mod hostile;
mod looks;
mod outside;
mod proof;
mod rooms;

use axum::body::Body;
use axum::http::Request;
use bonafide::domain::UserId;
use bonafide::service::people::NewUser;
use fantoccini::key::Key;
use totp_rs::{Builder, Secret, Totp};

use crate::support::{Answer, TestApp, author};
use chrome::Chrome;

const PASSWORD: &str = "seven wet horses in a row";

fn totp_of(base32: &str) -> Totp {
    let secret = Secret::try_from_base32(base32).unwrap();
    Builder::new().with_secret(secret).build().unwrap()
}

fn code_now(app: &TestApp, totp: &Totp) -> String {
    let now = app.services.world.now().as_second();
    totp.generate(u64::try_from(now).unwrap()).to_string()
}

/// Makes an account of a role with [`PASSWORD`].
async fn person(app: &TestApp, email: &str, name: &str, role: &str) -> UserId {
    let new = NewUser {
        email: email.to_owned(),
        name: name.to_owned(),
        role: role.to_owned(),
        organisation: None,
        password: Some(PASSWORD.to_owned()),
    };
    app.services.people.create(new, &author()).await.unwrap().id
}

/// A browser in which somebody of a role is signed in, with a second factor, at a page.
async fn at_work(app: TestApp, role: &str, path: &str) -> Chrome {
    person(&app, "ann@example.com", "Ann Miller", role).await;
    let chrome = Chrome::before(app).await;
    chrome.open(path).await;
    chrome.fill("#email", "ann@example.com").await;
    chrome.fill("#password", PASSWORD).await;
    chrome.press(&Key::Enter).await;
    if role != "business" {
        enrol(&chrome).await;
    }
    chrome
}

/// Sets the second factor up, and goes on to where the person wanted to go.
async fn enrol(chrome: &Chrome) -> Totp {
    chrome.says("Set it up in a minute").await;
    chrome
        .click("form[action='/account/second-factor/start'] button")
        .await;
    chrome.click("details summary").await;
    let secret = chrome.find("code.secret").await.text().await.unwrap();
    let totp = totp_of(&secret);
    chrome.fill("#code", &code_now(&chrome.app, &totp)).await;
    chrome.press(&Key::Enter).await;
    chrome.says("Keep your recovery codes").await;
    chrome.click(".row a.button.main").await;
    totp
}

/// Somebody who is signed in and sends forms without a browser.
struct Visitor {
    cookie: String,
    csrf: String,
}

impl Visitor {
    /// Signs somebody in by the API, with a second factor where the role needs one.
    async fn of(app: &TestApp, email: &str, role: &str) -> Self {
        person(app, email, "Test Person", role).await;
        Self::signed_in(app, email, role).await
    }

    /// Signs somebody in whose account there is.
    async fn signed_in(app: &TestApp, email: &str, role: &str) -> Self {
        let typed = serde_json::json!({"email": email, "password": PASSWORD});
        let answer = app.post("/v1/session", &typed).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let cookie = answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let csrf = answer.json()["csrf_token"].as_str().unwrap().to_owned();
        let visitor = Self { cookie, csrf };
        if role != "business" {
            let made = visitor.api(app, "/v1/me/totp", "{}").await;
            let totp = totp_of(made.json()["secret"].as_str().unwrap());
            let code = serde_json::json!({"code": code_now(app, &totp)}).to_string();
            let confirmed = visitor.api(app, "/v1/me/totp/confirm", &code).await;
            assert_eq!(confirmed.status, 200, "{}", confirmed.text());
        }
        visitor
    }

    async fn api(&self, app: &TestApp, path: &str, body: &str) -> Answer {
        let request = Request::post(path)
            .header("cookie", &self.cookie)
            .header("x-csrf-token", &self.csrf)
            .header("content-type", "application/json");
        app.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    /// Looks at a page.
    async fn get(&self, app: &TestApp, path: &str) -> Answer {
        let request = Request::get(path)
            .header("cookie", &self.cookie)
            .header("accept", "text/html");
        app.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form, with the token that its page has.
    async fn post(&self, app: &TestApp, path: &str, fields: &str) -> Answer {
        let fields = format!("csrf_token={}&{fields}", self.csrf);
        self.post_as(app, path, &fields, &[]).await
    }

    /// Sends a form just as given.
    async fn post_as(
        &self,
        app: &TestApp,
        path: &str,
        fields: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::post(path)
            .header("cookie", &self.cookie)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.send(request.body(Body::from(fields.to_owned())).unwrap())
            .await
    }
}
