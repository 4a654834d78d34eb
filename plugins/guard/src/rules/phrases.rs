//! Tables of what programs can be told to do: which phrases of a command line mean a thing that a rule is after.

use crate::analysis::Invocation;

/// How many words may stand before a phrase begins: those of options, and of the groups that a command is in.
const BEFORE_MAX: usize = 5;

/// Programs, and phrases that are divided by commas; the words of a phrase follow in this order. An option in a phrase is
/// written as on the command line. With `^` before it, a phrase has to be the first thing that is said; `*` is every use of a
/// program.
pub(crate) struct Table {
    rows: &'static [Row],
    /// Bits of the hashes of the programs: most programs are in no table, and that has to be quick.
    hashes: [u64; HASHED_WORDS],
}

type Row = (&'static [&'static str], &'static str);

/// How many words hold the bits of a table's hashes: some ten for each program of the largest.
const HASHED_WORDS: usize = 32;

/// The program whose command line an invocation's is like: `kubectl` of `oc`, `kafka-topics` of `kafka-topics.sh`.
pub(crate) fn twin(name: &str) -> &str {
    let name = match name.rsplit_once('.') {
        Some((name, "exe" | "cmd" | "bat" | "ps1" | "sh" | "phar")) => name,
        _ => name,
    };
    match name {
        "k" | "oc" | "kubecolor" => "kubectl",
        "podman" | "nerdctl" | "finch" | "docker.io" | "podman-remote" => "docker",
        "podman-compose" => "docker-compose",
        "tf" | "tofu" | "opentofu" | "terragrunt" => "terraform",
        "helm3" => "helm",
        "sls" => "serverless",
        "flyctl" => "fly",
        "gradlew" => "gradle",
        "mvnw" | "mvnd" => "mvn",
        "hub" => "gh",
        name => name,
    }
}

/// The words of a command line as phrases have them: `--name=value` is also its name, and `ecto.drop,` has no comma.
pub(crate) fn texts(invocation: &Invocation) -> Vec<&str> {
    let arguments = invocation.arguments.iter();
    arguments
        .flat_map(|argument| {
            let text = argument.text.trim_end_matches(',');
            let name = text
                .split_once('=')
                .map(|(name, _)| name)
                .filter(|name| name.starts_with('-'));
            std::iter::once(text).chain(name)
        })
        .collect()
}

/// Whether the words of a phrase stand in this order, with anything between them.
fn in_order(words: &[&str], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase
        .split(' ')
        .all(|wanted| words.any(|word| *word == wanted))
}

/// The word, and the bit in it, that stand for a program (FNV-1a).
const fn hashed(program: &str) -> (usize, u64) {
    let bytes = program.as_bytes();
    let mut hash = 0x811c_9dc5_u32;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    let bit = hash ^ (hash >> 16);
    ((bit / 64) as usize % HASHED_WORDS, 1 << (bit % 64))
}

/// Whether a word is the first of a phrase.
fn begins(phrase: &str, word: &str) -> bool {
    phrase
        .strip_prefix(word)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

// === impl Table ===

impl Table {
    pub(crate) const fn new(rows: &'static [Row]) -> Self {
        let mut hashes = [0; HASHED_WORDS];
        let mut row = 0;
        while row < rows.len() {
            let mut at = 0;
            while at < rows[row].0.len() {
                let (word, bit) = hashed(rows[row].0[at]);
                hashes[word] |= bit;
                at += 1;
            }
            row += 1;
        }
        Self { rows, hashes }
    }

    /// The phrase that an invocation says.
    pub(crate) fn said(&self, invocation: &Invocation) -> Option<&'static str> {
        let program = twin(&invocation.name);
        let (word, bit) = hashed(program);
        if self.hashes[word] & bit == 0 {
            return None;
        }
        let mut rows = self
            .rows
            .iter()
            .filter(|row| row.0.contains(&program))
            .peekable();
        rows.peek()?;
        let words = texts(invocation);
        let plain: Vec<&str> = words
            .iter()
            .copied()
            .filter(|word| !word.starts_with('-'))
            .collect();
        // `docker --context x push`: the value of an option may come first.
        let has_option = invocation
            .arguments
            .first()
            .is_some_and(|first| first.is_option() && !first.text.contains('='));
        let is_said = |phrase: &str| {
            let (phrase, before) = match phrase.strip_prefix('^') {
                Some(phrase) => (phrase, usize::from(has_option)),
                None => (phrase, BEFORE_MAX),
            };
            let mut begun = plain.iter().take(before + 1);
            let begins = phrase.starts_with('-') || begun.any(|word| begins(phrase, word));
            begins && in_order(&words, phrase) || phrase == "*"
        };
        rows.flat_map(|(_, phrases)| phrases.split(','))
            .map(|phrase| phrase.strip_prefix(' ').unwrap_or(phrase))
            .find(|phrase| is_said(phrase))
            .map(|phrase| phrase.trim_start_matches('^'))
    }
}
