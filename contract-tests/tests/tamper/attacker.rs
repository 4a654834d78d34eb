//! Somebody who can write the files: what they do to records, and how far they go to hide it.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use sinew_runtime::ledger::{Checkpoint, LedgerKey};
use sinew_runtime::world::{Random as _, SeededRandom};

use crate::base::{Base, copy_state};
use crate::rows::{Row, Rows};

struct Dice(SeededRandom);

impl Dice {
    fn below(&self, limit: usize) -> usize {
        let mut bytes = [0; size_of::<usize>()];
        self.0.fill(&mut bytes);
        usize::from_be_bytes(bytes) % limit
    }

    /// The id of a chain, or one past the last.
    fn chain_up_to(&self, last: usize) -> i64 {
        i64::try_from(1 + self.below(last)).unwrap()
    }

    fn one_of<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

type Mutation = fn(&Dice, &mut Rows);

/// What can be done to records; each leaves the rows it touches changed.
const MUTATIONS_OF_RECORDS: [(&str, Mutation); 14] = [
    ("flip a bit of a body", |dice, rows| {
        flip(dice, &mut any_row(dice, rows).body);
    }),
    ("write another byte into a body", |dice, rows| {
        let body = &mut any_row(dice, rows).body;
        let (at, by) = (dice.below(body.len()), 1 + dice.below(255));
        body[at] = body[at].wrapping_add(u8::try_from(by).unwrap());
    }),
    ("turn a decision around", |dice, rows| {
        let row = any_row(dice, rows);
        row.body = String::from_utf8(row.body.clone())
            .unwrap()
            .replace("deny", "allow")
            .into();
    }),
    ("cut a body short", |dice, rows| {
        let body = &mut any_row(dice, rows).body;
        body.truncate(dice.below(body.len()));
    }),
    ("flip a bit of a hash", |dice, rows| {
        flip(dice, &mut any_row(dice, rows).hash);
    }),
    ("move a record into another chain", |dice, rows| {
        let chain = dice.chain_up_to(rows.chains.len() + 1);
        any_row(dice, rows).chain = chain;
    }),
    ("give a record another place in its chain", |dice, rows| {
        let row = any_row(dice, rows);
        row.seq += *dice.one_of(&[-1, 1, 7, i64::MAX - row.seq]);
    }),
    ("give a record another position", |dice, rows| {
        let position = any_position(dice, rows);
        let row = rows.records.remove(&position).unwrap();
        let free = *dice.one_of(&[0, -5, 1_000, i64::MAX, -position]);
        rows.records.insert(free, row);
    }),
    ("rename a chain", |dice, rows| {
        let id = dice.chain_up_to(rows.chains.len());
        rows.chains.get_mut(&id).unwrap().0.push('x');
    }),
    ("delete records", |dice, rows| {
        for _ in 0..=dice.below(4) {
            let position = any_position(dice, rows);
            rows.records.remove(&position);
        }
    }),
    ("delete a chain", |dice, rows| {
        let id = dice.chain_up_to(rows.chains.len());
        rows.records.retain(|_, row| row.chain != id);
        rows.chains.remove(&id);
    }),
    ("swap two records", |dice, rows| {
        let (one, other) = (any_position(dice, rows), any_position(dice, rows));
        let (first, second) = (rows.records[&one].clone(), rows.records[&other].clone());
        rows.records.insert(one, second);
        rows.records.insert(other, first);
    }),
    ("insert a record", |dice, rows| {
        let at = any_position(dice, rows);
        let new = Row {
            body: b"{\"kind\":\"turn\"}".to_vec(),
            ..rows.records[&at].clone()
        };
        let later = rows.records.split_off(&at);
        rows.records.insert(at, new);
        rows.records
            .extend(later.into_iter().map(|(position, row)| (position + 1, row)));
    }),
    ("cut the end off", |dice, rows| {
        let from = any_position(dice, rows);
        rows.records.split_off(&from);
    }),
];

fn any_position(dice: &Dice, rows: &Rows) -> i64 {
    let positions: Vec<_> = rows.records.keys().copied().collect();
    *dice.one_of(&positions)
}

fn any_row<'a>(dice: &Dice, rows: &'a mut Rows) -> &'a mut Row {
    let position = any_position(dice, rows);
    rows.records.get_mut(&position).unwrap()
}

fn flip(dice: &Dice, bytes: &mut [u8]) {
    let at = dice.below(bytes.len());
    bytes[at] ^= 1 << dice.below(8);
}

/// How far the attacker goes to hide it.
#[derive(Debug, Clone, Copy)]
enum Cover {
    /// Not at all.
    Nothing,
    /// Positions and places are made to count again.
    Renumber,
    /// Chains are linked anew, heads and tree rebuilt.
    Rebuild,
    /// And the checkpoints that no longer agree are taken out of the database and of its own file.
    Forget,
    /// And new ones are signed, with a key of the attacker's own, whose public half replaces the ledger's.
    Forge,
}

const COVERS: [Cover; 5] = [
    Cover::Nothing,
    Cover::Renumber,
    Cover::Rebuild,
    Cover::Forget,
    Cover::Forge,
];

/// Makes a copy of the base in `state` and tampers with it. Returns what was done, or `None` when it came to nothing.
pub(crate) fn tamper(base: &Base, seed: u64, state: &Path) -> Option<String> {
    let dice = Dice(SeededRandom::new(seed));
    if dice.below(40) == 0 {
        let earlier = dice.one_of(&base.earlier);
        copy_state(earlier, state);
        return Some(format!("roll back to {}", earlier.display()));
    }
    copy_state(&base.dir.path().join("state"), state);
    let mut rows = base.rows.clone();
    let (name, mutate) = dice.one_of(&MUTATIONS_OF_RECORDS);
    mutate(&dice, &mut rows);
    if rows == base.rows {
        return None;
    }
    let cover = *dice.one_of(&COVERS);
    match cover {
        Cover::Nothing => {}
        Cover::Renumber => rows.renumber(),
        Cover::Rebuild => rows.rebuild(),
        Cover::Forget => forget(&mut rows, base, state),
        Cover::Forge => forge(&mut rows, base, state),
    }
    if rows.records == base.rows.records && rows.chains == base.rows.chains {
        return None;
    }
    rows.write(&base.rows, &state.join("sinew.db"));
    Some(format!("{name}, cover: {cover:?}"))
}

pub(crate) fn forget(rows: &mut Rows, base: &Base, state: &Path) {
    rows.rebuild();
    let same = |(position, row): &(&i64, &Row)| base.rows.records.get(position) == Some(row);
    let unchanged = rows.records.iter().take_while(same).count();
    let unchanged = i64::try_from(unchanged).unwrap();
    rows.checkpoints.retain(|size, _| *size <= unchanged);
    let notes: Vec<_> = rows
        .checkpoints
        .values()
        .map(|note| format!("{note}\n"))
        .collect();
    fs::write(state.join("checkpoints"), notes.concat()).unwrap();
}

fn forge(rows: &mut Rows, base: &Base, state: &Path) {
    forget(rows, base, state);
    let key = LedgerKey::new(&[66; 32]);
    let last = rows.checkpoints.values().next_back();
    let forged = Checkpoint {
        origin: base.key.name().to_owned(),
        size: rows.tree.0.unsigned_abs(),
        root: rows.root(),
        previous: last
            .and_then(|note| Checkpoint::digest(note))
            .unwrap_or_default(),
        unix_micros: 1_790_000_001_000_000,
    };
    let note = forged.sign(&key);
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(state.join("checkpoints"))
        .unwrap();
    writeln!(file, "{note}").unwrap();
    rows.checkpoints.insert(rows.tree.0, note);
    fs::write(
        state.join("ledger.pub"),
        format!("{}\n", key.public().line()),
    )
    .unwrap();
}
