//! The corpus of hostile inputs: every one of them is survived; and the hunt itself finds what is planted for it.

use std::time::Duration;

use duken_tests::fuzz::{Corpus, Hunt, Shape, Target, all};

#[test]
fn every_decoder_survives_what_is_known() {
    let corpus = Corpus::of_the_tree();
    let mut inputs = 0;
    for target in all() {
        let known = corpus.inputs(&target).expect("the corpus");
        assert!(!known.is_empty(), "{target:?} has no corpus");
        inputs += known.len();
        let found = Hunt::new(target, 1, &corpus).expect("the corpus").run(Duration::ZERO).expect("a hunt");
        assert_eq!(found.caught, None, "{target:?}");
        assert!(found.answers > 1, "{target:?} answers everything alike");
    }
    assert!(inputs > 100, "{inputs} inputs are few");
}

#[test]
fn a_planted_panic_is_found_and_its_input_panics_again() {
    fn decoder(bytes: &[u8]) -> String {
        let value: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
        match &value["sums"] {
            serde_json::Value::Array(sums) if sums.is_empty() => panic!("divided by nothing"),
            serde_json::Value::Array(sums) => format!("{} sums", sums.len().min(3)),
            serde_json::Value::Null => "nothing".to_owned(),
            _ => "other".to_owned(),
        }
    }
    let seeds = || vec![br#"{ "sums": [1, 2] }"#.to_vec()];
    let target = Target { name: "planted", shape: Shape::Json(&["sums"]), seeds, run: decoder };
    let nowhere = Corpus::at(std::path::Path::new("/nonexistent"));
    let found = Hunt::new(target, 7, &nowhere).expect("a hunt").run(Duration::from_secs(60)).expect("a hunt");
    let caught = found.caught.expect("it is found");
    assert!(caught.why.contains("divided by nothing"), "{}", caught.why);
    assert!(std::panic::catch_unwind(|| decoder(&caught.input)).is_err(), "the same input again");
}
