//! PostgreSQL's `pg_trgm`, from a cluster that lives as long as the measurement.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::{Answer, Case, Measured, Registered};

/// The kinds of index, in the order of [`answers`].
pub(crate) const INDEXES: [&str; 2] = ["GIN", "GiST"];

/// For each kind of index its statements: the one that makes it, and the search for the best name of every case. Of names above a
/// threshold under GIN, which cannot order; nearest first under GiST, which can.
const STATEMENTS: [(&str, &str); 2] = [
    (
        "CREATE INDEX trigrams ON names USING gin (name gin_trgm_ops);",
        "SET pg_trgm.similarity_threshold = 0.2;
         SELECT c.at, b.id, b.score FROM cases c CROSS JOIN LATERAL (
           SELECT n.id, similarity(n.name, c.name) AS score FROM names n
           WHERE n.name % c.name ORDER BY score DESC LIMIT 1) b;",
    ),
    (
        "CREATE INDEX trigrams ON names USING gist (name gist_trgm_ops(siglen=64));",
        "SELECT c.at, b.id, b.score FROM cases c CROSS JOIN LATERAL (
           SELECT n.id, similarity(n.name, c.name) AS score FROM names n
           ORDER BY n.name <-> c.name LIMIT 1) b;",
    ),
];

/// The answers under each kind of index.
pub(crate) fn answers(names: &[Registered], cases: &[Case]) -> [Measured; 2] {
    let cluster = Cluster::start().and_then(|cluster| {
        fill(&cluster, names, cases)?;
        Ok(cluster)
    });
    STATEMENTS.map(|(index, search)| match &cluster {
        Ok(cluster) => under(cluster, index, search, cases.len()),
        Err(reason) => Err(reason.to_string().into()),
    })
}

fn fill(cluster: &Cluster, names: &[Registered], cases: &[Case]) -> Result<(), Box<dyn Error>> {
    let mut load = String::from(
        "CREATE EXTENSION pg_trgm;\nCREATE TABLE names (id text, name text);\nCOPY names FROM stdin;\n",
    );
    for n in names {
        load.extend([
            copied(&n.external_id).as_str(),
            "\t",
            &copied(&n.name),
            "\n",
        ]);
    }
    load += "\\.\nCREATE TABLE cases (at int, name text);\nCOPY cases FROM stdin;\n";
    for (at, case) in cases.iter().enumerate() {
        load.extend([at.to_string().as_str(), "\t", &copied(&case.name), "\n"]);
    }
    load += "\\.\nANALYZE;\n";
    cluster.run(&load).map(drop)
}

fn under(cluster: &Cluster, index: &str, search: &str, cases: usize) -> Measured {
    cluster.run(&format!(
        "SET client_min_messages = warning;\nDROP INDEX IF EXISTS trigrams;\n{index}\n"
    ))?;
    let started = Instant::now();
    let out = cluster.run(search)?;
    let ms = started.elapsed().as_secs_f64() * 1e3 / cases.max(1) as f64;
    let mut answers: Vec<Answer> = vec![None; cases];
    for line in out.lines() {
        if let [at, id, score] = line.split('\t').collect::<Vec<_>>()[..]
            && let Some(slot) = at.parse().ok().and_then(|at: usize| answers.get_mut(at))
        {
            *slot = Some((id.to_owned(), score.parse()?));
        }
    }
    Ok((answers, ms))
}

/// A value for `COPY`.
fn copied(value: &str) -> String {
    value.replace('\\', "\\\\").replace(['\t', '\n', '\r'], " ")
}

/// A PostgreSQL that nobody else sees: own directory, own socket, no network.
struct Cluster {
    dir: tempfile::TempDir,
    bin: PathBuf,
}

impl Cluster {
    fn start() -> Result<Self, Box<dyn Error>> {
        let bin = std::fs::read_dir("/usr/lib/postgresql")
            .map_err(|_| "PostgreSQL is not installed (Debian: apt-get install postgresql)")?
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .find(|bin| bin.join("initdb").exists())
            .ok_or("PostgreSQL's server programs were not found")?;
        let dir = tempfile::Builder::new().prefix("bfpg").tempdir()?;
        let cluster = Self { dir, bin };
        if is_root() {
            let owner = Command::new("chown")
                .arg("postgres")
                .arg(cluster.dir.path())
                .status()?;
            if !owner.success() {
                return Err(
                    "PostgreSQL refuses to run as root and there is no user postgres".into(),
                );
            }
        }
        cluster.program(
            "initdb",
            &[
                "-A",
                "trust",
                "-U",
                "bench",
                "--no-sync",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-D",
                &cluster.data(),
            ],
        )?;
        let socket = cluster.dir.path().display();
        let options = format!("-c listen_addresses= -c fsync=off -k {socket}");
        cluster.program(
            "pg_ctl",
            &[
                "-D",
                &cluster.data(),
                "-w",
                "-l",
                &format!("{socket}/log"),
                "-o",
                &options,
                "start",
            ],
        )?;
        Ok(cluster)
    }

    fn data(&self) -> String {
        self.dir.path().join("data").display().to_string()
    }

    /// Runs a server program, as the user postgres where this process is root.
    fn program(&self, name: &str, args: &[&str]) -> Result<(), Box<dyn Error>> {
        let program = self.bin.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let status = command
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        status
            .success()
            .then_some(())
            .ok_or_else(|| format!("{name} failed").into())
    }

    /// Runs SQL; rows come back as lines of fields parted by tabs.
    fn run(&self, sql: &str) -> Result<String, Box<dyn Error>> {
        let mut psql = Command::new(self.bin.join("psql"))
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-F",
                "\t",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "bench",
                "-d",
                "postgres",
                "-h",
            ])
            .arg(self.dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut input = psql.stdin.take().ok_or("psql takes no input")?;
        let sql = sql.to_owned();
        let writer = std::thread::spawn(move || input.write_all(sql.as_bytes()));
        let out = psql.wait_with_output()?;
        let _ = writer.join();
        if out.status.success() {
            Ok(String::from_utf8(out.stdout)?)
        } else {
            Err("psql failed".into())
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.program("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]);
    }
}

fn is_root() -> bool {
    std::env::var("USER").is_ok_and(|user| user == "root") || Path::new("/root").read_dir().is_ok()
}
