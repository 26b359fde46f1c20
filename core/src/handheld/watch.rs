//! Who wants to know when sync may have changed the screen.

use crate::platform::Listener;
use crate::sync::News;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct List {
    next: u64,
    listeners: Vec<(u64, Arc<dyn Listener>)>,
}

/// Everybody who listens.
#[derive(Clone, Default)]
pub(super) struct Watchers(Arc<Mutex<List>>);

impl Watchers {
    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, listener: Arc<dyn Listener>) -> Subscription {
        let mut list = self.list();
        let id = list.next;
        list.next += 1;
        list.listeners.push((id, listener));
        Subscription {
            id,
            watchers: self.clone(),
        }
    }

    /// What the sync client calls.
    pub(super) fn news(&self) -> News {
        let watchers = self.clone();
        Arc::new(move || {
            // Told outside the lock: a listener may cancel its own subscription.
            let listeners: Vec<_> = watchers.list().listeners.iter().map(|(_, l)| Arc::clone(l)).collect();
            for listener in listeners {
                // One listener's fault is not another's, nor sync's.
                if catch_unwind(AssertUnwindSafe(|| listener.changed())).is_err() {
                    tracing::error!("a listener failed");
                }
            }
        })
    }
}

/// Somebody listens until this is cancelled or dropped. A call that has begun meanwhile may still arrive.
pub struct Subscription {
    id: u64,
    watchers: Watchers,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Subscription({})", self.id)
    }
}

impl Subscription {
    /// Ends it. Twice does no harm.
    pub fn cancel(&self) {
        self.watchers.list().listeners.retain(|(id, _)| *id != self.id);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[derive(Default)]
    struct Count(AtomicU32);
    impl Listener for Count {
        fn changed(&self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    struct Broken;
    impl Listener for Broken {
        fn changed(&self) {
            panic!("a listener of the tests");
        }
    }

    #[test]
    fn a_listener_hears_until_its_subscription_ends_whatever_others_do() {
        let watchers = Watchers::default();
        let (count, news) = (Arc::new(Count::default()), watchers.news());
        let _broken = watchers.add(Arc::new(Broken));
        let subscription = watchers.add(count.clone());
        news();
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
        subscription.cancel();
        news();
        let dropped = watchers.add(count.clone());
        drop(dropped);
        news();
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
    }
}
