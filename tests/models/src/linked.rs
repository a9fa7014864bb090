//! The host is used by one thread while another takes it back.

use crate::handle::Link;
use crate::sync::{Arc, AtomicBool};
use shuttle::thread;
use std::sync::atomic::Ordering;
use std::time::Duration;

#[test]
fn nobody_uses_what_was_taken_back() {
    let run = || {
        let (link, gone) = (Arc::new(Link::<u8>::default()), Arc::new(AtomicBool::new(false)));
        link.establish(Some(7));
        let users: Vec<_> = (0..2)
            .map(|_| {
                let (link, gone) = (link.clone(), gone.clone());
                thread::spawn(move || {
                    link.with(|target| {
                        assert_eq!(target, 7);
                        assert!(!gone.load(Ordering::SeqCst), "the host is used after Done");
                    })
                })
            })
            .collect();
        // shuttle knows no time: whoever is waited for ends.
        assert!(link.revoke(Duration::from_secs(3_600)));
        gone.store(true, Ordering::SeqCst);
        users.into_iter().for_each(|user| assert!(matches!(user.join(), Ok(Some(()) | None))));
        assert_eq!(link.with(|_| ()), None);
    };
    shuttle::check_dfs(run, Some(5_000));
    shuttle::check_random(run, 500);
}

/// Done from inside of an event, on the very thread.
#[test]
fn who_takes_it_back_does_not_wait_for_himself() {
    let run = || {
        let link = Arc::new(Link::<u8>::default());
        link.establish(Some(7));
        assert_eq!(link.with(|_| link.revoke(Duration::from_secs(3_600))), Some(true));
    };
    shuttle::check_dfs(run, None);
}
