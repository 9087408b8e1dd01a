"""Trains the small network: WordPiece embedding, residual convolutions of width 3, pooled, one hidden layer. It
learns the teachers' soft labels and the hard labels at once, on clean and on rough copies of the texts."""
import argparse
import json
import random
import time
import warnings
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import corpus
import metrics
import noise
import tasks
import vocab
from examples import SOFT_HEADS, hard
from hashing import words
from teacher import Teacher

VALENCE = tasks.HEADS.index("valence")
HARD = .3        # weight of hard labels beside soft ones
ROUGH = .35      # share of the texts that are roughened in an epoch
TRAIN_PIECES = 96


class Student(nn.Module):
    def __init__(self, pieces: int, d: int, hidden: int = 128, layers: int = 1, heads: int = len(tasks.HEADS)):
        super().__init__()
        self.embedding = nn.Embedding(pieces, d, padding_idx=vocab.PAD)
        # the second looks two pieces to either side, so that both together see seven
        self.convs = nn.ModuleList(nn.Conv1d(d, d, 3, padding=1 + i, dilation=1 + i) for i in range(layers))
        self.hidden = nn.Linear(3 * d, hidden)
        self.out = nn.Linear(hidden, heads)
        self.drop = nn.Dropout(.1)

    def forward(self, ids):
        mask = (ids != vocab.PAD)[..., None].float()
        e = h = self.embedding(ids) * mask
        for conv in self.convs:
            h = (h + F.gelu(conv(h.transpose(1, 2)).transpose(1, 2), approximate="tanh")) * mask
        n = mask.sum(1).clamp(min=1)
        top = (h + (mask - 1) * 1e4).amax(1).clamp(min=-1e3)
        x = torch.cat([e.sum(1) / n, h.sum(1) / n, top], 1)
        return self.out(self.drop(F.gelu(self.hidden(self.drop(x)), approximate="tanh")))


def start_embedding(tokenizer, teacher: Teacher, d: int) -> torch.Tensor:
    """Each piece starts from the mean of the teacher's embeddings of it, on their first d principal axes, halved."""
    table = teacher.w["embeddings.word_embeddings.weight"]
    names = tokenizer.get_vocab()
    rows = torch.zeros(len(names), table.shape[1])
    for piece, i in names.items():
        ids = teacher.tokenizer.encode(piece.removeprefix("##"), add_special_tokens=False).ids
        if ids:
            rows[i] = table[ids].mean(0)
    centred = table - table.mean(0)
    _, _, axes = torch.linalg.svd(centred.T @ centred)
    x = (rows - table.mean(0)) @ axes[:d].T
    return x / x.std() * .5 * .2


def grow(model: Student, state: dict):
    """Takes over the weights of a smaller network, so that the model begins as the same function: a convolution
    that the other has not adds nothing yet, and the output does not yet listen to further hidden units."""
    with torch.no_grad():
        for conv in model.convs:
            conv.weight.zero_()
            conv.bias.zero_()
        model.out.weight.zero_()
        for name, new in model.state_dict().items():
            if name in state:
                new[tuple(slice(n) for n in state[name].shape)] = state[name]


def soft_targets(path: Path) -> np.ndarray:
    """A teacher's probabilities [texts, heads], NaN where it has no such head."""
    z = np.load(path).astype(np.float32)
    if z.shape[1] == SOFT_HEADS:  # the given teacher says valence by tanh: tanh(z) = 2 sigmoid(2z) - 1
        z[:, VALENCE] *= 2
    out = np.full((len(z), len(tasks.HEADS)), np.nan, np.float32)
    out[:, :z.shape[1]] = z
    return out


def examples(data: Path, texts_path: Path, soft_paths):
    """texts, soft targets (the sigmoid of the teachers' mean log-odds; NaN where none), hard targets and their weights."""
    texts = json.loads(texts_path.read_text(encoding="utf-8"))
    given = np.stack([soft_targets(p)[:len(texts)] for p in soft_paths])
    texts, target, weight = hard(data, texts)
    soft = np.full_like(target, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a head that no teacher has
        soft[:given.shape[1]] = metrics.sigmoid(np.nanmean(given, 0))
    return texts, soft, target, weight


def head_weights(soft) -> torch.Tensor:
    """What each head counts among the soft labels: rare ones more, so that a few frequent ones do not rule."""
    share = np.nan_to_num(np.nanmean(soft, 0), nan=.5) if soft.size else np.ones(soft.shape[1])
    return torch.from_numpy(np.clip(.35 / np.sqrt(np.maximum(share, 1e-3)), 1, 4).astype(np.float32))


class Texts:
    """Texts as words and piece ids, roughened anew each epoch."""

    def __init__(self, texts, tokenizer, seed):
        self.tokenizer, self.rng, self.memo = tokenizer, random.Random(seed), {}
        self.words = [words(t) for t in texts]
        self.pool = [w for ws in self.words[:20000] for w in ws if w.isalpha()]
        self.clean = [self.pieces(w) for w in self.words]

    def pieces(self, ws):
        out = []
        for w in ws:
            if w not in self.memo:
                self.memo[w] = self.tokenizer.encode(w).ids
            out += self.memo[w]
        return out[:TRAIN_PIECES]

    def epoch(self):
        return [self.pieces(noise.rough(w, self.rng, self.pool)) if self.rng.random() < ROUGH else c
                for w, c in zip(self.words, self.clean)]


def pad(rows) -> torch.Tensor:
    width = max(max(map(len, rows)), 1)
    return torch.tensor([r + [vocab.PAD] * (width - len(r)) for r in rows])


def batches(lengths, size, rng):
    """Batches of like length, in random order."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i] + rng.random() * 3)
    cut = [order[i:i + size] for i in range(0, len(order), size)]
    rng.shuffle(cut)
    return cut


def loss_of(z, soft, target, weight, counts):
    has = ~torch.isnan(soft)
    s = F.binary_cross_entropy_with_logits(z, torch.where(has, soft, torch.zeros_like(soft)), reduction="none") * has * counts
    h = F.binary_cross_entropy_with_logits(z, target, reduction="none") * weight
    taught = has.any(0)
    return (s.sum() + (h * torch.where(taught, HARD, 1.0)).sum()) / len(z)


@torch.inference_mode()
def predict(model, tokenizer, texts, size=512) -> np.ndarray:
    model.eval()
    rows = vocab.ids(tokenizer, texts)
    out = np.zeros((len(rows), len(tasks.HEADS)), np.float32)
    order = np.argsort([len(r) for r in rows])
    for at in range(0, len(rows), size):
        i = order[at:at + size]
        out[i] = model(pad([rows[j] for j in i])).numpy()
    model.train()
    return out


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--texts", type=Path, required=True, help="what pool.py wrote")
    args.add_argument("--soft", type=Path, required=True, nargs="+", help="what soft_labels.py and probe.py wrote")
    args.add_argument("--vocab", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True, help=".pt")
    args.add_argument("--d", type=int, default=96)
    args.add_argument("--hidden", type=int, default=192)
    args.add_argument("--layers", type=int, default=2)
    args.add_argument("--epochs", type=int, default=10)
    args.add_argument("--batch", type=int, default=512)
    args.add_argument("--rate", type=float, default=2e-3)
    args.add_argument("--start", type=Path, help="float weights of a network with fewer layers or hidden units, to grow")
    args.add_argument("--seed", type=int, default=5)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--limit", type=int, default=0, help="texts at most: to try the chain")
    a = args.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    tokenizer = vocab.load(a.vocab)
    texts, soft, target, weight = examples(a.data, a.texts, a.soft)
    if a.limit:
        texts, soft, target, weight = texts[:a.limit], soft[:a.limit], target[:a.limit], weight[:a.limit]
    counts = head_weights(soft)
    data = Texts(texts, tokenizer, a.seed)
    soft, target, weight = map(torch.from_numpy, (soft, target, weight))
    model = Student(tokenizer.get_vocab_size(), a.d, a.hidden, a.layers)
    with torch.no_grad():
        if not a.start:
            model.embedding.weight.copy_(start_embedding(tokenizer, Teacher(a.data / "teacher"), a.d))
        model.embedding.weight[vocab.PAD] = 0
    if a.start:
        grow(model, torch.load(a.start)["state"])
    steps = a.epochs * (len(texts) // a.batch + 1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=a.rate, weight_decay=.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, a.rate, total_steps=steps + 1, pct_start=.05)
    dev_texts, dev_labels = zip(*corpus.goemotions(a.data, "dev"))
    dev = np.array([[i in ls for i in range(28)] for ls in dev_labels])
    for epoch in range(a.epochs):
        begin, total = time.time(), 0.0
        rows = data.epoch()
        for n, b in enumerate(batches([len(r) for r in rows], a.batch, rng)):
            loss = loss_of(model(pad([rows[i] for i in b])), soft[b], target[b], weight[b], counts)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(b)
            if n % 100 == 99:
                print(f"batch {n + 1}, {time.time() - begin:.0f} s", flush=True)
        p = predict(model, tokenizer, dev_texts)[:, :28]
        f1 = np.mean([metrics.best_threshold(dev[:, i], p[:, i])[1] for i in range(28)])
        print(f"epoch {epoch + 1}: loss {total / len(texts):.4f}, GoEmotions dev macro-F1 {f1:.4f}, {time.time() - begin:.0f} s", flush=True)
    torch.save({"state": model.state_dict(), "hidden": a.hidden, "layers": a.layers}, a.out)


if __name__ == "__main__":
    main()
