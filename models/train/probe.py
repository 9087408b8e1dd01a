"""Soft labels for the heads that the given teacher lacks (stress and the three mechanisms of an empathic answer): a
logistic regression on its logits, fitted to the hard labels, says what a 22 M parameter encoder's view implies."""
import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

import metrics
import tasks
from examples import SOFT_HEADS, hard


def features(z) -> np.ndarray:
    z = z[:, :SOFT_HEADS].astype(np.float64)
    return np.c_[z / 4, metrics.sigmoid(z) * 2]


def fit(z, target, weight) -> list[LogisticRegression]:
    """One regression a head, of those texts that have a hard label."""
    out = []
    for h in range(SOFT_HEADS, len(tasks.HEADS)):
        i = np.flatnonzero(weight[:len(z), h] > 0)
        out.append(LogisticRegression(C=1.0, max_iter=300).fit(features(z[i]), target[i, h] > .5, sample_weight=weight[i, h]))
    return out


def apply(models, z) -> np.ndarray:
    """The teacher's logits with those of the other heads beside them."""
    x, z = features(z), z.astype(np.float32).copy()
    z[:, tasks.HEADS.index("valence")] *= 2  # tanh(z) = 2 sigmoid(2z) - 1
    return np.c_[z, np.stack([m.decision_function(x) for m in models], 1)]


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--texts", type=Path, required=True, help="what pool.py wrote")
    args.add_argument("--soft", type=Path, required=True, help="the given teacher's logits of them")
    args.add_argument("--out", type=Path, required=True, help=".npy with all heads")
    a = args.parse_args()
    texts, z = json.loads(a.texts.read_text(encoding="utf-8")), np.load(a.soft)
    _, target, weight = hard(a.data, texts)
    models = fit(z, target, weight)
    full = apply(models, z)
    for h in range(SOFT_HEADS, len(tasks.HEADS)):
        i = np.flatnonzero(weight[:len(z), h] > 0)
        print(f"{tasks.HEADS[h]:20s} on what it was fitted to: {metrics.describe(target[i, h], full[i, h])}", flush=True)
    np.save(a.out, full.astype(np.float16))


if __name__ == "__main__":
    main()
