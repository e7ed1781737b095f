//! Databases to test on, one for each test, of either engine.

use std::any::Any;
use std::sync::Arc;

use bonafide::store::Store;

use super::postgres;

/// An empty database of our own, gone with its last holder.
#[derive(Clone)]
pub struct TestDatabase {
    pub url: String,
    _kept: Arc<dyn Any + Send + Sync>,
}

impl TestDatabase {
    /// A file in a directory of its own.
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("test.db").display());
        Self::at(url, dir)
    }

    /// A database of the server that the tests share; none where there is no server.
    pub async fn postgres() -> Option<Self> {
        let cluster = postgres::shared().await?;
        let name = cluster.database().await;
        Some(Self::at(cluster.url(&name), ()))
    }

    /// A database that is there already, and what keeps it there.
    pub fn at(url: String, kept: impl Any + Send + Sync) -> Self {
        Self {
            url,
            _kept: Arc::new(kept),
        }
    }

    /// Opens it, as a process of its own would.
    pub async fn open(&self) -> Arc<dyn Store> {
        let world = super::world(0);
        bonafide::app::open_store(&self.url, &world).await.unwrap()
    }
}

/// Turns claims, each an `async fn(TestDatabase)`, into tests on every engine.
macro_rules! on_every_engine {
    ($($claim:ident,)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $claim() {
                super::$claim($crate::support::TestDatabase::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $claim() {
                if let Some(database) = $crate::support::TestDatabase::postgres().await {
                    super::$claim(database).await;
                }
            })*
        }
    };
}
pub(crate) use on_every_engine;
