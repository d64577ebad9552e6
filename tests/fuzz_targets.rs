//! That no reader is without a fuzz target.

use std::fs;
use std::path::Path;

use zimu::formats::reading::readers;

#[test]
fn every_reader_has_a_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let targets: Vec<(String, String)> = fs::read_dir(folder.join("fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    for (file, _) in &targets {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{file}\"")), "{file} is not in fuzz/Cargo.toml");
    }
    for reader in readers() {
        let call = format!("reader(\"{}\"", reader.name());
        assert!(targets.iter().any(|(_, text)| text.contains(&call)), "{} has no fuzz target", reader.name());
    }
}
