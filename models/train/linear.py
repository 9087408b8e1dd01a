"""Trains the hashed linear model: one L2 logistic regression per head (liblinear), on n-grams weighted by
their inverse document frequency. The weighting is folded into the weights, so that inference only adds rows."""
import argparse
import random
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

import metrics
import tasks
from hashing import Hasher
from mix import LINEAR_HEADS

C = {"default": .5, "severity": .2, "valence": 1.0, "empathy": .1, "distress": .1, "stressor": .5}


def inverse_document_frequency(texts, hasher) -> np.ndarray:
    m = hasher.matrix(texts)
    df = np.bincount(m.indices, minlength=m.shape[1])
    return ((np.log((1 + m.shape[0]) / (1 + df)) + 1) / 5).astype(np.float32)


def fit(x, y, weight, c) -> tuple[np.ndarray, float]:
    """Logistic regression on targets 0..1: a target of .3 is three tenths of a yes and seven of a no."""
    yes, no = np.flatnonzero(y > 0), np.flatnonzero(y < 1)
    rows = sparse.vstack([x[yes], x[no]]).tocsr()
    labels = np.r_[np.ones(len(yes), int), np.zeros(len(no), int)]
    w = np.r_[weight[yes] * y[yes], weight[no] * (1 - y[no])]
    m = LogisticRegression(solver="liblinear", C=c, random_state=0, tol=1e-3).fit(rows, labels, sample_weight=w)
    return m.coef_[0].astype(np.float32), float(m.intercept_[0])


def columns(examples):
    texts, y, w = zip(*examples)
    return list(texts), np.asarray(y), np.asarray(w)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True, help="folder with text/ in it")
    args.add_argument("--out", type=Path, required=True, help="float weights, .npz")
    args.add_argument("--limit", type=int, default=0, help="texts of a head at most: to try the chain")
    a = args.parse_args()
    all_tasks, hasher = tasks.build(a.data), Hasher()
    if a.limit:
        for k in all_tasks.values():
            k.train = random.Random(1).sample(k.train, min(len(k.train), a.limit * 4))
    idf = inverse_document_frequency(sorted({t for k in all_tasks.values() for t, _, _ in k.train}), hasher)
    cache, weights, biases = {}, [], []

    def matrix(texts):
        key = hash(tuple(texts))
        if key not in cache:
            cache[key] = hasher.matrix(texts).multiply(idf).tocsr()
        return cache[key]

    for head in LINEAR_HEADS:
        texts, y, w = columns(all_tasks[head].train)
        coef, bias = fit(matrix(texts), y, w, C.get(head, C["default"]))
        weights.append(coef * idf)
        biases.append(bias)
        if all_tasks[head].dev:
            texts, y, _ = columns(all_tasks[head].dev)
            print(f"{head:20s} dev {metrics.describe(y, matrix(texts) @ coef + bias)}", flush=True)
    np.savez(a.out, weight=np.stack(weights), bias=np.asarray(biases, np.float32), heads=np.asarray(LINEAR_HEADS))


if __name__ == "__main__":
    main()
