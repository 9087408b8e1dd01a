"""How far the probabilities of stress and of the parts of an empathic answer must be drawn to the middle on texts of a
kind that training has not seen. Each labelled set in turn is left out, a hashed logistic regression learns from the
others, and the slope and offset that make it right on the set left out are found; for stress in each bin of length.
Only sets that may train weights are read."""
import argparse
import json
import random
from pathlib import Path

import numpy as np

import corpus
import linear
import metrics
import mix
import tasks
from hashing import Hasher, words

SETS = (("goemotions",), ("sad", "service"), ("essays",), ("own", "service"))
MOST = 12000  # texts of a set that a fold learns from
SPANS = 2     # short stretches cut from each longer text, with its label


def pieces(texts, rng) -> list[tuple[int, str]]:
    """Each text whole, and stretches of 5 to 12 and of 13 to 40 words of longer ones: (index of the text, text)."""
    out = []
    for i, t in enumerate(texts):
        out.append((i, t))
        w = t.split()
        for low, high in ((5, 12), (13, 40)):
            for _ in range(SPANS if len(w) > high else 0):
                n = rng.randint(low, high)
                at = rng.randint(0, len(w) - n)
                out.append((i, " ".join(w[at:at + n])))
    return out


def rows_of(root, split, rng, most) -> dict:
    """By set: texts with their label, cut into pieces and by bin of length."""
    by_source = {}
    for source, part, text, y, _ in tasks.stress_rows(root):
        if part == split:
            by_source.setdefault(source, []).append((text, y))
    return {s: rng.sample(r, min(len(r), most)) for s, r in by_source.items()}


def balanced(y) -> np.ndarray:
    """Weights that give both classes half, and all together 1."""
    y = np.asarray(y, float)
    return np.where(y > .5, .5 / max(y.sum(), 1), .5 / max((1 - y).sum(), 1))


def line(z, y, weight, prior=(1.0, 0.0), trust=.02) -> np.ndarray:
    """Slope and offset of z by Newton's method on the weighted log-loss, near the prior."""
    prior = np.array(prior)
    x, theta = np.stack([z, np.ones_like(z)], 1), prior.copy()
    for _ in range(40):
        p = metrics.sigmoid(x @ theta)
        gradient = x.T @ (weight * (p - y)) + trust * (theta - prior)
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + trust * np.eye(2)
        theta = theta - np.linalg.solve(hessian, gradient)
    return theta


def scorer(rows, hasher):
    """A logistic regression on rows, both classes weighing the same: texts -> log-odds."""
    texts, y = zip(*rows)
    y = np.array(y, float)
    coef, bias = linear.fit(hasher.matrix(texts), y, balanced(y) * len(y), .5)
    return lambda texts: hasher.matrix(texts) @ coef + bias


def left_out(train, dev, names, hasher) -> tuple:
    """The log-odds, labels and bins of the pieces of one set, scored by a model that has not seen it."""
    score = scorer([r for s, rows in train.items() if s not in names for r in rows], hasher)
    test = [r for s in names for r in dev.get(s, [])]
    cut = pieces([t for t, _ in test], random.Random(3))
    labels = np.array([test[i][1] for i, _ in cut], float)
    bins = np.digitize([len(words(t)) for _, t in cut], mix.LENGTH_BINS, right=True)
    return score([t for _, t in cut]), labels, bins


def slope(parts) -> float:
    """The slope that suits all parts (log-odds, labels, weights) together, each counting the same."""
    z, y, w = (np.concatenate(c) for c in zip(*parts))
    return float(line(z, y, w / len(parts))[0])


def stress_slopes(root, hasher, limit) -> list[float]:
    """One for each bin of length, drawn half way to that of all lengths, since few sets have long texts."""
    rng = random.Random(7)
    train, dev = rows_of(root, "train", rng, limit or MOST), rows_of(root, "dev", rng, MOST)
    seen = {k: [] for k in range(len(mix.LENGTH_BINS) + 1)}
    for names in SETS:
        z, y, bins = left_out(train, dev, names, hasher)
        for k in seen:
            i = bins == k
            if min(y[i].sum(), (1 - y[i]).sum()) >= 8:
                seen[k].append((z[i], y[i], balanced(y[i])))
                print(f"stress, {'+'.join(names)}, bin {k}: {metrics.describe(y[i], z[i])} slope {slope(seen[k][-1:]):.2f}", flush=True)
    everything = slope([p for parts in seen.values() for p in parts])
    return [round(float(np.sqrt(slope(parts) * everything)), 3) for parts in seen.values()]


def mechanism_slope(task, hasher, limit) -> float:
    """Own answers and comments with weak labels, each scored by a model of the other."""
    own = {t for _, t in corpus.own("answers")}
    sets = {True: [], False: []}
    for text, y, _ in task.train + task.dev:
        sets[text in own].append((text, y))
    parts = []
    for held in sets:
        score = scorer(random.Random(5).sample(sets[not held], min(len(sets[not held]), limit or MOST)), hasher)
        texts, y = zip(*sets[held])
        y, z = np.array(y), score(texts)
        parts.append((z, y, balanced(y)))
        print(f"  {'own' if held else 'comments'} held out: {metrics.describe(y, z)} slope {slope(parts[-1:]):.2f}", flush=True)
    return round(min(slope(parts), 1.0), 3)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True, help=".json: a slope for each bin of length, and for each mechanism")
    args.add_argument("--limit", type=int, default=0, help="texts of a set at most: to try the chain")
    a = args.parse_args()
    hasher, built = Hasher(), tasks.build(a.data)
    slopes = {h: mechanism_slope(built[h], hasher, a.limit) for h in mix.MECHANISMS}
    slopes["stress"] = stress_slopes(a.data, hasher, a.limit)
    print(slopes)
    a.out.write_text(json.dumps(slopes))


if __name__ == "__main__":
    main()
