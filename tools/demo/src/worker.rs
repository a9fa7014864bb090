//! A worker process of the demo, and what goes over the wire.

use host::{Host, args};
use std::process::ExitCode;

/// The first argument of a process that is to work.
pub const ROLE: &str = "--be-a-worker";
/// Ends a worker.
pub const STOP: &[u8] = "Стоп".as_bytes();
/// The task number of a worker's first word, which is no result.
const GREETING: u32 = u32::MAX;

/// A task: its number and something to chew on.
#[must_use]
pub fn task(number: u32) -> Vec<u8> {
    let mut task = number.to_le_bytes().to_vec();
    task.extend((0..96u32).map(|n| number.wrapping_mul(31).wrapping_add(n).to_le_bytes()[0]));
    task
}

/// The work: a checksum (FNV-1a).
#[must_use]
pub fn checksum(task: &[u8]) -> u64 {
    task.iter().fold(0xcbf2_9ce4_8422_2325, |sum, &byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// What a worker sends back.
pub struct Answer {
    pub task: u32,
    pub worker: u32,
    pub process: u32,
    pub checksum: u64,
}

impl Answer {
    fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(20);
        for number in [self.task, self.worker, self.process] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.checksum.to_le_bytes());
        bytes
    }

    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        Some(Self {
            task: number(0)?,
            worker: number(4)?,
            process: number(8)?,
            checksum: u64::from_le_bytes(bytes.get(12..20)?.try_into().ok()?),
        })
    }
}

/// Takes tasks and sends results until it is dismissed. Arguments: endpoint of tasks, of results, number.
pub fn run(words: &[String]) -> ExitCode {
    let [tasks, results, number] = words else {
        eprintln!("{ROLE} TASKS RESULTS NUMBER");
        return ExitCode::from(2);
    };
    let host = Host::built();
    let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
    pull.must("Connect", args![tasks]);
    push.must("Connect", args![results]);
    let (worker, process) = (number.parse().expect("a number"), std::process::id());
    let answer = |task, checksum| Answer { task, worker, process, checksum }.write();
    push.must("Send", [answer(GREETING, 0).into()]);
    loop {
        let task = pull.must("Recv", []);
        if task.is_empty() {
            eprintln!("обработчик {number}: задач нет слишком долго / worker {number}: no tasks for too long");
            return ExitCode::FAILURE;
        }
        if task.bytes() == STOP {
            return ExitCode::SUCCESS;
        }
        let (number, sum) = (task.bytes().first_chunk(), checksum(task.bytes()));
        let number = number.map_or(GREETING, |bytes| u32::from_le_bytes(*bytes));
        if !push.must("Send", [answer(number, sum).into()]).truth() {
            eprintln!("обработчик: результат никто не взял / worker: nobody took a result");
            return ExitCode::FAILURE;
        }
    }
}
