//! A thread of the library's own: it makes its sockets itself, is told things through a mailbox, and its birth and death are
//! known. Nothing of a host's is touched by it.

use super::running::Running;
use crate::zmq::{self, Message, Socket, SocketType};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

/// How long a thread may take to stand.
const STANDS: Duration = Duration::from_secs(1);

/// The thread as others have it. Dropped, it is told to end and is not waited for.
pub struct Actor<C> {
    /// None when the thread was told to end.
    commands: Option<Sender<C>>,
    bell: Socket,
    thread: Running,
}

/// What the thread is told, as it has it.
pub struct Mailbox<C> {
    commands: Receiver<C>,
    bell: Socket,
}

/// What a thread finds in its mailbox.
#[derive(Debug, PartialEq, Eq)]
pub enum Told<C> {
    This(C),
    Nothing,
    /// To end.
    End,
}

/// There is no thread: the system gave none, or libzmq no socket for its mailbox.
#[derive(Debug)]
pub struct NotStarted;

impl<C> Actor<C> {
    /// Starts a thread that runs `body`, and returns when its mailbox stands, within a second. A panic of `body` ends the thread and nothing
    /// else. `name` is what debuggers show, of 15 bytes at the most.
    ///
    /// # Errors
    /// [`NotStarted`].
    pub fn start(name: &str, body: impl FnOnce(Mailbox<C>) + Send + 'static) -> Result<Self, NotStarted>
    where
        C: Send + 'static,
    {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let address = format!("inproc://addin-zeromq.actor.{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut bell = Socket::at_once(SocketType::Pair).map_err(|_| NotStarted)?;
        bell.bind(&address).map_err(|_| NotStarted)?;
        let (commands, mailbox) = channel();
        let (stands, standing) = channel();
        let run = move || {
            // Made by the thread that uses it.
            let made = Socket::at_once(SocketType::Pair).and_then(|mut bell| bell.connect(&address).map(|()| bell));
            if let Ok(bell) = made {
                // The starter waits for this; one who gave up has no use for the thread.
                if stands.send(()).is_ok() {
                    body(Mailbox { commands: mailbox, bell });
                }
            }
        };
        let thread = Running::start(name, run).map_err(|_| NotStarted)?;
        // A thread that cannot stand ends without a word; one that is not let run, as while Windows unloads libraries, says
        // none either.
        standing.recv_timeout(STANDS).map_err(|_| NotStarted)?;
        Ok(Self { commands: Some(commands), bell, thread })
    }

    /// Tells the thread something.
    ///
    /// # Errors
    /// The command itself: the thread has ended.
    pub fn tell(&mut self, command: C) -> Result<(), C> {
        match &self.commands {
            Some(commands) => commands.send(command).map_err(|refused| refused.0)?,
            None => return Err(command),
        }
        self.ring();
        Ok(())
    }

    /// Breaks when the thread has ended; nothing else ever comes of it.
    pub const fn alive(&self) -> &Receiver<()> {
        self.thread.alive()
    }

    /// Tells the thread to end and waits for that, for `patience` at the most; false when the time passed.
    pub fn stop(mut self, patience: Duration) -> bool {
        self.dismiss();
        self.thread.wait(patience)
    }

    fn dismiss(&mut self) {
        if self.commands.take().is_some() {
            self.ring();
        }
    }

    /// Whatever comes of it: a full pipe is full of rings.
    fn ring(&mut self) {
        let _ = self.bell.send(&mut Message::new(), false);
    }
}

impl<C> Drop for Actor<C> {
    fn drop(&mut self) {
        self.dismiss();
    }
}

impl<C> Mailbox<C> {
    /// Sleeps until something is told, or one of `sockets` has something to receive, for `slice` ms at the most.
    pub fn sleep<'a>(&'a mut self, sockets: impl Iterator<Item = &'a mut Socket>, slice: u16) {
        // Woken by a signal or by an error it looks, and sleeps again.
        let _ = zmq::any_receivable(std::iter::once(&mut self.bell).chain(sockets), slice);
    }

    /// The socket that tells of whatever the thread is told, for one that sleeps in another way.
    pub const fn bell(&mut self) -> &mut Socket {
        &mut self.bell
    }

    /// The next thing that it was told.
    pub fn next(&mut self) -> Told<C> {
        // Before the look: a ring that comes later stays, and ends the next sleep.
        while self.bell.receive().is_ok() {}
        match self.commands.try_recv() {
            Ok(command) => Told::This(command),
            Err(TryRecvError::Empty) => Told::Nothing,
            Err(TryRecvError::Disconnected) => Told::End,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::iter;
    use std::sync::mpsc::RecvTimeoutError;
    use std::time::Instant;

    const PATIENT: Duration = Duration::from_secs(20);

    /// Answers each number with its double until it is told to end.
    fn doubler(answers: Sender<u32>) -> impl FnOnce(Mailbox<u32>) + Send {
        move |mut mailbox| {
            loop {
                match mailbox.next() {
                    Told::This(13) => panic!("on purpose"),
                    Told::This(number) => answers.send(number * 2).unwrap(),
                    Told::Nothing => mailbox.sleep(iter::empty(), 10_000),
                    Told::End => return,
                }
            }
        }
    }

    #[test]
    fn it_hears_at_once_and_ends_when_told() {
        let (answers, answered) = channel();
        let mut actor = Actor::start("doubler", doubler(answers)).unwrap();
        let start = Instant::now();
        for number in 100..200 {
            actor.tell(number).unwrap();
            assert_eq!(answered.recv_timeout(PATIENT), Ok(number * 2));
        }
        assert!(actor.stop(PATIENT));
        assert!(start.elapsed() < Duration::from_secs(9), "it slept through the bell");
        assert_eq!(answered.recv_timeout(PATIENT), Err(RecvTimeoutError::Disconnected));
    }

    #[test]
    fn a_panic_ends_the_thread_alone() {
        let (answers, answered) = channel();
        let mut actor = Actor::start("doubler", doubler(answers)).unwrap();
        actor.tell(13).unwrap();
        assert_eq!(answered.recv_timeout(PATIENT), Err(RecvTimeoutError::Disconnected));
        let end = Instant::now() + PATIENT;
        while actor.tell(1).is_ok() {
            assert!(Instant::now() < end, "a thread that panicked takes commands");
        }
        assert_eq!(actor.tell(7), Err(7));
        assert!(actor.stop(PATIENT));
    }

    #[test]
    fn who_does_not_end_is_not_waited_for_without_end() {
        let (release, released) = channel::<()>();
        let busy = move |_: Mailbox<()>| assert!(released.recv().is_err());
        let actor = Actor::start("busy", busy).unwrap();
        let start = Instant::now();
        assert!(!actor.stop(Duration::from_millis(50)));
        assert!(start.elapsed() < Duration::from_secs(9));
        drop(release);
    }

    #[test]
    fn a_thread_waits_for_its_mailbox_and_its_sockets_at_once() {
        let mut pull = Socket::new(SocketType::Pull).unwrap();
        pull.bind("inproc://actor.tests.both").unwrap();
        let mut push = Socket::new(SocketType::Push).unwrap();
        push.connect("inproc://actor.tests.both").unwrap();
        let (answers, answered) = channel();
        let body = move |mut mailbox: Mailbox<()>| {
            while mailbox.next() != Told::End {
                mailbox.sleep(iter::once(&mut pull), 10_000);
                if let Ok(message) = pull.receive() {
                    answers.send(message.bytes().to_vec()).unwrap();
                }
            }
        };
        let actor = Actor::start("both", body).unwrap();
        push.send(&mut Message::from_bytes(b"for the socket").unwrap(), false).unwrap();
        assert_eq!(answered.recv_timeout(PATIENT).as_deref(), Ok(&b"for the socket"[..]));
        assert!(actor.stop(PATIENT));
    }
}
