//! The host's own tests: it must notice what it claims to notice, and each check here has failed once.

use host::job::{As, Job};
use host::{Farewell, Host, Library, Settings, Value, args, isolated, isolated_outcome, secs, vt};

fn lenient() -> Host {
    let settings = Settings { strict: false, ..Settings::default() };
    Host::with(&Library::fake(), settings)
}

#[test]
fn the_variant_lies_as_the_facts_say() {
    let [size, cb_elements, vt_at, str_len, wide_len, _] = host::layout();
    let expected = if cfg!(windows) {
        [48, 40, 44]
    } else if cfg!(target_pointer_width = "32") {
        [52, 44, 48]
    } else {
        [64, 56, 60]
    };
    assert_eq!([size, cb_elements, vt_at], expected);
    let pointer = size_of::<usize>();
    assert_eq!([str_len, wide_len], [pointer, pointer]);
}

#[test]
fn every_value_comes_back_as_it_went() {
    let host = Host::new(&Library::fake());
    let fake = host.create("Fake");
    let mut values = vec![
        Value::Empty,
        Value::Null,
        Value::Bool(true),
        Value::Bool(false),
        Value::R4(1.5),
        Value::R8(-0.25),
        Value::Date(45000.5),
        Value::Text(String::new()),
        Value::Text("Привет, ёж 🦔".into()),
        Value::Wide(vec![0xD800, 0x41]),
        Value::blob(""),
        Value::blob([0, 255, 7]),
        Value::blob(vec![9; 1 << 20]),
    ];
    for code in [vt::I2, vt::I4, vt::I1, vt::I8, vt::INT, vt::ERROR] {
        values.extend([-5, 0, 127].map(|n| Value::Whole(code, n)));
    }
    for code in [vt::UI1, vt::UI2, vt::UI4, vt::UI8, vt::UINT] {
        values.extend([0, 200].map(|n| Value::Whole(code, n)));
    }
    for value in values {
        assert_eq!(fake.must("Эхо", [value.clone()]), value);
    }
    fake.call_as_proc("Echo", args![5]).unwrap();
    drop(fake);
    host.assert_clean();
}

#[test]
fn misuse_of_the_hosts_memory_is_counted() {
    for (method, words, live) in [
        ("FreeForeign", "foreign pointers freed: 1", 0),
        ("FreeTwice", "blocks freed twice: 1", 0),
        ("WritePast", "blocks written past their end: 1", 0),
        ("UseFreed", "blocks written after they were freed: 1", 0),
        ("AllocNothing", "allocations of 0 bytes: 1", 1),
    ] {
        let host = lenient();
        host.create("Fake").must(method, []);
        assert_eq!(host.memory().counts().misuse(), words, "after {method}");
        assert_eq!(host.memory().live(), live, "after {method}");
    }
}

#[test]
#[should_panic(expected = "blocks of the host's memory were leaked")]
fn a_leak_fails_the_test_by_itself() {
    let host = Host::new(&Library::fake());
    host.create("Fake").must("Leak", []);
}

#[test]
fn refused_allocations_come_when_ordered() {
    let host = Host::new(&Library::fake());
    let fake = host.create("Fake");
    let echo = || fake.call("Echo", [Value::blob("x")]).is_ok();
    host.memory().refuse_nth(2);
    assert_eq!([echo(), echo(), echo()], [true, false, true]);
    host.memory().refuse_from(2);
    assert_eq!([echo(), echo(), echo()], [true, false, false]);
    host.memory().refuse_none();
    assert!(echo());
    // Two echoes failed after the second order, and their reports of LastError with them.
    assert!(host.memory().counts().refused >= 3);
}

#[test]
fn complaints_and_failures_are_told() {
    let host = Host::new(&Library::fake());
    let fake = host.create("Fake");
    fake.must("Пожаловаться", []);
    let complaints = host.complaints();
    assert_eq!(complaints.len(), 1);
    assert_eq!(complaints[0].code, 1006);
    assert_eq!(complaints[0].text, "жалоба");
    assert_eq!(complaints[0].scode, 7);
    assert_eq!(fake.must_fail("Fail", []).last_error, "отказано");
}

#[test]
fn objects_can_be_left_in_every_way() {
    let host = Host::new(&Library::fake());
    for base in 0..4 {
        for done in [false, true] {
            host.create("Fake").part(Farewell::Delete { base, done });
        }
    }
    host.create("Fake").part(Farewell::DestroyOnly);
}

#[test]
fn a_crash_fells_its_own_process_only() {
    let outcome = isolated_outcome(secs(30), || {
        lenient().create("Fake").must("Crash", []);
    });
    let words = outcome.unwrap_err();
    let crash = if cfg!(windows) { "exception" } else { "segmentation fault" };
    assert!(words.contains(crash), "{words}");
}

#[test]
fn a_hang_ends_at_its_limit() {
    let outcome = isolated_outcome(secs(2), || {
        lenient().create("Fake").must("Hang", []);
    });
    assert!(outcome.unwrap_err().contains("time limit of 2s"));
}

#[test]
fn an_early_exit_is_no_success() {
    let outcome = isolated_outcome(secs(30), || std::process::exit(0));
    assert!(outcome.unwrap_err().contains("before the test's end"));
}

#[test]
fn a_failed_assertion_in_a_child_is_a_failure() {
    let outcome = isolated_outcome(secs(30), || panic!("as it must"));
    assert!(outcome.unwrap_err().contains("left with code 101"));
}

#[test]
fn a_good_child_is_a_success() {
    isolated_outcome(secs(30), || {
        lenient().create("Fake").must("Echo", args![1]);
    })
    .unwrap();
}

/// Jobs need no library of their own here: the table's "Ждать" and "Упасть" make no object.
#[test]
fn a_thread_job_is_heard_and_waited_for() {
    let host = Host::new(&Library::fake());
    let job = Job::start(As::Thread, &host, "Ждать", &["100"]);
    assert_eq!(job.process_id(), None);
    assert_eq!(job.hear(secs(10)), "сплю");
    assert_eq!(job.hear_or_not(host::millis(1)), None);
    assert!(job.finish(secs(10)).is_empty());
}

#[test]
#[should_panic(expected = "job Упасть failed")]
fn a_failed_thread_job_fails_its_test() {
    Job::start(As::Thread, &Host::new(&Library::fake()), "Упасть", &[""]).finish(secs(10));
}

#[test]
#[should_panic(expected = "job Ждать: runs after 50ms")]
fn a_slow_job_is_not_waited_for_for_ever() {
    Job::start(As::Thread, &Host::new(&Library::fake()), "Ждать", &["3000"]).finish(host::millis(50));
}

#[test]
fn process_jobs_end_fail_and_are_killed() {
    isolated(secs(60), || {
        let host = Host::built();
        let job = Job::start(As::Process, &host, "Ждать", &["10"]);
        assert_ne!(job.process_id(), Some(std::process::id()));
        assert_eq!(job.finish(secs(20)), ["сплю"]);
        let mut job = Job::start(As::Process, &host, "Ждать", &["60000"]);
        assert_eq!(job.hear(secs(20)), "сплю");
        assert!(!job.kill().success());
        let job = Job::start(As::Process, &host, "Упасть", &[""]);
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job.finish(secs(20))));
        let words = *failed.expect_err("a failure").downcast::<String>().expect("words");
        assert_eq!(words, "job Упасть left with code 101");
    });
}
