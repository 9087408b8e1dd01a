"""The few measures that training prints and thresholds are chosen by."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -30, 30)))


def auc(y, score) -> float:
    """Area under the ROC curve by ranks, ties counted half."""
    y, score = np.asarray(y) > .5, np.asarray(score)
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n1, n0 = y.sum(), (~y).sum()
    return float((rank[y].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)) if n1 and n0 else float("nan")


def best_threshold(y, p) -> tuple[float, float]:
    """The threshold on p with the greatest F1, and that F1."""
    order = np.argsort(-p, kind="stable")
    tp = np.cumsum(np.asarray(y)[order])
    f1 = 2 * tp / (np.arange(1, len(y) + 1) + np.sum(y))
    k = int(np.argmax(f1))
    after = p[order[k + 1]] if k + 1 < len(y) else 0.0
    return float((p[order[k]] + after) / 2), float(f1[k])


def threshold(y, p, resamples: int = 40, shrink: float = 20.0) -> float:
    """The cut with the greatest F1, made steady for rare labels: the mean, in log-odds, of the best cuts of bootstrap
    resamples, in each of which the labels are mixed with p as if shrink positives had been drawn from it."""
    rng, cuts = np.random.default_rng(0), []
    for _ in range(resamples):
        i = rng.integers(0, len(y), len(y))
        yi, pi = np.asarray(y, float)[i], p[i]
        trust = yi.sum() / (yi.sum() + shrink)
        cut, _ = best_threshold(trust * yi + (1 - trust) * pi, pi)
        cuts.append(min(max(cut, 1e-6), 1 - 1e-6))
    return float(sigmoid(np.mean(np.log(cuts) - np.log1p(-np.asarray(cuts)))))


def f1(y, yes) -> float:
    tp = np.sum(y & yes)
    return float(2 * tp / max(np.sum(y) + np.sum(yes), 1))


def ece(y, p, bins: int = 10) -> float:
    """Expected calibration error over bins of equal mass."""
    order = np.argsort(p)
    return float(sum(abs(y[b].mean() - p[b].mean()) * len(b) for b in np.array_split(order, bins) if len(b)) / len(y))


def describe(y, logit) -> str:
    p = sigmoid(logit)
    if set(np.unique(y)) <= {0.0, 1.0}:
        _, f = best_threshold(y, p)
        return f"AUC {auc(y, p):.4f} bestF1 {f:.3f} ECE {ece(y, p):.3f} n {len(y)} yes {int(y.sum())}"
    return f"r {np.corrcoef(y, p)[0, 1]:.4f} n {len(y)}"
