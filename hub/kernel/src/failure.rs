//! Named points between durable steps, at which a simulated machine can be stopped.
//!
//! Without the feature `failure-points` a point is nothing at all; shipped programs are built without it. With it, a
//! thread that was [armed](arm) hears of every point that it passes, a program that was [armed as a whole](arm_all) of
//! those of all its threads; others pass as if there were none.

#[cfg(feature = "failure-points")]
mod armed {
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::sync::OnceLock;

    /// What hears of each named point.
    type Hook = Rc<dyn Fn(&'static str)>;

    static OF_ALL: OnceLock<Box<dyn Fn(&'static str) + Send + Sync>> = OnceLock::new();

    /// From now on the points of every thread are heard. The first hook stays.
    pub fn arm_all(hook: impl Fn(&'static str) + Send + Sync + 'static) {
        let _first_stays = OF_ALL.set(Box::new(hook));
    }

    thread_local! {
        static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
    }

    /// From now on this thread's points are heard.
    pub fn arm(hook: impl Fn(&'static str) + 'static) {
        HOOK.set(Some(Rc::new(hook)));
    }

    /// Whether this thread's points are heard: it is simulated.
    #[must_use]
    pub fn is_armed() -> bool {
        HOOK.with_borrow(Option::is_some)
    }

    /// The thread passes a point.
    pub fn point(name: &'static str) {
        let hook = HOOK.with_borrow(Option::clone);
        if let Some(hook) = hook {
            hook(name);
        }
        if let Some(hook) = OF_ALL.get() {
            hook(name);
        }
    }
}

#[cfg(feature = "failure-points")]
pub use armed::{arm, arm_all, is_armed, point};

/// Whether this thread is simulated: none is, in a program without the feature.
#[cfg(not(feature = "failure-points"))]
#[must_use]
#[inline(always)]
pub fn is_armed() -> bool {
    false
}

/// The thread passes a point: nothing, in a program that is not simulated.
#[cfg(not(feature = "failure-points"))]
#[inline(always)]
pub fn point(_: &'static str) {}
