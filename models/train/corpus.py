"""The sets that may train weights (marked T in the data notes), and how they are split.

Every split is a function of the text or its id through `bucket`, so that the
Go benchmark can make the same one and nothing has to be stored.
"""
import csv
import json
from pathlib import Path

import openpyxl

EMOTIONS = ("admiration amusement anger annoyance approval caring confusion curiosity desire "
            "disappointment disapproval disgust embarrassment excitement fear gratitude grief joy "
            "love nervousness optimism pride realization relief remorse sadness surprise neutral").split()
EKMAN = "anger disgust fear joy neutral sadness surprise".split()
VADER_FILES = ("tweets", "amazonReviewSnippets", "movieReviewSnippets", "nytEditorialSnippets")


def fnv1a(data: bytes) -> int:
    """FNV-1a, 32 bit, then the finaliser of MurmurHash3, which mixes its weak low bits."""
    h = 0x811C9DC5
    for b in data:
        h = ((h ^ b) * 0x01000193) & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return h ^ (h >> 16)


def bucket(key: str, n: int) -> int:
    """A stable number 0..n-1 for a key."""
    return fnv1a(key.encode()) % n


def part(percent: int, test: int, dev: int) -> str:
    return "test" if percent < test else "dev" if percent < test + dev else "train"


def goemotions(root: Path, split: str, grouping: str = "original"):
    """(text, set of label indices) of one official split."""
    with open(root / f"text/goemotions/data/{grouping}/{split}.tsv", encoding="utf-8") as f:
        for line in f:
            text, labels, _ = line.rstrip("\n").split("\t")
            yield text, {int(x) for x in labels.split(",")}


def sad(root: Path):
    """Stressor sentences: text, stressor 0/1, agreement 0..1, severity 0..1, split by text (12 % test, 8 % dev)."""
    rows = openpyxl.load_workbook(root / "text/sad_stress/SAD_v1.xlsx", read_only=True).active.iter_rows(values_only=True)
    head = {name: i for i, name in enumerate(next(rows))}
    for r in rows:
        text = str(r[head["sentence"]]).strip()
        yield {"text": text, "stressor": int(r[head["is_stressor"]]), "agree": float(r[head["is_stressor_conf"]]),
               "severity": float(r[head["avg_severity"]]) / 10,
               "split": part(bucket("sad/" + text.lower(), 100), 12, 8)}


def vader(root: Path):
    """Rated texts: source file, text, valence -1..1; a tenth held out by whole text (an id is TEXT_SENTENCE)."""
    for name in VADER_FILES:
        with open(root / f"text/vader/{name}_GroundTruth.txt", encoding="utf-8") as f:
            for line in f:
                ident, score, text = line.rstrip("\n").split("\t")
                key = f"{name}/{ident.split('_')[0]}"
                yield {"source": name, "text": text, "valence": float(score) / 4, "split": part(bucket(key, 100), 10, 8)}


def essays(root: Path):
    """Reactions to news: text, self-reported empathy and distress 0..1, split by writer."""
    with open(root / "text/empathic_reactions/messages.csv", encoding="utf-8", newline="") as f:
        for r in csv.DictReader(f):
            yield {"text": r["essay"].strip(), "empathy": (float(r["empathy"]) - 1) / 6,
                   "distress": (float(r["distress"]) - 1) / 6,
                   "split": part(bucket("essay/" + r["response_id"], 100), 12, 8)}


def service(root: Path):
    """Unlabelled service texts: bank questions, spoken-style requests, coffee orders."""
    with open(root / "text/banking77/train.csv", encoding="utf-8", newline="") as f:
        yield from (("banking77", r["text"].strip()) for r in csv.DictReader(f))
    for p in sorted((root / "text/dstc11/dstc11").glob("*/test-utterances.jsonl")):
        with open(p, encoding="utf-8") as f:
            yield from (("dstc11", json.loads(line)["utterance"].strip()) for line in f if line.strip())
    with open(root / "text/taskmaster4/data_00.json", encoding="utf-8") as f:
        for dialogue in json.load(f):
            yield from (("taskmaster4/" + u["speaker"], u["text"].strip()) for u in dialogue["utterances"])


def lexicon(root: Path):
    """Word valences -1..1 of the VADER lexicon (MIT) and AFINN (Apache-2.0)."""
    with open(root / "text/vader/vader_lexicon.txt", encoding="utf-8") as f:
        for line in f:
            cols = line.rstrip("\n").split("\t")
            yield cols[0], float(cols[1]) / 4
    with open(root / "text/afinn/AFINN-en-165.txt", encoding="utf-8") as f:
        for line in f:
            word, score = line.rstrip("\n").rsplit("\t", 1)
            yield word, float(score) / 5


def own(name: str):
    """Sentences written for this project, as (labels, text): one a line in data/NAME.tsv, a digit for each label."""
    with open(Path(__file__).parent / "data" / f"{name}.tsv", encoding="utf-8") as f:
        for line in f:
            labels, text = line.rstrip("\n").split("\t")
            yield [int(c) for c in labels], text
