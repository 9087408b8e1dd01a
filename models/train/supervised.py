"""Evaluation only; the weights are thrown away. What the text models reach when they may learn from the sets that the
shipped weights never see: EPITOME in five folds by seeker's post, and Dreaddit's official split. Three ways: the
product's own (a logistic regression on hashed n-grams and on the student's hidden layer), the same with the
states of the teacher's upper layers beside them, and (--tune) the mean of the first and of the teacher with its upper
layers fine-tuned. Nothing is chosen on these sets: the settings are those of linear.py, the passes are fixed."""
import argparse
import csv
import datetime
import io
import json
import os
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from scipy import sparse
from sklearn.linear_model import LogisticRegression

import corpus
import linear
import metrics
import vocab
from hashing import Hasher
from student import Student, pad
from teacher import Teacher

FOLDS = 5
UPPER = 3       # layers of the teacher whose mean states are features
EPOCHS, RATE, BATCH, TRAINED = 2, 3e-4, 24, 2  # fine-tuning: passes, step, texts, upper layers
DENSE = .15     # deviation of such a feature, beside n-grams of about .05
NOTE = ("own: logistic regression on hashed n-grams and the student's hidden layer; both: with the mean states of the "
        "teacher's upper layers beside them; tuned: mean of own and the teacher with its upper layers fine-tuned. "
        "EPITOME by 5 folds of seekers' posts, Dreaddit on its official test split")
MECHANISMS = {"epitome_er": "emotional-reactions", "epitome_ip": "interpretations", "epitome_ex": "explorations"}


def table(path: Path) -> list[dict]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8", "ignore"), newline="")))


def epitome(root: Path):
    """texts, labels [texts, 3], fold of each by its seeker's post, seekers' posts."""
    rows = {k: {(r["sp_id"], r["rp_id"]): r for r in table(root / f"text/epitome/{name}-reddit.csv")} for k, name in MECHANISMS.items()}
    keys = sorted(set.intersection(*(set(r) for r in rows.values())))
    y = np.array([[rows[k][i]["level"] != "0" for k in MECHANISMS] for i in keys], np.float32)
    texts = [rows["epitome_er"][i]["response_post"] for i in keys]
    return texts, y, np.array([corpus.bucket("fold/" + i[0], FOLDS) for i in keys]), [i[0] for i in keys]


def dreaddit(root: Path):
    """texts, labels [texts, 1], 0 for the official test split and 1 for its training split, posts."""
    rows = [(r, s) for s, name in enumerate(("test", "train")) for r in table(root / f"text/dreaddit/dreaddit-{name}.csv")]
    return ([r["text"] for r, _ in rows], np.array([[float(r["label"])] for r, _ in rows], np.float32),
            np.array([s for _, s in rows]), [r["post_id"] for r, _ in rows])


@torch.inference_mode()
def hidden(student: Path, tokenizer, texts) -> np.ndarray:
    """The student's hidden layer, which no label of these sets has touched."""
    f = torch.load(student)
    model = Student(tokenizer.get_vocab_size(), f["state"]["embedding.weight"].shape[1], f["hidden"], f["layers"])
    model.load_state_dict(f["state"])
    model.eval()
    out, kept = [], []
    model.hidden.register_forward_hook(lambda _, __, y: kept.append(F.gelu(y, approximate="tanh")))
    ids = vocab.ids(tokenizer, texts)
    for at in range(0, len(ids), 64):
        kept.clear()
        model(pad(ids[at:at + 64]))
        out.append(kept[0].numpy())
    return np.concatenate(out)


@torch.inference_mode()
def states(folder: Path, texts, max_tokens: int) -> np.ndarray:
    """The mean states of the teacher's upper layers."""
    t = Teacher(folder, max_tokens)
    end = t.config["num_hidden_layers"]
    out = np.zeros((len(texts), UPPER * t.config["hidden_size"]), np.float32)
    for rows, ids, mask in t.batches(texts, 4096):
        x, parts = t.layers(t.start(ids), mask, 0, end - UPPER), []
        for i in range(end - UPPER, end):
            x = t.layers(x, mask, i, i + 1)
            parts.append(t.mean(x, mask))
        out[rows] = torch.cat(parts, 1).numpy()
    return out


def fitted(grams, dense, y, train) -> np.ndarray:
    """Log-odds of all texts by logistic regressions on those in train."""
    x = sparse.hstack([grams, sparse.csr_matrix((dense - dense[train].mean(0)) / (dense[train].std(0) + 1e-6) * DENSE)]).tocsr()
    out = np.zeros_like(y)
    for h in range(y.shape[1]):
        m = LogisticRegression(solver="liblinear", C=linear.C["default"], tol=1e-3, random_state=0).fit(x[train], y[train, h] > .5)
        out[:, h] = m.decision_function(x)
    return out


class Upper:
    """The teacher's upper layers and a new head, fine-tuned; the states below them are computed once."""

    def __init__(self, folder: Path, texts, max_tokens: int):
        self.folder, self.max_tokens, self.below = folder, max_tokens, [None] * len(texts)
        t = Teacher(folder, max_tokens)
        self.end = t.config["num_hidden_layers"]
        self.first = self.end - TRAINED
        with torch.inference_mode():
            for rows, ids, mask in t.batches(texts, 4096):
                x = t.layers(t.start(ids), mask, 0, self.first)
                for n, i in enumerate(rows):
                    self.below[i] = x[n, :int(mask[n].sum())].half().clone()

    def logits(self, t, rows):
        x = torch.nn.utils.rnn.pad_sequence([self.below[i].float() for i in rows], batch_first=True)
        mask = torch.tensor([[n < len(self.below[i]) for n in range(x.shape[1])] for i in rows]).float()
        return t.linear(t.drop(t.mean(t.layers(x, mask, self.first, self.end), mask)), "head")

    def fit(self, y, train, test, seed: int) -> np.ndarray:
        """Log-odds of the texts in test."""
        torch.manual_seed(seed)
        rng, t = random.Random(seed), Teacher(self.folder, self.max_tokens, outputs=y.shape[1])
        upper = tuple(f"encoder.layer.{i}." for i in range(self.first, self.end)) + ("head",)
        trained = [v.requires_grad_() for k, v in t.w.items() if k.startswith(upper)]
        target, order = torch.from_numpy(y), list(np.flatnonzero(train))
        optimiser, steps = torch.optim.AdamW(trained, lr=RATE, weight_decay=.01), EPOCHS * (len(order) // BATCH + 1)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps + 30, pct_start=.1)
        t.dropout = .1
        for _ in range(EPOCHS):
            rough = sorted(order, key=lambda i: len(self.below[i]) + rng.random() * 16)
            cuts = [rough[at:at + BATCH] for at in range(0, len(rough), BATCH)]
            rng.shuffle(cuts)
            for rows in cuts:
                loss = F.binary_cross_entropy_with_logits(self.logits(t, rows), target[rows])
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                optimiser.step()
                schedule.step()
        t.dropout, rows = 0.0, sorted(np.flatnonzero(test), key=lambda i: len(self.below[i]))
        out = np.zeros((len(y), y.shape[1]), np.float32)
        with torch.inference_mode():
            for at in range(0, len(rows), BATCH):
                out[rows[at:at + BATCH]] = self.logits(t, rows[at:at + BATCH]).numpy()
        return out[test]


def interval(y, z, groups, resamples: int = 300) -> dict:
    """AUC with the bounds of 95 % of bootstrap resamples of whole groups."""
    names, where = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(where == i) for i in range(len(names))]
    rng, values = np.random.default_rng(1), []
    for _ in range(resamples):
        i = np.concatenate([members[g] for g in rng.integers(0, len(names), len(names))])
        values.append(metrics.auc(y[i], z[i]))
    low, high = np.nanquantile(values, (.025, .975))
    return {"value": round(metrics.auc(y, z), 4), "low": round(float(low), 4), "high": round(float(high), 4), "n": len(y)}


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--student", type=Path, required=True, help="float weights, .pt")
    args.add_argument("--vocab", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True, help=".json, printed by benchmarks/text")
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--tune", action="store_true", help="the third way")
    args.add_argument("--limit", type=int, default=0, help="texts of each set at most: to try the chain")
    a = args.parse_args()
    torch.set_num_threads(a.threads)
    tokenizer, hasher, figures = vocab.load(a.vocab), Hasher(), {}

    def measure(keys, title, texts, y, fold, groups, tests, max_tokens):
        if a.limit:
            i = np.random.default_rng(0).permutation(len(texts))[:a.limit]
            texts, y, fold, groups = [texts[j] for j in i], y[i], fold[i], [groups[j] for j in i]
        grams, dense = hasher.matrix(texts), hidden(a.student, tokenizer, texts)
        upper = Upper(a.data / "teacher", texts, max_tokens) if a.tune else None
        wide = None if a.tune else np.c_[dense, states(a.data / "teacher", texts, max_tokens)]
        ways = {w: np.zeros_like(y) for w in (("tuned",) if a.tune else ("own", "both"))}
        for k in tests:
            test, train = fold == k, fold != k
            idf = linear.inverse_document_frequency([t for t, is_train in zip(texts, train) if is_train], hasher)
            x = grams.multiply(idf).tocsr()
            own = fitted(x, dense, y, train)[test]
            if a.tune:
                ways["tuned"][test] = (own + upper.fit(y, train, test, k)) / 2
            else:
                ways["own"][test], ways["both"][test] = own, fitted(x, wide, y, train)[test]
            print(f"fold {k} of {title}: AUC {[[round(metrics.auc(y[test, h], z[test, h]), 3) for h in range(y.shape[1])] for z in ways.values()]}", flush=True)
        rows = np.isin(fold, tests)
        chosen = np.array(groups)[rows]
        for h, key in enumerate(keys):
            for way, z in ways.items():
                figures[f"{key}_{way}"] = interval(y[rows, h], z[rows, h], chosen)
                print(f"{key}_{way}", figures[f"{key}_{way}"], flush=True)

    if a.out.exists():
        figures |= json.loads(a.out.read_text())["figures"]
    for keys, title, rows, tests, max_tokens in ((list(MECHANISMS), "EPITOME", epitome(a.data), range(FOLDS), 64),
                                                 (["dreaddit"], "Dreaddit", dreaddit(a.data), [0], 128)):
        measure(keys, title, *rows, tests, max_tokens)
        a.out.write_text(json.dumps({
            "date": datetime.date.today().isoformat(), "cpu": os.environ.get("ATTUNE_BENCH_CPU", ""),
            "command": "make text-supervised", "figures": figures, "note": NOTE}, indent=1) + "\n")


if __name__ == "__main__":
    main()
