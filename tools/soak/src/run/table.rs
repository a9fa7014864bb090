//! The closing table of a soak, and the verdict.

use super::counts::Counts;
use super::usage::Course;

fn row(name: &str, value: impl std::fmt::Display) {
    let width = 46_usize.saturating_sub(name.chars().count());
    println!("  {name}{:width$}{value:>14}", "");
}

/// Prints it. True when nothing is lost and the process uses no more than before.
pub fn print(counts: &Counts, seconds: u64, course: &Course) -> bool {
    println!("\nВыдержка {seconds} с. Сообщения:");
    row("задания Push → Pull (tcp и ipc)", counts.tasks.get());
    row("запросы Req → Rep, обслужены", counts.requests.get());
    row("запросы Req → Rep, отвечены", counts.answers.get());
    row("публикации Pub → Sub, отправлены", counts.published.get());
    row("публикации Pub → Sub, получены", counts.subscribed.get());
    row("вопросы Dealer → Router, обслужены", counts.routed.get());
    row("вопросы Dealer → Router, отвечены", counts.dealt.get());
    row("обмены по TCP со Stream", counts.streamed.get());
    row("слова Pair → Pair", counts.paired.get());
    row("публикации XPub → XSub, получены", counts.forwarded.get());
    row("получены пакетами", counts.batched.get());
    row("получены строками", counts.texts.get());
    row("вопросы одним вызовом, отвечены", counts.asked.get());
    row("впущено проверкой (CURVE)", counts.guarded.get());
    row("впущено проверкой (PLAIN)", counts.known.get());
    row("события в клиенте", counts.events.get());
    row("всего", counts.messages());
    row("ожиданий опросника", counts.polls.get());
    row("задания через прокси Streamer, получены", counts.streamed_on.get());
    row("запросы через прокси Queue, отвечены", counts.queued.get());
    row("публикации через прокси Forwarder, получены", counts.published_on.get());
    row("событий соединений", counts.happened.get());
    println!("Внесено неисправностей:");
    row("убито процессов (kill -9) и запущено заново", counts.kills.get());
    row("переподключений (Disconnect/Connect)", counts.reconnects.get());
    row("сигналов", counts.signals.get());
    row("отказов в памяти", counts.refusals.get());
    row("враждебных соединений", counts.strangers.get());
    row("объектов брошено с неотправленным", counts.dropped.get());
    println!("Итог:");
    row("потеряно сообщений выживших", counts.lost.get());
    row("получено дважды", counts.doubled.get());
    row("искажено", counts.broken.get());
    row("отказали вызовы", counts.failed.get());
    row("занято в куче, КиБ", course.of(|now| now.taken_kib.to_string()));
    row("память процесса, КиБ", course.of(|now| now.figures.resident_kib.to_string()));
    row("дескрипторы", course.of(|now| now.figures.descriptors.to_string()));
    row("потоки", course.of(|now| now.figures.threads.to_string()));
    let faults = [&counts.lost, &counts.doubled, &counts.broken, &counts.failed];
    let sound = faults.iter().all(|count| count.get() == 0);
    let proxied = [&counts.streamed_on, &counts.queued, &counts.published_on];
    let others = [&counts.polls, &counts.events, &counts.happened].into_iter().chain(proxied);
    let busy = counts.loads().into_iter().chain(others).all(|count| count.get() > 0);
    let flat = course.is_flat();
    println!(
        "{}",
        match (sound, busy, flat) {
            (true, true, true) => "Ничего не потеряно, ресурсы не растут.",
            (false, ..) => "ОШИБКА: сообщения или вызовы не сошлись.",
            (_, false, _) => "ОШИБКА: одна из нагрузок не работала.",
            _ => "ОШИБКА: процесс держит больше, чем в начале.",
        }
    );
    sound && busy && flat
}
