"""Turns the float weights into what the engine embeds: int8 in safetensors, the calibration of the stress
head, SHA256SUMS, and golden outputs of the own sentences that pin the Go code to this one."""
import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

import corpus
import metrics
import tasks
from hashing import CHAR_BITS, WORD_BITS, Hasher, words

VERSION = "1"
LENGTH_BINS = (12, 40)  # words: up to 12, up to 40, longer


def quantise(row: np.ndarray) -> tuple[np.ndarray, float]:
    """int8 with the scale that leaves the least squared error: the few largest weights may be cut."""
    top, best = np.abs(row).max(), None
    for cut in (1.0, .85, .7, .55, .45, .35, .25, .18):
        scale = top * cut / 127
        q = np.clip(np.rint(row / scale), -127, 127)
        err = np.sum((row - q * scale) ** 2)
        if best is None or err < best[0]:
            best = err, q.astype(np.int8), scale
    return best[1], best[2]


def linear_logits(texts, q, scale, bias, hasher) -> np.ndarray:
    """What the Go code computes, in float64."""
    return np.asarray(hasher.matrix(texts).astype(np.float64) @ (q * scale)) + bias


def platt(logit, y, weight) -> tuple[float, float]:
    """Newton's method for the two numbers that turn a score into a log-odds."""
    a, b = 1.0, 0.0
    for _ in range(50):
        p = metrics.sigmoid(a * logit + b)
        g = np.array([np.sum(weight * (p - y) * logit), np.sum(weight * (p - y))])
        w = weight * p * (1 - p) + 1e-9
        h = np.array([[np.sum(w * logit ** 2), np.sum(w * logit)], [np.sum(w * logit), np.sum(w)]])
        step = np.linalg.solve(h, g)
        a, b = a - step[0], b - step[1]
    return float(a), float(b)


def stress_calibration(examples, logits_of) -> np.ndarray:
    """One Platt line per length bin, on held-back texts, both classes weighing the same."""
    texts, y, _ = (np.asarray(c) for c in zip(*examples))
    length = np.array([len(words(t)) for t in texts])
    z, bins = logits_of(list(texts)), np.digitize(length, LENGTH_BINS, right=True)
    lines = []
    for b in range(len(LENGTH_BINS) + 1):
        zb, yb = z[bins == b], y[bins == b]
        w = np.where(yb > .5, .5 / max(yb.mean(), 1e-6), .5 / max(1 - yb.mean(), 1e-6))
        lines.append(platt(zb, yb, w))
        p = metrics.sigmoid(lines[-1][0] * zb + lines[-1][1])
        print(f"stress, length bin {b}: {metrics.describe(yb, zb)}, calibrated ECE {metrics.ece(yb, p):.3f}, a b {lines[-1]}")
    return np.asarray(lines, np.float32)


def outputs(logits, calibration, lengths) -> np.ndarray:
    """Logits of HEADS -> the values of text.Outputs."""
    z = logits.copy()
    line = calibration[np.digitize(lengths, LENGTH_BINS, right=True)]
    s = tasks.HEADS.index("stress")
    z[:, s] = line[:, 0] * z[:, s] + line[:, 1]
    p = metrics.sigmoid(z)
    v = tasks.HEADS.index("valence")
    p[:, v] = 2 * p[:, v] - 1
    return p


def golden_texts() -> list[str]:
    own = [t for name in ("support", "answers") for _, t in corpus.own(name)][::9]
    odd = ["", " ", "?", "!!!", "Thanks!!!", "\ufffd\u200b", "I CAN'T believe this happened AGAIN", "naïve café À bientôt",
           "I'm   so\ttired\n\nof this", "日本語 text mixed", "🙂🙃 ok", "x" * 300, "no " * 700, "word, " * 40, "Ünïcödé İstanbul ẞ",
           "한국어 문장", "e\u0301 combined", "a\u0300\u0301b", "10.50$ @ 5% #3 ~`^|=+<>", "\u2014dash\u2019s \u201cquotes\u201d…"]
    return own + odd


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--linear", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True, help="models/text")
    a = args.parse_args()
    f, hasher = np.load(a.linear), Hasher()
    pairs = [quantise(r) for r in f["weight"]]
    q, scale = np.stack([p[0] for p in pairs], 1), np.asarray([p[1] for p in pairs], np.float32)
    stress = tasks.HEADS.index("stress")
    held_back = tasks.build(a.data)["stress"].dev
    calibration = stress_calibration(held_back, lambda t: linear_logits(t, q, scale, f["bias"], hasher)[:, stress])
    path = a.out / "linear.safetensors"
    save_file({"weight": np.ascontiguousarray(q), "scale": scale, "bias": f["bias"].astype(np.float32),
               "stress.bins": np.asarray(LENGTH_BINS, np.int32), "stress.calibration": calibration}, path,
              {"name": "attune-text", "version": VERSION, "heads": " ".join(tasks.HEADS),
               "word_bits": str(WORD_BITS), "char_bits": str(CHAR_BITS)})
    sums = "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in sorted(a.out.glob("*.safetensors")))
    path.chmod(0o644)
    (a.out / "SHA256SUMS").write_text(sums)
    texts = golden_texts()
    out = outputs(linear_logits(texts, q, scale, f["bias"], hasher), calibration, [len(words(t)) for t in texts])
    rows = [{"text": t, "words": words(t)[:12], "outputs": [round(float(v), 6) for v in o]} for t, o in zip(texts, out)]
    (a.out / "testdata").mkdir(exist_ok=True)
    (a.out / "testdata" / "golden.json").write_text(
        json.dumps({"heads": tasks.HEADS, "tolerance": 1e-4, "rows": rows}, ensure_ascii=True, indent=0) + "\n")


if __name__ == "__main__":
    main()
