"""The texts that teachers label for the student: whole texts of the training splits, copies of them with words
changed, short spans (live turns are short), and messages of several sentences. One JSON list, the same for all teachers."""
import argparse
import json
import random
from pathlib import Path

import numpy as np

import corpus
from teacher import Teacher

NEAREST = 8       # a word is changed for one of these
CHANGED = .2      # share of the words that are changed in a copy
SPANS, COPIES, JOINED = 90000, 60000, 20000


def whole(root: Path) -> list[str]:
    texts = [t for t, _ in corpus.goemotions(root, "train")]
    for rows in (corpus.sad(root), corpus.vader(root), corpus.essays(root)):
        texts += [r["text"] for r in rows if r["split"] == "train"]
    texts += [t for _, t in corpus.service(root)]
    texts += [t for name in ("support", "answers") for _, t in corpus.own(name)]
    return list(dict.fromkeys(t for t in texts if t))


def spans(texts, count, rng) -> list[str]:
    """Random stretches of 5 to 20 words from texts that are longer."""
    long = [w for w in (t.split() for t in texts) if len(w) > 8]
    out = []
    for _ in range(count):
        w = rng.choice(long)
        n = rng.randint(5, min(20, len(w) - 1))
        at = rng.randint(0, len(w) - n)
        out.append(" ".join(w[at:at + n]))
    return out


def joined(texts, count, rng) -> list[str]:
    """Two to four texts one after the other."""
    short = [t for t in texts if len(t.split()) < 25]
    return [" ".join(t if t[-1] in ".!?" else t + "." for t in rng.sample(short, rng.choice((2, 3, 4)))) for _ in range(count)]


def neighbours(teacher: Teacher) -> dict[str, list[str]]:
    """For each whole word of the encoder's vocabulary the words whose embeddings point the same way
    (the augmentation of TinyBERT, Jiao et al. 2020)."""
    vocab = {w: i for w, i in teacher.tokenizer.get_vocab().items() if w.isalpha() and w.isascii() and len(w) > 2}
    names, rows = list(vocab), list(vocab.values())
    e = teacher.w["embeddings.word_embeddings.weight"][rows].numpy()
    e = e - e.mean(0)
    e /= np.linalg.norm(e, axis=1, keepdims=True)
    out = {}
    for at in range(0, len(names), 1000):
        near = np.argpartition(-(e[at:at + 1000] @ e.T), NEAREST + 1, axis=1)[:, :NEAREST + 1]
        for i, row in enumerate(near):
            out[names[at + i]] = [names[j] for j in row if j != at + i]
    return out


def rarity(root: Path) -> tuple[list[str], list[float]]:
    """Comments and how often to copy each: by the root of its rarest emotion's frequency."""
    rows = list(corpus.goemotions(root, "train"))
    often = np.bincount([i for _, ls in rows for i in ls], minlength=len(corpus.EMOTIONS)) / len(rows)
    return [t for t, _ in rows], [1 / np.sqrt(min(often[i] for i in ls)) for _, ls in rows]


def copies(root, near, count, rng) -> list[str]:
    texts, weights = rarity(root)
    out = []
    for t in rng.choices(texts, weights, k=count):
        words = [rng.choice(near[w.lower()]) if w.lower() in near and rng.random() < CHANGED else w for w in t.split()]
        out.append(" ".join(words))
    return out


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True, help=".json")
    args.add_argument("--limit", type=int, default=0, help="texts at most: to try the chain")
    a = args.parse_args()
    rng = random.Random(11)
    base = whole(a.data)
    near = neighbours(Teacher(a.data / "teacher"))
    texts = base + spans(base, SPANS, rng) + copies(a.data, near, COPIES, rng) + joined(base, JOINED, rng)
    texts = list(dict.fromkeys(texts))
    if a.limit:
        texts = rng.sample(texts, a.limit)
    a.out.write_text(json.dumps(texts), encoding="utf-8")
    print(len(texts), "texts")


if __name__ == "__main__":
    main()
