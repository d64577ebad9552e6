//! A temporary folder to run zimu in, and what came of a run.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use tempfile::TempDir;
use zimu::media::{self, Request};
use zimu::progress::Silent;

/// Where a file of `samples/` is.
pub fn sample(name: &str) -> String {
    format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The sample recording, 16 kHz mono.
static FORUM: LazyLock<Vec<i16>> = LazyLock::new(|| decode(Path::new(&sample("forum.m4a"))));

/// A recording, 16 kHz mono.
pub fn decode(recording: &Path) -> Vec<i16> {
    let mut samples = Vec::new();
    media::decode(recording, &Request::default(), &Silent, &mut |block| {
        samples.extend(block.iter().map(|sample| (sample * 32_767.0) as i16));
    })
    .unwrap();
    samples
}

/// Some seconds of the sample recording, as a WAV file.
pub fn excerpt(seconds: Range<f64>) -> Vec<u8> {
    excerpt_of(&FORUM, seconds)
}

/// Some seconds of 16 kHz mono, as a WAV file.
pub fn excerpt_of(samples: &[i16], seconds: Range<f64>) -> Vec<u8> {
    let at = |seconds: f64| (seconds * 16_000.0) as usize;
    let samples = &samples[at(seconds.start)..at(seconds.end)];
    let length = 2 * samples.len() as u32;
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + length).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data");
    wav.extend(length.to_le_bytes());
    wav.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    wav
}

/// A temporary folder, removed with everything in it at the end.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    pub fn new() -> Desk {
        Desk { folder: TempDir::new().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file there, and the folders it lies in.
    pub fn file(self, name: &str, text: impl AsRef<[u8]>) -> Desk {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub fn folder(self, name: &str) -> Desk {
        fs::create_dir(self.path(name)).unwrap();
        self
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// zimu with these arguments, to be run in the folder.
    pub fn zimu<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("zimu"));
        command.current_dir(self.folder.path()).args(args).stdin(Stdio::null());
        command
    }

    /// Runs zimu; words apart by spaces, `FORUM` and `TEXT` stand for the sample recording and its transcript.
    pub fn run(&self, args: &str) -> Outcome<'_> {
        let (forum, text, terms) = (sample("forum.m4a"), sample("forum.md"), sample("terms.txt"));
        let args = args.split_whitespace().map(|arg| match arg {
            "FORUM" => &forum,
            "TEXT" => &text,
            "TERMS" => &terms,
            other => other,
        });
        let before = self.files();
        Outcome::of(self, before, self.zimu(args).output().unwrap())
    }

    /// All files, by their paths in the folder, and what is in them; folders and links to nothing have `None`.
    pub fn files(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        let mut found = BTreeMap::new();
        list(self.folder.path(), self.folder.path(), &mut found);
        found
    }
}

fn list(folder: &Path, root: &Path, found: &mut BTreeMap<String, Option<Vec<u8>>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if path.is_dir() {
            found.insert(name, None);
            list(&path, root, found);
        } else {
            let dangling = path.is_symlink() && !path.exists();
            found.insert(name, (!dangling).then(|| fs::read(path).unwrap()));
        }
    }
}

/// What a run said and left.
pub struct Outcome<'a> {
    desk: &'a Desk,
    before: BTreeMap<String, Option<Vec<u8>>>,
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Outcome<'_> {
    pub fn of(desk: &Desk, before: BTreeMap<String, Option<Vec<u8>>>, output: Output) -> Outcome<'_> {
        let text = |bytes| String::from_utf8(bytes).expect("zimu writes UTF-8");
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert!(!err.contains("panicked"), "{err}");
        Outcome { desk, before, status: output.status.code(), out, err }
    }

    /// Exit status 0.
    pub fn works(self) -> Self {
        assert_eq!(self.status, Some(0), "{}", self.err);
        self
    }

    /// Exit status 1, one line that begins with `error:`, nothing on standard output, and every file as it was.
    pub fn fails(self) -> Self {
        assert_eq!(self.status, Some(1), "{}", self.err);
        let errors = self.err.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!((errors, self.err.lines().count()), (1, 1), "{}", self.err);
        assert_eq!(self.out, "");
        assert!(self.desk.files() == self.before, "the run left something: {:?}", self.desk.files().keys());
        self
    }

    /// Exit status 2, where to look it up, and every file as it was.
    pub fn misused(self) -> Self {
        assert_eq!(self.status, Some(2), "{}", self.err);
        assert!(self.err.contains("Usage: zimu") || self.err.contains("--help"), "{}", self.err);
        assert!(self.desk.files() == self.before);
        self
    }

    /// Says this on standard error.
    pub fn says(self, words: &str) -> Self {
        assert!(self.err.contains(words), "no “{words}” in: {}", self.err);
        self
    }

    /// Says nothing on standard error.
    pub fn says_nothing(self) -> Self {
        assert_eq!(self.err, "");
        self
    }

    /// Prints this on standard output.
    pub fn prints(self, words: &str) -> Self {
        assert!(self.out.contains(words), "no “{words}” in: {}", self.out);
        self
    }
}
