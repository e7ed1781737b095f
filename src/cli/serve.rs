//! `bonafide serve`: the API, its documentation and the public page on one port.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::serve::ListenerExt;
use clap::Args;
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use tokio::net::TcpListener;

use super::{CliError, Common, DatabaseFlag};
use crate::config::Settings;
use crate::http::{HttpState, router};
use crate::service::Services;
use crate::service::registry::Registry;
use crate::{app, telemetry};

/// How long requests that are under way may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How often recorded durations are summed up.
const UPKEEP: Duration = Duration::from_secs(5);

const EXAMPLES: &str = "\
Examples:
  bonafide serve --sample-data
      try it out: a page on http://127.0.0.1:8080/, the API's documentation on http://127.0.0.1:8080/docs/
  bonafide serve --database sqlite:///var/lib/bonafide/bonafide.db --listen 127.0.0.1:8081
      behind a reverse proxy on the same machine, with the businesses of `bonafide import`
  bonafide key create --name shop --scope check && bonafide serve --listen 0.0.0.0:8080
      for other machines, which send the key as `Authorization: Bearer bf_live_…`
  BONAFIDE_MAX_CHECKS=200 bonafide serve --config bonafide.toml
      every flag can be a variable or a line of a file as well: max_checks = 200

It runs until SIGTERM or Ctrl-C, then lets requests under way end for 10 seconds. /healthz says that it lives, /readyz \
that it can answer, /metrics what it did. Other settings, by variable or file only: BONAFIDE_LOG_FILTER (info), \
BONAFIDE_KEEP_CHECKS_DAYS (30), BONAFIDE_OPENS_CASES (likely_impostor: the kept checks that open a case; never, suspicious), \
BONAFIDE_PUBLIC_REQUESTS_PER_MINUTE (60 reports and appeals of each client address without a key), BONAFIDE_PRIOR (0.01), BONAFIDE_REQUEST_TIMEOUT_SECONDS (30), BONAFIDE_INDEX_FILE (where the \
index is kept for a quick start; beside a SQLite database).

People who sign in: BONAFIDE_PUBLIC_URL (where they reach this server, such as https://bonafide.example.com; needed where \
it is not the address above), BONAFIDE_PROXIES (0: reverse proxies before it, which add to X-Forwarded-For), \
BONAFIDE_REQUIRE_TOTP (true: reviewers, leads and admins need a second factor), BONAFIDE_SIGN_INS_PER_MINUTE (30 for each client \
address; 0 is without end). By an OpenID provider too: BONAFIDE_OIDC_ISSUER, BONAFIDE_OIDC_CLIENT_ID, \
BONAFIDE_OIDC_CLIENT_SECRET, BONAFIDE_OIDC_CREATE_USERS (false: whoever it sends without an account gets one of the role business); \
it sends people back to /auth/oidc/callback.

Proofs and badges, in the file only: [badges.verified] and [badges.official] say which claims earn which badge (needs, one_of, \
approvals, fresh_days), [proof] how long proofs hold and how often they are looked for again (domain_days, phone_days …, \
recheck_hours, grace_hours, remind_days, looks_at_once); see the README.

Calls out, by variable or file only, secrets never by flag: BONAFIDE_SMTP_SERVER (HOST or HOST:PORT), BONAFIDE_SMTP_TLS (starttls, \
implicit or none), BONAFIDE_SMTP_USER, BONAFIDE_SMTP_PASSWORD, BONAFIDE_MAIL_FROM; BONAFIDE_SMS_WEBHOOK_URL and \
BONAFIDE_SMS_WEBHOOK_SECRET (whsec_…: text messages go there as signed JSON); BONAFIDE_WHATSAPP_SENDER (a phone number id), \
BONAFIDE_WHATSAPP_SENDER_TOKEN and BONAFIDE_WHATSAPP_TEMPLATE (bonafide_code: codes by WhatsApp); BONAFIDE_WHATSAPP_APP_SECRET and \
BONAFIDE_WHATSAPP_VERIFY_TOKEN (its webhook events); BONAFIDE_GRAPH_URL, BONAFIDE_GLEIF_URL (where these are); BONAFIDE_CODES_TO_LOG \
(false: codes and e-mail that nobody is set up to send are written to the log, to try it out); BONAFIDE_DNS_SERVER (ADDRESS:PORT; those \
of this machine), BONAFIDE_OUTGOING_ROOT_CERTIFICATES (a PEM file, trusted besides), BONAFIDE_OUTGOING_PORTS ([8443]: besides 443 and \
80, at sites that others name), BONAFIDE_OUTGOING_LOOPBACK_PORTS ([443:8443]: for tests).";

/// Flags of `serve`.
#[derive(Debug, Args, Serialize)]
#[command(after_long_help = EXAMPLES)]
pub struct ServeArgs {
    /// Where to listen [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    #[serde(flatten)]
    database: DatabaseFlag,
    /// Load several thousand well-known businesses first; those that are there already are left alone.
    #[arg(long)]
    #[serde(skip)]
    sample_data: bool,
    /// Let anybody check and read without a key, although others can reach this address.
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allow_anonymous: bool,
    /// A web origin that may call the API from a browser, such as https://app.example.com; can be given more than once.
    #[arg(long = "cors-origin", value_name = "ORIGIN")]
    #[serde(rename = "cors_origins", skip_serializing_if = "Vec::is_empty")]
    cors_origins: Vec<String>,
    /// Requests a minute of a key that has no rate of its own [default: 6000]; 0 is without end. Who asks more is told to
    /// come back in a moment (429, code `rate_limited`, `Retry-After`).
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_per_minute: Option<u32>,
    /// Accounts that may be checked or wait for a free core at once [default: 1000]. Whoever asks beyond that is told
    /// at once to come back in a second (503, code `overloaded`, `Retry-After`), instead of waiting ever longer. A check
    /// of a bare number never waits and is not counted; a batch counts as many as it has items.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_checks: Option<u32>,
}

/// Serves until it is told to stop.
pub async fn run(common: &Common, args: ServeArgs) -> Result<ExitCode, CliError> {
    let started = Instant::now();
    let settings = super::settings(common, &args)?;
    telemetry::start_logs(&settings).map_err(CliError::Usage)?;
    let metrics = telemetry::start_metrics();
    let client = app::client(&settings)?;
    let outside = app::providers(&settings, &client)?;
    let stop = stop_signals()?;
    // The port first: whoever starts a second server by mistake learns it before the database is touched.
    let listener = listen(settings.listen).await?;
    let world = app::system_world();
    let store = app::open_store(settings.database.expose(), &world)
        .await
        .map_err(|e| CliError::Failed(format!("{}: {e}", settings.database)))?;
    if args.sample_data {
        // Before the index is built, which is then built once and not changed batch by batch.
        super::sample::load(&Registry::new(Arc::clone(&store), world.clone())).await?;
    }
    let services = app::start(Arc::clone(&store), world, &settings, &client, outside).await?;
    refuse_open_door(&settings, &services).await?;
    let housekeeping =
        tokio::spawn(app::housekeeping(&services, Arc::clone(&store), &settings).run());
    let upkeep = tokio::spawn(keep_up(metrics.clone()));
    let proofs = tokio::spawn(Arc::clone(&services.verification).keep_up());
    let timeout = Duration::from_secs(settings.request_timeout_seconds.into());
    let state = HttpState::new(services.clone(), metrics, timeout, app::site(&settings));
    let address = listener.local_addr().unwrap_or(settings.listen);
    welcome(address, &settings, &services, started.elapsed());
    serve(listener, router(state, &settings.cors_origins), stop).await?;
    housekeeping.abort();
    upkeep.abort();
    proofs.abort();
    if let Err(error) = services.access.flush_uses().await {
        tracing::warn!(%error, "the last counters of the keys were not written");
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Sums up what histograms have recorded, which would otherwise pile up where nobody reads the metrics.
async fn keep_up(metrics: PrometheusHandle) {
    let mut every = tokio::time::interval(UPKEEP);
    loop {
        every.tick().await;
        metrics.run_upkeep();
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|e| {
        CliError::Failed(match e.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "{address} is taken by another program; choose another port with --listen {}:{}",
                address.ip(),
                address.port().checked_add(1).unwrap_or(8080)
            ),
            std::io::ErrorKind::PermissionDenied => format!(
                "listening on {address} is not permitted; ports below 1024 need privileges, choose another with --listen {}:8080",
                address.ip()
            ),
            _ => format!("listening on {address} is not possible: {e}"),
        })
    })
}

/// Others can reach an address that is not loopback: without keys and people they would all be let in, or nobody.
async fn refuse_open_door(settings: &Settings, services: &Services) -> Result<(), CliError> {
    if settings.listen.ip().is_loopback()
        || settings.allow_anonymous
        || services.access.has_active_keys()
        || !services.people.list(None, 1).await?.users.is_empty()
    {
        return Ok(());
    }
    Err(CliError::Usage(format!(
        "others can reach {}, and the database has no API key and nobody who signs in.\n\
         Make one with `bonafide key create --scope check --database {}`,\n\
         or let anybody check and read with --allow-anonymous,\n\
         or listen on 127.0.0.1 only.",
        settings.listen, settings.database
    )))
}

async fn serve(
    listener: TcpListener,
    router: axum::Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), CliError> {
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    // An answer goes out at once, whatever else is on its way.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.await;
        tracing::info!("stopping: no new requests, those under way may end");
        let _ = stopping.send(());
    });
    let grace = async {
        if stopped.await.is_ok() {
            tokio::time::sleep(GRACE).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        served = serving => served.map_err(|e| CliError::Failed(format!("serving failed: {e}"))),
        () = grace => {
            tracing::warn!("some requests did not end in time");
            Ok(())
        }
    }
}

/// The signals to stop, heard from now on: one that comes while the registry is still being loaded counts too.
fn stop_signals() -> Result<impl Future<Output = ()>, CliError> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let hear = |kind| signal(kind).map_err(|e| CliError::failed("signals cannot be heard", e));
        let mut terminate = hear(SignalKind::terminate())?;
        let mut interrupt = hear(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

fn welcome(address: SocketAddr, settings: &Settings, services: &Services, took: Duration) {
    let shown = if address.ip().is_unspecified() {
        SocketAddr::from(([127, 0, 0, 1], address.port()))
    } else {
        address
    };
    let snapshot = services.live.snapshot();
    let key = if settings.listen.ip().is_loopback() || settings.allow_anonymous {
        ""
    } else {
        " -H 'authorization: Bearer bf_live_…'"
    };
    anstream::eprintln!(
        "Bonafide is ready after {:.1} s, with {} businesses of {}.\n\n  \
           Check an account   http://{shown}/\n  \
           API documentation  http://{shown}/docs/\n\n  \
           curl http://{shown}/v1/checks{key} -H 'content-type: application/json' \\\n    \
             -d '{{\"phone\": \"+44 7400 123456\", \"display_name\": \"Amaz0n Customer Support ✅\"}}'\n",
        took.as_secs_f64(),
        snapshot.index.len(),
        settings.database,
    );
}
