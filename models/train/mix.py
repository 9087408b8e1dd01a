"""How the two models are put together: per head a weighted sum of their log-odds, fitted on development splits."""
import numpy as np

import corpus
import metrics
import tasks

# The linear model has no Ekman heads of its own: its seven are "one of the group's emotions", which does as well on dev.
LINEAR_HEADS = [h for h in tasks.HEADS if not h.startswith("ekman_")]
GROUPS = {
    "anger": "anger annoyance disapproval", "disgust": "disgust", "fear": "fear nervousness",
    "joy": "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief",
    "neutral": "neutral", "sadness": "sadness disappointment embarrassment grief remorse",
    "surprise": "surprise realization confusion curiosity",
}
LENGTH_BINS = (12, 40)  # words: up to 12, up to 40, longer
PRIOR = np.array([.5, .5, 0.])
TRUST = 20.0            # weight of the prior, against log-losses summed over examples
FIXED = {               # not fitted
    "stressor": PRIOR,                                          # one dev sentence in eighteen is no stressor: too few
    "empathy": np.array([1., 0, 0]), "distress": np.array([1., 0, 0]),  # the network is worse at these on dev, and adds nothing
}


def all_heads(z: np.ndarray) -> np.ndarray:
    """Log-odds of the linear heads -> of all heads."""
    out = np.zeros((len(z), len(tasks.HEADS)))
    for i, h in enumerate(LINEAR_HEADS):
        out[:, tasks.HEADS.index(h)] = z[:, i]
    for e, members in GROUPS.items():
        none = np.sum([np.logaddexp(0, out[:, corpus.EMOTIONS.index(m)]) for m in members.split()], 0)
        out[:, tasks.HEADS.index("ekman_" + e)] = np.log(np.expm1(np.maximum(none, 1e-9)))
    return out


def fit(a, b, y, weight) -> np.ndarray:
    """Weights of a and b and an offset, by Newton's method on the log-loss with a Gaussian prior around PRIOR."""
    x, theta = np.stack([a, b, np.ones_like(a)], 1), PRIOR.copy()
    for _ in range(60):
        p = metrics.sigmoid(x @ theta)
        gradient = x.T @ (weight * (p - y)) + TRUST * (theta - PRIOR)
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + TRUST * np.eye(3)
        theta = theta - np.linalg.solve(hessian, gradient)
    return theta


def fit_all(examples, linear_of, network_of, lengths_of) -> tuple[np.ndarray, np.ndarray]:
    """[heads, 3] weights, and [bins, 3] of the stress head, whose classes weigh the same in each bin of length."""
    heads, stress = np.tile(PRIOR, (len(tasks.HEADS), 1)), []
    for h, name in enumerate(tasks.HEADS):
        if name in FIXED:
            heads[h] = FIXED[name]
            continue
        texts, y, w = (list(c) for c in zip(*examples[name].dev))
        y, a, b = np.asarray(y), linear_of(texts)[:, h], network_of(texts)[:, h]
        heads[h] = fit(a, b, y, np.asarray(w))
        print(f"{name:20s} {metrics.describe(y, np.stack([a, b, np.ones_like(a)], 1) @ heads[h])} {np.round(heads[h], 2)}", flush=True)
        if name != "stress":
            continue
        bins = np.digitize(lengths_of(texts), LENGTH_BINS, right=True)
        for k in range(len(LENGTH_BINS) + 1):
            yk, ak, bk = y[bins == k], a[bins == k], b[bins == k]
            even = np.where(yk > .5, .5 / yk.mean(), .5 / (1 - yk.mean()))
            stress.append(fit(ak, bk, yk, even))
            z = np.stack([ak, bk, np.ones_like(ak)], 1) @ stress[-1]
            print(f"  length bin {k}: {metrics.describe(yk, z)} {np.round(stress[-1], 2)}")
    return heads.astype(np.float32), np.asarray(stress, np.float32)


def outputs(linear, network, heads, stress, lengths) -> np.ndarray:
    """Log-odds of both models -> the values of text.Outputs."""
    z = linear * heads[:, 0] + network * heads[:, 1] + heads[:, 2]
    line, s = stress[np.digitize(lengths, LENGTH_BINS, right=True)], tasks.HEADS.index("stress")
    z[:, s] = linear[:, s] * line[:, 0] + network[:, s] * line[:, 1] + line[:, 2]
    p = metrics.sigmoid(z)
    v = tasks.HEADS.index("valence")
    p[:, v] = 2 * p[:, v] - 1
    return p
