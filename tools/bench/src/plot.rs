//! The plot of the page: what the component reaches of libzmq, on a scale where twice and half are as far from 1.

use crate::timing::{self, Timed};
use crate::words::Language;
use host::Transport;
use std::fmt::Write;

const LEFT: f64 = 250.0;
const WIDTH: f64 = 560.0;
const ROW: f64 = 18.0;
const TOP: f64 = 56.0;
/// What the scale shows: from a quarter to four times.
const EXTENT: f64 = 4.0;

fn x(ratio: f64) -> f64 {
    let place = ratio.clamp(1.0 / EXTENT, EXTENT).log2() / EXTENT.log2();
    LEFT + WIDTH * (0.5 + place / 2.0)
}

fn colour(transport: Transport) -> &'static str {
    match transport {
        Transport::Inproc => "#1b6ca8",
        Transport::Ipc => "#2e8b57",
        Transport::Tcp => "#b5651d",
    }
}

/// An SVG file: a dot for each case's median, a line for its spread, a ring for the seed's.
pub fn svg(all: &[Timed], language: Language) -> String {
    let shown: Vec<&Timed> = all.iter().filter(|it| it.ratio().is_some()).collect();
    let mut body = String::new();
    let (mut y, mut last) = (TOP, None);
    for timed in &shown {
        let what = timed.case.what;
        if last != Some(what) {
            last = Some(what);
            y += ROW * 1.6;
            line(
                &mut body,
                &format!("<text x='12' y='{:.0}' class='h'>{}</text>", y - 4.0, timing::heading(what, language)),
            );
        }
        let [low, middle, high] = timed.ratio().expect("shown");
        let (colour, base) = (colour(timed.case.transport), y + ROW * 0.7);
        let name = format!("{} · {}", timing::transport(timed.case.transport), timed.case.name(language));
        line(&mut body, &format!("<text x='{}' y='{base:.1}' text-anchor='end'>{name}</text>", LEFT - 10.0));
        let y_dot = y + ROW / 2.0;
        line(
            &mut body,
            &format!(
                "<path d='M{:.1} {y_dot:.1}H{:.1}' stroke='{colour}' stroke-opacity='.5' stroke-width='2'/>",
                x(low),
                x(high)
            ),
        );
        line(&mut body, &format!("<circle cx='{:.1}' cy='{y_dot:.1}' r='4' fill='{colour}'/>", x(middle)));
        if let Some(seed) = timed.seed() {
            line(&mut body, &format!("<circle cx='{:.1}' cy='{y_dot:.1}' r='5' fill='none' stroke='#888'/>", x(seed)));
        }
        line(
            &mut body,
            &format!("<text x='{:.0}' y='{base:.1}'>{}</text>", LEFT + WIDTH + 12.0, language.number(middle, 2)),
        );
        y += ROW;
    }
    let (width, height) = (LEFT + WIDTH + 60.0, y + 20.0);
    let title = language.of(
        "Скорость компоненты относительно libzmq: правее 1 — быстрее; кружок — прежняя компонента",
        "The component's speed relative to libzmq: right of 1 is faster; a ring is the seed's",
    );
    let mut text = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:.0} {height:.0}' font-family='sans-serif' font-size='12'>\n\
         <style>.h{{font-weight:bold}}</style>\n<rect width='100%' height='100%' fill='white'/>\n\
         <text x='12' y='20' font-size='14'>{title}</text>\n"
    );
    for ratio in [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0] {
        let stroke = if ratio == 1.0 { "#333" } else { "#ddd" };
        let at = x(ratio);
        line(&mut text, &format!("<path d='M{at:.1} {:.0}V{:.0}' stroke='{stroke}'/>", TOP - 4.0, height - 10.0));
        line(
            &mut text,
            &format!(
                "<text x='{at:.1}' y='{:.0}' text-anchor='middle'>{}</text>",
                TOP - 10.0,
                language.number(ratio, 2)
            ),
        );
    }
    text + &body + "</svg>\n"
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a text takes it");
}
