//! P4: search as one types over a hundred thousand real names. P9: start and memory with them.

mod common;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use common::wire::Wire;
use common::{Seeded, Times, memory_of, report, short};
use duken_tests::fixture::Store;
use duken_tests::replay::data_file;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

const FILE: &str = "catalog/uhtt_cyr_grocery_100k.tsv.zst";
const WORKERS: usize = 8;
const TYPED_NAMES: usize = 300;

/// Code and name of each row.
fn goods(most: usize) -> Vec<(String, String)> {
    let bytes = zstd::decode_all(&std::fs::read(data_file(FILE)).expect("the file")[..]).expect("zstd");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let row = |line: &str| {
        let mut fields = line.split('\t').skip(1);
        (fields.next().unwrap_or("").to_owned(), fields.next().unwrap_or("").trim().to_owned())
    };
    text.lines().skip(1).map(row).filter(|(_, name)| !name.is_empty()).take(most).collect()
}

fn is_barcode(code: &str) -> bool {
    let digits: Vec<u32> = code.chars().filter_map(|c| c.to_digit(10)).collect();
    let whole = digits.len() == code.chars().count() && matches!(digits.len(), 8 | 12 | 13 | 14);
    let sum: u32 = digits.iter().rev().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    whole && sum.is_multiple_of(10)
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The same keys pressed while the keyboard is set to Latin letters.
fn wrong_layout(text: &str) -> String {
    let cyrillic = "йцукенгшщзхъфывапролджэячсмитьбю";
    let latin = "qwertyuiop[]asdfghjkl;'zxcvbnm,.";
    text.chars().map(|c| cyrillic.chars().position(|k| k == c).and_then(|at| latin.chars().nth(at)).unwrap_or(c)).collect()
}

/// What is typed, key by key.
fn keystrokes(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    (2..=letters.len()).map(|n| letters[..n].iter().collect()).collect()
}

fn with_a_typo(word: &str, chance: &mut Seeded) -> String {
    let letters: Vec<char> = word.chars().collect();
    let gone = 1 + chance.below(letters.len() as u64 - 2) as usize;
    letters.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, letter)| *letter).collect()
}

fn timed(wire: &mut Wire, typed: &[String]) -> (Times, usize) {
    let mut times = Times::default();
    let mut found = 0;
    for text in typed {
        let path = format!("/api/products/search?limit=20&q={}", encoded(text));
        let begun = Instant::now();
        let answer = wire.get(&path);
        times.0.push(begun.elapsed());
        let answer: Value = serde_json::from_slice(answer).expect("JSON");
        found += usize::from(answer["items"].as_array().is_some_and(|items| !items.is_empty()));
    }
    (times, found)
}

fn figures((mut times, found): (Times, usize)) -> Value {
    let asked = times.0.len();
    json!({
        "asked": asked, "found_percent": short(found as f64 * 100.0 / asked as f64),
        "p50_ms": short(times.percentile_ms(5_000)), "p99_ms": short(times.percentile_ms(9_900)),
    })
}

fn main() {
    let most = std::env::var("DUKEN_BENCH_GOODS").ok().and_then(|s| s.parse().ok()).unwrap_or(100_000);
    let goods = goods(most);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut store = runtime.block_on(Store::new());
    let cookie = store.admin.cookie().expect("signed in");
    let address = store.hub.address().get();

    let queue = Mutex::new(goods.iter());
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let mut wire = Wire::connect(&address, &cookie);
                loop {
                    let Some((code, name)) = queue.lock().expect("a queue").next() else { return };
                    let codes: &[&str] = if is_barcode(code) { &[code] } else { &[] };
                    let name: String = name.chars().take(200).collect();
                    let card = json!({ "name": name, "barcodes": codes, "price": store.money("500.00") });
                    wire.post("/api/products", &card.to_string());
                }
            });
        }
    });
    let making = begun.elapsed();
    let memory_after_making = memory_of(store.hub.process().expect("it runs"));

    store.hub.stop();
    let begun = Instant::now();
    store.hub.run();
    let listening = begun.elapsed();
    let address = store.hub.address().get();
    let mut wire = Wire::connect(&address, &cookie);
    wire.get("/api/health");
    let first_answer = begun.elapsed();

    let mut chance = Seeded(4_242);
    let mut words = Vec::new();
    while words.len() < TYPED_NAMES {
        let (_, name) = &goods[chance.below(goods.len() as u64) as usize];
        let word = name.split_whitespace().find(|w| w.chars().count() >= 5 && w.chars().all(char::is_alphabetic));
        words.extend(word.map(str::to_lowercase));
    }
    let all = |of: &mut dyn FnMut(&str) -> String| words.iter().flat_map(|word| keystrokes(&of(word))).collect::<Vec<_>>();
    let plain = all(&mut |word| word.to_owned());
    let layout = all(&mut wrong_layout);
    let typos: Vec<String> = words.iter().map(|word| with_a_typo(word, &mut chance)).collect();
    let codes: Vec<String> = goods.iter().filter(|(code, _)| is_barcode(code)).take(2_000).map(|(code, _)| code.clone()).collect();
    let _warm = timed(&mut wire, &plain[..plain.len().min(200)]);
    let floor = floor(&store, &plain);
    let search = json!({
        "goods": goods.len(),
        "plain": figures(timed(&mut wire, &plain)),
        "wrong_layout": figures(timed(&mut wire, &layout)),
        "one_typo": figures(timed(&mut wire, &typos)),
        "by_code": figures(timed(&mut wire, &codes)),
        "floor_fts5": floor,
        "goal": "p99 ≤ 10 ms; by code ≤ 1 ms",
    });
    report("P4", search);
    report(
        "P9",
        json!({
            "goods": goods.len(), "made_per_second": short(goods.len() as f64 / making.as_secs_f64()),
            "start_ms": short(listening.as_secs_f64() * 1000.0), "first_answer_ms": short(first_answer.as_secs_f64() * 1000.0),
            "memory_mib": { "after_making": short(memory_after_making), "after_searching": short(memory_of(store.hub.process().expect("it runs"))) },
            "goal": "first answer ≤ 1 s; ≤ 150 MB",
        }),
    );
}

/// The same prefixes asked of the full-text index itself, by bare rusqlite.
fn floor(store: &Store, typed: &[String]) -> Value {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let books = Connection::open_with_flags(store.data().join("duken.db"), flags).expect("the books");
    let mut asking = books.prepare("SELECT rowid FROM product_search WHERE product_search MATCH ?1 LIMIT 20").expect("the index");
    let mut times = Times::default();
    for text in typed {
        let begun = Instant::now();
        let rows: Vec<i64> =
            asking.query_map([format!("\"{text}\"*")], |row| row.get(0)).and_then(Iterator::collect).expect("an answer of the index");
        times.0.push(begun.elapsed().max(Duration::from_nanos(rows.len() as u64)));
    }
    json!({ "p50_ms": short(times.percentile_ms(5_000)), "p99_ms": short(times.percentile_ms(9_900)) })
}
