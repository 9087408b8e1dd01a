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
SHARES = (.3, .4, .5, .6)  # of the linear model, that are tried on dev for the emotions
ASSUMED = 1 / 3         # how many answers carry a mechanism of empathy: stated, not learned
MECHANISMS = ("emotional_reaction", "interpretation", "exploration")
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


def fit(a, b, y, weight, prior=PRIOR) -> np.ndarray:
    """Weights of a and b and an offset, by Newton's method on the log-loss with a Gaussian prior."""
    x, theta = np.stack([a, b, np.ones_like(a)], 1), prior.copy()
    for _ in range(60):
        p = metrics.sigmoid(x @ theta)
        gradient = x.T @ (weight * (p - y)) + TRUST * (theta - prior)
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + TRUST * np.eye(3)
        theta = theta - np.linalg.solve(hessian, gradient)
    return theta


def scaled(a, b, y, weight, share) -> np.ndarray:
    """A line through share of a and the rest of b: only its slope and its offset are fitted."""
    z = share * a + (1 - share) * b
    slope, _, offset = fit(z, np.zeros_like(z), y, weight, np.array([1., 0, 0]))
    return np.array([slope * share, slope * (1 - share), offset])


def best_share(examples, names, linear_of, network_of) -> float:
    """The share of the linear model with the greatest mean F1 on dev, thresholds drawn from resamples."""
    score = {s: [] for s in SHARES}
    for name in names:
        texts, y, _ = (list(c) for c in zip(*examples[name].dev))
        h, y = tasks.HEADS.index(name), np.asarray(y)
        a, b = linear_of(texts)[:, h], network_of(texts)[:, h]
        half = np.arange(len(y)) % 2 == 0
        for s in SHARES:
            p = metrics.sigmoid(s * a + (1 - s) * b)
            score[s] += [metrics.f1(y[k] > .5, p[k] >= metrics.threshold(y[~k], p[~k])) for k in (half, ~half)]
    best = max(SHARES, key=lambda s: np.mean(score[s]))
    print({s: round(float(np.mean(f)), 4) for s, f in score.items()}, "share of the linear model:", best, flush=True)
    return best


def even(y, share=.5) -> np.ndarray:
    """Weights that make share of the examples positive."""
    return np.where(y > .5, share / y.mean(), (1 - share) / (1 - y.mean()))


def fit_all(examples, linear_of, network_of, lengths_of, slopes) -> tuple[np.ndarray, np.ndarray]:
    """[heads, 3] weights, and [bins, 3] of the stress head, whose classes weigh the same in each bin of length and
    whose log-odds are drawn to 0 by slopes, as texts of an unseen kind ask for (transfer.py). So are those of the
    mechanisms of empathy, to the share of answers that is assumed to carry one."""
    heads, stress = np.tile(PRIOR, (len(tasks.HEADS), 1)), []
    ekman = [h for h in tasks.HEADS if h.startswith("ekman_")]
    shares = {}
    for names in (corpus.EMOTIONS, ekman):
        shares |= dict.fromkeys(names, best_share(examples, names, linear_of, network_of))
    for h, name in enumerate(tasks.HEADS):
        if name in FIXED:
            heads[h] = FIXED[name]
            continue
        texts, y, w = (list(c) for c in zip(*examples[name].dev))
        y, w, a, b = np.asarray(y), np.asarray(w), linear_of(texts)[:, h], network_of(texts)[:, h]
        if name in shares:
            heads[h] = scaled(a, b, y, w, shares[name])
        else:
            if name in MECHANISMS:
                share = np.average(y, weights=w)
                w = w * np.where(y > .5, ASSUMED / share, (1 - ASSUMED) / (1 - share))
            heads[h] = fit(a, b, y, w)
            if name in MECHANISMS:
                middle = np.array([0, 0, np.log(ASSUMED / (1 - ASSUMED))])
                heads[h] = middle + slopes[name] * (heads[h] - middle)
        print(f"{name:20s} {metrics.describe(y, np.stack([a, b, np.ones_like(a)], 1) @ heads[h])} {np.round(heads[h], 2)}", flush=True)
        if name != "stress":
            continue
        bins = np.digitize(lengths_of(texts), LENGTH_BINS, right=True)
        for k in range(len(LENGTH_BINS) + 1):
            yk, ak, bk = y[bins == k], a[bins == k], b[bins == k]
            line = fit(ak, bk, yk, even(yk))
            z = np.stack([ak, bk, np.ones_like(ak)], 1) @ line
            stress.append(line * slopes["stress"][k])
            print(f"  length bin {k}: {metrics.describe(yk, z)} {np.round(line, 2)} drawn to 0 by {slopes['stress'][k]}")
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
