//! A PostgreSQL server of our own: started when the first test asks for one, stopped when this process ends.
//!
//! The server's programs are looked for in `PGBIN`, then where Debian puts them, then where `pg_config` says. They
//! refuse to run as root, so that root starts them as another user. A shell waits at the other end of a pipe that only
//! this process holds: when it closes, by the end of the tests, a panic or a kill, the server is stopped and its
//! directory removed.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tokio::sync::OnceCell;

const ROLE: &str = "bonafide";
/// Unprivileged users that a system has, the best first.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// A running server with a data directory of its own.
pub struct Cluster {
    bin: PathBuf,
    dir: PathBuf,
    user: Option<(u32, u32)>,
    guard: Child,
    guarded: Option<ChildStdin>,
    databases: AtomicU32,
}

/// The server that tests share; none, said on standard error, where it is not installed and nobody insists.
pub async fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceCell<Option<Cluster>> = OnceCell::const_new();
    let cluster = SHARED.get_or_init(|| async {
        let cluster = Cluster::start()?;
        let database = cluster.url("template");
        cluster.sql("CREATE DATABASE template").await;
        let world = super::world(0);
        let store = bonafide::app::open_store(&database, &world).await;
        store.expect("the template is migrated").close().await;
        Some(cluster)
    });
    cluster.await.as_ref()
}

impl Cluster {
    /// Makes and starts a server; none where it is not installed and nobody insists.
    pub fn start() -> Option<Self> {
        let Some(bin) = binaries() else {
            let missing = "PostgreSQL is not installed: no initdb in PGBIN, /usr/lib/postgresql/*/bin or `pg_config --bindir`";
            assert!(std::env::var_os("CI").is_none(), "{missing}");
            eprintln!("skipped: {missing}");
            return None;
        };
        let dir = tempfile::Builder::new()
            .prefix("bf")
            .tempdir()
            .unwrap()
            .keep();
        let user = unprivileged(&dir);
        if let Some((uid, gid)) = user {
            chown(&dir, Some(uid), Some(gid)).unwrap();
        }
        let (guard, guarded) = guard(&bin, &dir, user);
        let cluster = Self {
            bin,
            dir,
            user,
            guard,
            guarded: Some(guarded),
            databases: AtomicU32::new(0),
        };
        cluster.run(
            "initdb",
            &[
                "-A",
                "trust",
                "--no-sync",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-U",
                ROLE,
                "-D",
                "data",
            ],
        );
        // Of a setting that is given twice, the later counts.
        let settings = cluster.dir.join("data/postgresql.conf");
        let given = fs::read_to_string(&settings).unwrap();
        let dir = cluster.dir.display();
        let ours = format!(
            "listen_addresses = ''\nunix_socket_directories = '{dir}'\nfsync = off\nmax_connections = 400\n"
        );
        fs::write(&settings, format!("{given}\n{ours}")).unwrap();
        cluster.up();
        Some(cluster)
    }

    /// Starts the server where it has been stopped.
    pub fn up(&self) {
        self.run("pg_ctl", &["-D", "data", "-l", "log", "-w", "start"]);
    }

    /// Stops the server as a crash does.
    pub fn down(&self) {
        self.run("pg_ctl", &["-D", "data", "-m", "immediate", "-w", "stop"]);
    }

    /// Starts the server, which has been stopped, as a standby that takes over at once: a fail-over of one.
    pub fn come_up_as_standby_and_promote(&self) {
        fs::write(self.dir.join("data/standby.signal"), "").unwrap();
        self.up();
        self.run("pg_ctl", &["-D", "data", "-w", "promote"]);
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://{ROLE}@localhost/{database}?host={}",
            self.dir.display()
        )
    }

    /// Does something as its owner, outside every database of the tests.
    pub async fn sql(&self, statement: &str) {
        self.sql_in("postgres", statement).await;
    }

    /// Does something as the owner of a database.
    pub async fn sql_in(&self, database: &str, statement: &str) {
        let options: sqlx::postgres::PgConnectOptions = self.url(database).parse().unwrap();
        let mut connection = options.connect().await.unwrap();
        let statement = AssertSqlSafe(statement.to_owned());
        sqlx::raw_sql(statement)
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }

    /// A new database, empty but for the schema; gives its name.
    pub async fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql(&format!("CREATE DATABASE {name} TEMPLATE template"))
            .await;
        name
    }

    fn run(&self, program: &str, args: &[&str]) {
        let output = File::create(self.dir.join("said")).unwrap();
        let status = as_user(&self.bin.join(program), self.user)
            .args(args)
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            // Not a pipe: the server inherits it and would keep it open.
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .status()
            .unwrap();
        let told = |name| fs::read_to_string(self.dir.join(name)).unwrap_or_default();
        assert!(
            status.success(),
            "{program}: {}{}",
            told("said"),
            told("log")
        );
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guarded.take());
        let _ = self.guard.wait();
    }
}

/// A command in a process group of its own, so that Ctrl-C reaches the guard's end of the pipe and not the server.
fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.process_group(0);
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

fn guard(bin: &Path, dir: &Path, user: Option<(u32, u32)>) -> (Child, ChildStdin) {
    let script = r#"cat; "$1/pg_ctl" -D "$2/data" -m immediate -w stop; cd /; rm -rf "$2""#;
    let mut guard = as_user(Path::new("/bin/sh"), user)
        .args(["-c", script, "guard"])
        .args([bin, dir])
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let guarded = guard.stdin.take().unwrap();
    (guard, guarded)
}

/// Who runs the server: ourselves, or another user and group when we are root, who owns what we make.
fn unprivileged(ours: &Path) -> Option<(u32, u32)> {
    if fs::metadata(ours).unwrap().uid() != 0 {
        return None;
    }
    let known = fs::read_to_string("/etc/passwd").unwrap();
    let found = USERS.iter().find_map(|user| {
        let line = known.lines().find(|l| l.split(':').next() == Some(user))?;
        let mut ids = line.split(':').skip(2).map(|id| id.parse().ok());
        Some((ids.next()??, ids.next()??))
    });
    Some(found.expect("a user other than root exists, under which PostgreSQL runs"))
}

fn binaries() -> Option<PathBuf> {
    let named = std::env::var_os("PGBIN").map(PathBuf::from);
    let debian = fs::read_dir("/usr/lib/postgresql")
        .ok()
        .into_iter()
        .flatten();
    let mut debian: Vec<PathBuf> = debian.map(|e| e.unwrap().path().join("bin")).collect();
    debian.sort_by_key(|bin| {
        let version = bin
            .parent()
            .and_then(|v| v.file_name()?.to_str()?.parse::<u32>().ok());
        std::cmp::Reverse(version)
    });
    let told = Command::new("pg_config").arg("--bindir").output().ok();
    let told = told.map(|o| PathBuf::from(String::from_utf8_lossy(&o.stdout).trim()));
    let mut places = named.into_iter().chain(debian).chain(told);
    places.find(|bin| bin.join("initdb").exists())
}
