//! A value that many tasks share and wait for: every change raises its version and wakes all who wait.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// How long [`Watched::wait_until`] waits before it says that the event never came.
const PATIENCE: Duration = Duration::from_secs(20);

/// A shared value with a version. Clones are the same value.
pub(crate) struct Watched<T> {
    inner: Arc<Inner<T>>,
}

struct Inner<T> {
    value: Mutex<T>,
    version: watch::Sender<u64>,
}

impl<T> Clone for Watched<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<T> Watched<T> {
    pub(crate) fn new(value: T) -> Self {
        let inner = Inner { value: Mutex::new(value), version: watch::Sender::new(0) };
        Self { inner: Arc::new(inner) }
    }

    /// Reads without raising the version.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.lock())
    }

    /// Changes the value, raises the version and wakes all who wait.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.lock());
        self.inner.version.send_modify(|version| *version += 1);
        result
    }

    /// Changes the value and wakes the others only when `change` says that something changed (its `bool`).
    pub(crate) fn change_if<R>(&self, change: impl FnOnce(&mut T) -> (bool, R)) -> R {
        let (changed, result) = change(&mut self.lock());
        if changed {
            self.inner.version.send_modify(|version| *version += 1);
        }
        result
    }

    /// The channel of versions: changes whenever the value may have changed.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.inner.version.subscribe()
    }

    /// Waits until `look` finds what it looks for, for as long as it takes.
    pub(crate) async fn until<R>(&self, mut look: impl FnMut(&T) -> Option<R>) -> R {
        let mut versions = self.subscribe();
        loop {
            versions.borrow_and_update();
            if let Some(found) = self.read(&mut look) {
                return found;
            }
            if versions.changed().await.is_err() {
                // The sender lives in `self`, so this cannot happen while we borrow it; wait rather than spin.
                std::future::pending::<()>().await;
            }
        }
    }

    /// As [`Watched::until`], for tests: gives up after twenty seconds.
    ///
    /// # Panics
    /// When the event does not come; `what` names it.
    pub(crate) async fn wait_until<R>(&self, what: &str, look: impl FnMut(&T) -> Option<R>) -> R {
        match tokio::time::timeout(PATIENCE, self.until(look)).await {
            Ok(found) => found,
            Err(_) => panic!("waited {} s in vain for {what}", PATIENCE.as_secs()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        // A panic of one test's closure must not hide the state from the assertion that explains it.
        self.inner.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
