"""A teacher of our own: MiniLM fine-tuned on all heads at once, on the training splits alone. It has never seen
the held-out sentences of SAD and VADER, which the given teacher has."""
import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import corpus
import metrics
import tasks
from examples import hard
from teacher import Teacher

EMBEDDING = "embeddings.word_embeddings.weight"  # not trained: 43,000 comments move few of its rows
BATCH_TOKENS = 1024
PLAIN = .5  # share, in an epoch, of the texts that carry no emotion but neutral, and of those beyond GoEmotions and SAD


def common(data: Path, texts, target, weight) -> np.ndarray:
    """Which texts are taken only now and then: plain comments, rated reviews, words of lexicons, texts joined."""
    named = target[:, :27].max(1) > 0
    stressors = weight[:, tasks.HEADS.index("severity")] > 0
    own = {t for name in ("support", "answers") for _, t in corpus.own(name)}
    return ~(named | stressors | np.array([t in own for t in texts]))


def loss_of(z, target, weight):
    return (F.binary_cross_entropy_with_logits(z, target, reduction="none") * weight).sum() / len(z)


def epoch(teacher, texts, target, weight, rows, step, rng):
    """One pass over rows, in random order of batches of like length."""
    batches = list(teacher.batches([texts[i] for i in rows], BATCH_TOKENS))
    rng.shuffle(batches)
    total, begin = 0.0, time.time()
    for n, (at, ids, mask) in enumerate(batches):
        i = rows[at]
        loss = loss_of(teacher.forward(ids, mask), target[i], weight[i])
        loss.backward()
        step()
        total += loss.item()
        if n % 100 == 99:
            print(f"batch {n + 1}/{len(batches)}: loss {total / (n + 1):.4f}, {time.time() - begin:.0f} s", flush=True)


def report(teacher, data):
    texts, labels = zip(*corpus.goemotions(data, "dev"))
    y, p = np.array([[i in ls for i in range(28)] for ls in labels]), metrics.sigmoid(teacher.logits(texts).numpy())
    f1 = [metrics.best_threshold(y[:, i], p[:, i])[1] for i in range(28)]
    print(f"GoEmotions dev macro-F1 {np.mean(f1):.4f}", flush=True)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--base", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    args.add_argument("--out", type=Path, required=True, help="folder")
    args.add_argument("--epochs", type=int, default=3)
    args.add_argument("--rate", type=float, default=1e-4)
    args.add_argument("--max-tokens", type=int, default=48)
    args.add_argument("--seed", type=int, default=5)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--limit", type=int, default=0, help="texts at most: to try the chain")
    a = args.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    texts, target, weight = hard(a.data)
    rare = common(a.data, texts, target, weight)
    target, weight = torch.from_numpy(target), torch.from_numpy(weight)
    teacher = Teacher(a.base, a.max_tokens, outputs=len(tasks.HEADS))
    trained = [v.requires_grad_() for k, v in teacher.w.items() if k != EMBEDDING and "pooler" not in k]
    optimiser = torch.optim.AdamW(trained, lr=a.rate, weight_decay=.01)

    def drawn():
        rows = [i for i in range(len(texts)) if not rare[i] or rng.random() < PLAIN]
        return np.array(rng.sample(rows, a.limit) if a.limit else rows)

    rows = drawn()
    steps = a.epochs * sum(1 for _ in teacher.batches([texts[i] for i in rows], BATCH_TOKENS))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, a.rate, total_steps=steps + steps // 10 + 9, pct_start=.08)

    def step():
        torch.nn.utils.clip_grad_norm_(trained, 5.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        schedule.step()

    for n in range(a.epochs):
        teacher.dropout = .1
        epoch(teacher, texts, target, weight, drawn() if n else rows, step, rng)
        teacher.dropout = 0.0
        report(teacher, a.data)
        teacher.save(a.out)


if __name__ == "__main__":
    main()
