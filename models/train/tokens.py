"""Fingerprints of the reference tokenizer's ids on every line of the sets, for TestTokensOfTheSets in Go."""
import argparse
import json
import zlib
from pathlib import Path

import numpy as np

import vocab

SUFFIXES = (".tsv", ".csv", ".txt", ".jsonl", ".json")


def fingerprint(tokenizer, path: Path) -> int:
    """CRC-32 of all ids, 4 bytes each, little-endian; a line that is no UTF-8 has U+FFFD for its bad bytes."""
    lines = [line.decode("utf-8", "replace") for line in path.read_bytes().split(b"\n")]
    crc = 0
    for at in range(0, len(lines), 5000):
        for row in vocab.ids(tokenizer, lines[at:at + 5000]):
            crc = zlib.crc32(np.asarray(row, "<i4").tobytes(), crc)
    return crc


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True, help="models/text")
    a = args.parse_args()
    tokenizer = vocab.load(a.out / "vocab.txt")
    files = sorted(p for p in (a.data / "text").rglob("*") if p.suffix in SUFFIXES)
    rows = {str(p.relative_to(a.data)): fingerprint(tokenizer, p) for p in files}
    (a.out / "testdata" / "tokens.json").write_text(json.dumps(rows, indent=0) + "\n")


if __name__ == "__main__":
    main()
