//! A database file copied while it is in use, and a copy put in its place.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Row};

use super::schema;
use crate::store::{Failure, Identity, StoreError};

/// Writes the state of this moment to a new file, while others read and write the database.
pub async fn backup(url: &str, file: &Path) -> Result<(), StoreError> {
    let options = options(url)?.read_only(true).create_if_missing(false);
    let mut connection = options.connect().await.map_err(Failure::opening)?;
    let part = Part::beside(file)?;
    sqlx::query("VACUUM INTO $1")
        .bind(path_text(part.path())?)
        .execute(&mut connection)
        .await
        .map_err(Failure::from)?;
    connection.close().await.map_err(Failure::from)?;
    part.put(file, false)
}

/// Puts a backup in the place of a database; one that is there already only when `overwrite` says so, and never one
/// that a process has open. The restored database gets the epoch of `fresh`: what came after the backup is gone, and
/// its change numbers will be given again.
pub async fn restore(
    url: &str,
    file: &Path,
    overwrite: bool,
    fresh: &Identity,
) -> Result<(), StoreError> {
    let target = options(url)?.get_filename().to_owned();
    let there = target.exists();
    if there && !overwrite {
        return Err(StoreError::Conflict(format!(
            "there is a database {} already",
            target.display()
        )));
    }
    let part = Part::beside(&target)?;
    fs::copy(file, part.path()).map_err(|e| cannot(file, &e))?;
    let mut copy = SqliteConnectOptions::new()
        .filename(part.path())
        .create_if_missing(false)
        .connect()
        .await
        .map_err(Failure::opening)?;
    verify(&mut copy).await?;
    schema::migrate(&mut copy).await?;
    sqlx::query("UPDATE meta SET value = $1 WHERE name = 'epoch'")
        .bind(fresh.epoch.as_bytes().as_slice())
        .execute(&mut copy)
        .await
        .map_err(Failure::from)?;
    copy.close().await.map_err(Failure::from)?;
    if there {
        set_aside(&target).await?;
    }
    part.put(&target, overwrite)
}

fn options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    SqliteConnectOptions::from_str(url).map_err(Failure::opening)
}

/// Whether it is whole, and a database of ours that this program understands.
async fn verify(copy: &mut SqliteConnection) -> Result<(), StoreError> {
    let damaged = |why: String| StoreError::Corrupt(format!("the backup cannot be used: {why}"));
    let checked = sqlx::query("PRAGMA integrity_check(1)")
        .fetch_one(&mut *copy)
        .await
        .map_err(Failure::from)?;
    let result: &str = checked.try_get(0).map_err(Failure::from)?;
    if result != "ok" {
        return Err(damaged(result.to_owned()));
    }
    let found = schema::newest_migration(copy)
        .await
        .map_err(|_| damaged("it is no database of this program".to_owned()))?;
    let known = schema::newest_known();
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    match schema::read(copy).await? {
        Some(_) => Ok(()),
        None => Err(damaged("it has no identity".to_owned())),
    }
}

/// Makes sure that nobody has the old database open, and takes its log away: left behind, the log would be played
/// into the new one.
async fn set_aside(target: &Path) -> Result<(), StoreError> {
    let old = SqliteConnectOptions::new()
        .filename(target)
        .create_if_missing(false)
        .locking_mode(sqlx::sqlite::SqliteLockingMode::Exclusive)
        .busy_timeout(std::time::Duration::ZERO)
        .connect()
        .await;
    // What cannot even be opened is what a restore is for.
    if let Ok(mut old) = old {
        let alone = sqlx::raw_sql("BEGIN EXCLUSIVE; COMMIT")
            .execute(&mut old)
            .await;
        let hindered = alone.err().map(|e| Failure::from(e).error);
        let _ = old.close().await;
        if hindered == Some(StoreError::Locked) {
            return Err(StoreError::Locked);
        }
    }
    for log in ["-wal", "-shm"] {
        let mut path = target.as_os_str().to_owned();
        path.push(log);
        match fs::remove_file(PathBuf::from(path)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(cannot(target, &e)),
            _ => {}
        }
    }
    Ok(())
}

/// A file in the making beside the one that it will be, readable by its owner only; gone when it comes to nothing.
struct Part(Option<PathBuf>);

impl Part {
    fn beside(file: &Path) -> Result<Self, StoreError> {
        let mut path = file.as_os_str().to_owned();
        path.push(format!(".part-{}", std::process::id()));
        let path = PathBuf::from(path);
        let mut new = OpenOptions::new();
        new.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
        new.open(&path).map_err(|e| cannot(&path, &e))?;
        Ok(Self(Some(path)))
    }

    fn path(&self) -> &Path {
        self.0
            .as_deref()
            .expect("it is taken only when it is put in its place")
    }

    /// Puts it in its place, once it is safe on the disk.
    fn put(mut self, place: &Path, overwrite: bool) -> Result<(), StoreError> {
        let part = self.path().to_owned();
        let put = || {
            File::open(&part)?.sync_all()?;
            if overwrite {
                fs::rename(&part, place)?;
            } else {
                // Fails when somebody has made the file meanwhile.
                fs::hard_link(&part, place)?;
                fs::remove_file(&part)?;
            }
            let dir = place.parent().filter(|d| !d.as_os_str().is_empty());
            File::open(dir.unwrap_or(Path::new(".")))?.sync_all()
        };
        put().map_err(|e: io::Error| cannot(place, &e))?;
        self.0 = None;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // Nothing more can be done about one that stays behind; its name says what it is.
            let _ = fs::remove_file(path);
        }
    }
}

fn path_text(path: &Path) -> Result<&str, StoreError> {
    path.to_str()
        .ok_or_else(|| StoreError::CannotOpen(format!("{} is not UTF-8", path.display())))
}

fn cannot(path: &Path, error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull => StoreError::Full,
        io::ErrorKind::AlreadyExists => {
            StoreError::Conflict(format!("there is a file {} already", path.display()))
        }
        _ => StoreError::CannotOpen(format!("{}: {error}", path.display())),
    }
}
