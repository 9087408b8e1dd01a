"""Trains the small network: WordPiece embedding, one residual convolution of width 3, pooled, one hidden layer.
It learns the teacher's soft labels and the hard labels at once, on clean and on rough copies of the texts."""
import argparse
import json
import random
import time
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
from hashing import words
from teacher import OUTPUTS, Teacher

VALENCE = tasks.HEADS.index("valence")
HARD = .3        # weight of hard labels beside soft ones
ROUGH = .35      # share of the texts that are roughened in an epoch
TRAIN_PIECES = 96


class Student(nn.Module):
    def __init__(self, pieces: int, d: int, hidden: int = 128, heads: int = len(tasks.HEADS)):
        super().__init__()
        self.embedding = nn.Embedding(pieces, d, padding_idx=vocab.PAD)
        self.conv = nn.Conv1d(d, d, 3, padding=1)
        self.hidden = nn.Linear(3 * d, hidden)
        self.out = nn.Linear(hidden, heads)
        self.drop = nn.Dropout(.1)

    def forward(self, ids):
        mask = (ids != vocab.PAD)[..., None].float()
        e = self.embedding(ids) * mask
        h = (e + F.gelu(self.conv(e.transpose(1, 2)).transpose(1, 2), approximate="tanh")) * mask
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


def examples(data: Path, soft_path: Path):
    """texts, soft targets (NaN where none), hard targets (NaN where none) and their weights, by text."""
    f = np.load(soft_path)
    texts = json.loads(f["texts"].tobytes().decode())
    logits = f["logits"].astype(np.float32)
    logits[:, VALENCE] *= 2  # tanh(z) = 2 sigmoid(2z) - 1
    where = {t: i for i, t in enumerate(texts)}
    hard = tasks.build(data)
    for head in tasks.HEADS:
        for t, _, _ in hard[head].train:
            if t not in where:
                where[t] = len(texts)
                texts.append(t)
    n, k = len(texts), len(tasks.HEADS)
    soft = np.full((n, k), np.nan, np.float32)
    soft[:len(logits), :OUTPUTS] = metrics.sigmoid(logits)
    target, weight = np.zeros((n, k), np.float32), np.zeros((n, k), np.float32)
    for h, head in enumerate(tasks.HEADS):
        rows = hard[head].train
        share = np.mean([y for _, y, _ in rows])
        rare = min(1 / np.sqrt(max(share, .002) * 28), 4) if h < OUTPUTS else 1  # rare labels weigh more
        for t, y, w in rows:
            i = where[t]
            target[i, h], weight[i, h] = y, w * (rare if y > .5 else 1)
    return texts, soft, target, weight


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


def loss_of(z, soft, target, weight):
    has = ~torch.isnan(soft)
    s = F.binary_cross_entropy_with_logits(z, torch.where(has, soft, torch.zeros_like(soft)), reduction="none") * has
    h = F.binary_cross_entropy_with_logits(z, target, reduction="none") * weight
    scale = torch.full((z.shape[1],), HARD)
    scale[OUTPUTS:] = 1.0  # heads without a teacher learn from hard labels alone
    return (s.sum() + (h * scale).sum()) / len(z)


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
    args.add_argument("--soft", type=Path, required=True)
    args.add_argument("--vocab", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True, help=".pt")
    args.add_argument("--d", type=int, default=64)
    args.add_argument("--epochs", type=int, default=10)
    args.add_argument("--batch", type=int, default=512)
    args.add_argument("--rate", type=float, default=2e-3)
    args.add_argument("--seed", type=int, default=5)
    args.add_argument("--threads", type=int, default=2)
    a = args.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    tokenizer = vocab.load(a.vocab)
    texts, soft, target, weight = examples(a.data, a.soft)
    data = Texts(texts, tokenizer, a.seed)
    soft, target, weight = map(torch.from_numpy, (soft, target, weight))
    model = Student(tokenizer.get_vocab_size(), a.d)
    with torch.no_grad():
        model.embedding.weight.copy_(start_embedding(tokenizer, Teacher(a.data / "teacher"), a.d))
        model.embedding.weight[vocab.PAD] = 0
    steps = a.epochs * (len(texts) // a.batch + 1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=a.rate, weight_decay=.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, a.rate, total_steps=steps + 1, pct_start=.05)
    dev_texts, dev_labels = zip(*corpus.goemotions(a.data, "dev"))
    dev = np.array([[i in ls for i in range(28)] for ls in dev_labels])
    for epoch in range(a.epochs):
        begin, total = time.time(), 0.0
        rows = data.epoch()
        for b in batches([len(r) for r in rows], a.batch, rng):
            loss = loss_of(model(pad([rows[i] for i in b])), soft[b], target[b], weight[b])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(b)
        p = predict(model, tokenizer, dev_texts)[:, :28]
        f1 = np.mean([metrics.best_threshold(dev[:, i], p[:, i])[1] for i in range(28)])
        print(f"epoch {epoch + 1}: loss {total / len(texts):.4f}, GoEmotions dev macro-F1 {f1:.4f}, {time.time() - begin:.0f} s", flush=True)
    torch.save({"state": model.state_dict(), "d": a.d}, a.out)


if __name__ == "__main__":
    main()
