#!/usr/bin/env python3
"""Verifies a ledger without sharing a line of code with the program that wrote it.

Written from `runtime/src/ledger/format.md`, with nothing but Python's standard library: the SQLite file is read directly,
and Ed25519 is verified by the few functions below (RFC 8032, section 5.1).

    verify_ledger.py STATE [--against FILE]... [--key KEY]
    verify_ledger.py --cases         reads lines {"state": DIR, "against": [FILE, ...]} and answers each with a line

Prints a JSON object and exits with 1 if something is wrong, with 2 if it could not look.
"""

import argparse
import base64
import binascii
import functools
import hashlib
import json
import pathlib
import sqlite3
import struct
import sys

NOTHING_BEFORE = bytes(32)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# --- Ed25519: verification only, so nothing here has to be constant in time.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(a, b):
    """Adds two points in extended coordinates."""
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m, n = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    o, q = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = n - m, q - o, q + o, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def same_point(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decode_point(data):
    """Returns the point that 32 bytes stand for, or None."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if len(data) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decode_point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=4096)
def ed25519_verifies(public, message, signature):
    if len(signature) != 64:
        return False
    point, commitment = decode_point(public), decode_point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or commitment is None or scalar >= ORDER:
        return False
    challenge = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(challenge, "little") % ORDER
    return same_point(times(scalar, BASE), add(commitment, times(challenge, point)))


# --- Keys and checkpoints


class Wrong(Exception):
    """Something is not what it should be."""


class Key:
    def __init__(self, line):
        try:
            self.name, key_hash, blob = line.strip().split("+", 2)
            blob = base64.b64decode(blob, validate=True)
            self.hash = bytes.fromhex(key_hash)
        except (ValueError, binascii.Error) as error:
            raise Wrong("the key is not of the form name+hash+base64") from error
        self.public = blob[1:]
        if blob[:1] != b"\x01" or len(self.public) != 32:
            raise Wrong("the key is not an Ed25519 key")
        if sha256(self.name.encode(), b"\n\x01", self.public)[:4] != self.hash:
            raise Wrong("the key's hash is not its own")


class Checkpoint:
    def __init__(self, note, key):
        text, separator, signatures = note.partition("\n\n")
        if not separator:
            raise Wrong("is not a signed note")
        text += "\n"
        lines = text.split("\n")
        try:
            self.origin = lines[0]
            self.size = int(lines[1])
            self.root = base64.b64decode(lines[2], validate=True)
            word, previous = lines[3].split(" ")
            self.previous = base64.b64decode(previous, validate=True)
            time_word, time = lines[4].split(" ")
            int(time)
        except (IndexError, ValueError, binascii.Error) as error:
            raise Wrong("is not a checkpoint") from error
        if str(self.size) != lines[1] or self.size < 0 or len(self.root) != 32:
            raise Wrong("is not a checkpoint")
        if word != "previous" or len(self.previous) != 32 or time_word != "time":
            raise Wrong("is not a checkpoint")
        if not any(self.signed(line, text, key) for line in signatures.split("\n")):
            raise Wrong(f"is not signed by {key.name}")
        if self.origin != key.name:
            raise Wrong(f"is of another log, {self.origin}")
        self.digest = sha256(text.encode())

    @staticmethod
    def signed(line, text, key):
        start = f"\u2014 {key.name} "
        if not line.startswith(start):
            return False
        try:
            blob = base64.b64decode(line[len(start):], validate=True)
        except (ValueError, binascii.Error):
            return False
        return blob[:4] == key.hash and ed25519_verifies(key.public, text.encode(), blob[4:])


def read_stub(size, frontier, note, heads, key):
    """Returns the tree and the heads that a signed stub stands for."""
    text, separator, signatures = note.partition("\n\n")
    if not separator:
        raise Wrong("is not a signed note")
    text += "\n"
    lines = text.split("\n")
    tree = Tree.restore(size, frontier)
    digest = hashlib.sha256()
    for name, seq, link in heads:
        digest.update(struct.pack(">I", len(name)) + name + struct.pack(">Q", seq) + link)
    said = [lines[0], str(size), base64.b64encode(tree.root()).decode(), f"heads {base64.b64encode(digest.digest()).decode()}"]
    if len(lines) < 5 or lines[:4] != said or not lines[4].startswith("time "):
        raise Wrong("is not over the tree and the heads that are kept with it")
    if lines[0] != key.name or not any(Checkpoint.signed(line, text, key) for line in signatures.split("\n")):
        raise Wrong(f"is not signed by {key.name}")
    return tree, {name: (seq, link) for name, seq, link in heads}


def split_notes(text):
    """Cuts a file into notes: a text, an empty line, signatures, an empty line."""
    parts = text.split("\n\n")
    return [f"{parts[2 * n]}\n\n{parts[2 * n + 1]}\n" for n in range((len(parts) - 1) // 2)]


# --- The tree


class Tree:
    def __init__(self):
        self.size = 0
        self.subtrees = []  # (height, root), largest first

    @staticmethod
    def restore(size, frontier):
        heights = [height for height in range(size.bit_length() - 1, -1, -1) if size >> height & 1]
        if len(frontier) != 32 * len(heights):
            raise Wrong("has a frontier that does not fit its size")
        tree = Tree()
        tree.size = size
        tree.subtrees = [(height, frontier[32 * n : 32 * n + 32]) for n, height in enumerate(heights)]
        return tree

    def push(self, data):
        height, node = 0, sha256(b"\x00", data)
        while self.subtrees and self.subtrees[-1][0] == height:
            node = sha256(b"\x01", self.subtrees.pop()[1], node)
            height += 1
        self.subtrees.append((height, node))
        self.size += 1

    def frontier(self):
        return b"".join(root for _, root in self.subtrees)

    def root(self):
        if not self.subtrees:
            return sha256()
        root = self.subtrees[-1][1]
        for _, left in reversed(self.subtrees[:-1]):
            root = sha256(b"\x01", left, root)
        return root


# --- Verification


class Verifier:
    def __init__(self, state, against, key):
        self.state = pathlib.Path(state)
        self.against = against
        self.key = Key(key or (self.state / "ledger.pub").read_text())
        self.integrity, self.completeness = [], []
        self.stated = {}  # size -> {(place, root)}
        self.covered = 0
        self.dropped = 0
        self.start = (Tree(), {})

    def run(self):
        files = [(f"`{path}`", read_text(path), False) for path in self.against]
        own = self.state / "checkpoints"
        own = ("the checkpoints file", read_text(own) if own.exists() else "", True)
        database = (self.state / "sinew.db").resolve()
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, isolation_level=None) as connection:
            connection.text_factory = bytes
            connection.execute("BEGIN")
            self.stub(connection)
            self.checkpoints(connection, [*files, own])
            size, chains = self.records(connection)
            payloads, erased = self.payloads(connection)
        connection.close()
        return {
            "passed": not self.integrity and not self.completeness,
            "size": size,
            "dropped": self.dropped,
            "chains": chains,
            "covered": self.covered,
            "uncovered": size - self.covered,
            "payloads": payloads,
            "payloads_erased": erased,
            "integrity": self.integrity,
            "completeness": self.completeness,
        }

    def stub(self, connection):
        rows = connection.execute("SELECT size, frontier, note FROM stub").fetchall()
        heads = connection.execute("SELECT name, seq, hash FROM stub_head ORDER BY name").fetchall()
        for size, frontier, note in rows:
            try:
                self.start = read_stub(size, frontier, note.decode(errors="replace"), heads, self.key)
                self.dropped = size
            except Wrong as wrong:
                self.integrity.append(f"the stub of dropped records {wrong}")

    def checkpoints(self, connection, files):
        rows = connection.execute("SELECT size, note FROM checkpoint ORDER BY size").fetchall()
        stored = [note.decode(errors="replace") for _, note in rows]
        self.sequence("the database", stored, True)
        for size, note in rows:
            if note.split(b"\n")[1:2] != [str(size).encode()]:
                self.integrity.append(f"a stored checkpoint stands under the size {size}, which is not its own")
        for place, text, is_own in files:
            notes = split_notes(text)
            self.sequence(place, notes, is_own)
            later = {note for note in notes if not self.covers_dropped(note)}
            if later - set(stored):
                self.completeness.append(f"checkpoints in {place} are not in the database")
            # The database gets a checkpoint first, so the last one may be missing from the file.
            if is_own and set(stored[:-1]) - set(notes):
                self.completeness.append(f"checkpoints in the database are not in {place}")

    def covers_dropped(self, note):
        line = note.split("\n")[1:2]
        return bool(line) and line[0].isdecimal() and int(line[0]) < self.dropped

    def sequence(self, place, notes, from_the_first):
        before = None
        for number, note in enumerate(notes):
            try:
                checkpoint = Checkpoint(note, self.key)
            except Wrong as wrong:
                self.integrity.append(f"a checkpoint in {place} {wrong}")
                before = None
                continue
            if before and checkpoint.size <= before.size:
                self.completeness.append(f"in {place} sizes do not grow at {checkpoint.size}")
            elif before and checkpoint.previous != before.digest:
                self.completeness.append(f"in {place} checkpoints are missing before {checkpoint.size}")
            elif number == 0 and from_the_first and checkpoint.size > self.dropped and checkpoint.previous != NOTHING_BEFORE:
                self.completeness.append(f"in {place} checkpoints are missing before the first")
            before = checkpoint
            self.stated.setdefault(checkpoint.size, set()).add((place, checkpoint.root))

    def records(self, connection):
        (tree, heads), count, stopped = self.start, self.dropped, False
        self.compare(tree, count)
        names = dict(connection.execute("SELECT id, name FROM chain"))
        rows = connection.execute(
            "SELECT position, chain, seq, hash, body FROM record WHERE ?1 = 0 OR position > ?1 ORDER BY position", [self.dropped]
        )
        for position, chain, seq, link, body in rows:
            count += 1
            name = names.get(chain)
            sound = isinstance(seq, int) and 0 < seq < 2**63 and isinstance(body, bytes)
            if name is None or not sound or not isinstance(link, bytes) or len(link) != 32:
                self.integrity.append(f"record {position} cannot be read")
                stopped = True
                break
            if position != count:
                self.completeness.append(f"position {position} stands where {count} should")
            last_seq, last_link = heads.get(name, (0, NOTHING_BEFORE))
            frame = (b"sinew chain v1\n", last_link, struct.pack(">I", len(name)), name, struct.pack(">QQ", seq, len(body)))
            if seq != last_seq + 1:
                self.completeness.append(f"at position {position} a chain goes from {last_seq} to {seq}")
            elif sha256(*frame, body) != link:
                self.integrity.append(f"at position {position} the record does not match its hash")
            heads[name] = (seq, link)
            tree.push(struct.pack(">I", len(name)) + name + struct.pack(">Q", seq) + link)
            self.compare(tree, position)
        if stopped:
            return count, len(heads)
        beyond = [size for size in self.stated if size > count]
        if beyond:
            self.completeness.append(f"a checkpoint covers {max(beyond)} records, and there are {count}")
        stored = {name: (seq, link) for name, seq, link in connection.execute("SELECT name, seq, hash FROM chain")}
        if stored != heads:
            self.integrity.append("the stored heads are not those of the chains")
        if connection.execute("SELECT size, frontier FROM tree").fetchall() != [(tree.size, tree.frontier())]:
            self.integrity.append("the stored tree is not the one over the records")
        return count, len(heads)

    def compare(self, tree, position):
        for place, root in self.stated.get(position, ()):
            if position == tree.size and root == tree.root():
                self.covered = max(self.covered, position)
            else:
                self.integrity.append(f"up to {position} the records are not those of the checkpoint in {place}")

    def payloads(self, connection):
        kept = erased = 0
        for digest, salt, content in connection.execute("SELECT digest, salt, bytes FROM payload"):
            if salt is None or content is None:
                erased += 1
            elif sha256(salt, content) == digest:
                kept += 1
            else:
                self.integrity.append(f"payload {digest.hex()} is not what its digest names")
        return kept, erased


def read_text(path):
    return pathlib.Path(path).read_bytes().decode(errors="replace")


def judge(state, against, key):
    """Returns the report and the exit code."""
    try:
        report = Verifier(state, against, key).run()
    except Wrong as wrong:
        return {"passed": False, "error": str(wrong)}, 2
    except (OSError, sqlite3.Error) as error:
        return {"passed": False, "error": str(error)}, 2
    return report, 0 if report["passed"] else 1


def main():
    parser = argparse.ArgumentParser(description="Verifies a ledger independently of the program that wrote it.")
    parser.add_argument("state", nargs="?", help="the state folder")
    parser.add_argument("--against", action="append", default=[], metavar="FILE", help="a copy of the checkpoints")
    parser.add_argument("--key", help="the public key's line, instead of the state folder's ledger.pub")
    parser.add_argument("--cases", action="store_true", help="read cases from standard input, one JSON object a line")
    arguments = parser.parse_args()
    if arguments.cases:
        for line in sys.stdin:
            case = json.loads(line)
            report, code = judge(case["state"], case.get("against", []), case.get("key"))
            print(json.dumps({"code": code, **report}), flush=True)
        return 0
    if not arguments.state:
        parser.error("STATE is missing")
    report, code = judge(arguments.state, arguments.against, arguments.key)
    print(json.dumps(report, indent=2))
    return code


if __name__ == "__main__":
    sys.exit(main())
