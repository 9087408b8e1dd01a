"""The hard labels of all heads, by text: what the student and a teacher of our own learn beside soft ones."""
import numpy as np

import tasks

SOFT_HEADS = 40  # the first heads: those that the given teacher has, and whose rare labels weigh more


def hard(data, texts=()) -> tuple[list[str], np.ndarray, np.ndarray]:
    """All texts, those given first, with targets [texts, heads] and their weights (0: no label)."""
    texts, where = list(texts), {t: i for i, t in enumerate(texts)}
    rows = tasks.build(data)
    for head in tasks.HEADS:
        for t, _, _ in rows[head].train:
            if t not in where:
                where[t] = len(texts)
                texts.append(t)
    target = np.zeros((len(texts), len(tasks.HEADS)), np.float32)
    weight = np.zeros_like(target)
    for h, head in enumerate(tasks.HEADS):
        share = np.mean([y for _, y, _ in rows[head].train])
        rare = min(1 / np.sqrt(max(share, .002) * 28), 4) if h < SOFT_HEADS else 1
        for t, y, w in rows[head].train:
            i = where[t]
            target[i, h], weight[i, h] = y, w * (rare if y > .5 else 1)
    return texts, target, weight
