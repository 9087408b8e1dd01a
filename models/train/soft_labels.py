"""Texts and what the teacher says of them: whole texts of the training splits, short spans (live turns are short),
and messages of several sentences."""
import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch

import corpus
from teacher import Teacher


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


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True, help=".npz")
    args.add_argument("--spans", type=int, default=100000)
    args.add_argument("--joined", type=int, default=15000)
    args.add_argument("--threads", type=int, default=2)
    a = args.parse_args()
    torch.set_num_threads(a.threads)
    rng = random.Random(11)
    texts = whole(a.data)
    texts += spans(texts, a.spans, rng) + joined(texts, a.joined, rng)
    print(len(texts), "texts", flush=True)

    def report(done, total):
        if done // 10000 != report.last:
            report.last = done // 10000
            print(f"{done}/{total}", flush=True)
    report.last = 0
    logits = Teacher(a.data / "teacher").logits(texts, report=report)
    np.savez_compressed(a.out, logits=logits.numpy().astype(np.float16), texts=np.frombuffer(json.dumps(texts).encode(), np.uint8))


if __name__ == "__main__":
    main()
