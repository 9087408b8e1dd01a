"""What the heads are asked to learn: for each, texts with a target 0..1 and a weight.

Valence is learned as (v + 1) / 2, so that every head is a probability-like
number behind a sigmoid.
"""
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

import corpus

HEADS = (list(corpus.EMOTIONS) + ["ekman_" + e for e in corpus.EKMAN] +
         ["stressor", "severity", "valence", "empathy", "distress",
          "emotional_reaction", "interpretation", "exploration", "stress"])

# Emotions of a writer who is under strain, and those of one who is not. The rest (surprise,
# confusion, curiosity, realization, desire, disapproval ...) say neither and teach the stress head nothing.
STRAINED = {"anger", "annoyance", "disappointment", "disgust", "embarrassment", "fear", "grief",
            "nervousness", "remorse", "sadness"}
AT_EASE = {"admiration", "amusement", "approval", "excitement", "gratitude", "joy", "love", "optimism",
           "pride", "relief", "neutral", "caring", "curiosity"}
PRIVATE = {"fear", "grief", "nervousness", "sadness", "remorse", "embarrassment", "disappointment"}


@dataclass
class Task:
    """Examples of one head by split: (text, target, weight)."""
    train: list = field(default_factory=list)
    dev: list = field(default_factory=list)
    test: list = field(default_factory=list)

    def add(self, split, text, target, weight=1.0):
        getattr(self, split).append((text, float(target), float(weight)))


def build(root: Path, seed: int = 7) -> dict[str, Task]:
    tasks = {h: Task() for h in HEADS}
    emotions(root, tasks)
    strain(root, tasks, random.Random(seed))
    ratings(root, tasks)
    answers(root, tasks, random.Random(seed))
    return tasks


def emotions(root, tasks):
    for split in ("train", "dev", "test"):
        for grouping, names in (("original", corpus.EMOTIONS), ("ekman", ["ekman_" + e for e in corpus.EKMAN])):
            for text, labels in corpus.goemotions(root, split, grouping):
                for i, name in enumerate(names):
                    tasks[name].add(split, text, i in labels)


def stress_rows(root):
    """(source, split, text, stressed 0/1, weight): SAD's stressors, strained comments, distressed essays and own
    support chat against comments at ease and plain service talk."""
    for r in corpus.sad(root):
        if r["agree"] >= .6 and (r["severity"] >= .3 or not r["stressor"]):
            yield "sad", r["split"], r["text"], r["stressor"], 2.0
    for split in ("train", "dev", "test"):
        for text, labels in corpus.goemotions(root, split):
            names = {corpus.EMOTIONS[i] for i in labels}
            if names & STRAINED and not names & AT_EASE:
                yield "goemotions", split, text, 1, 1.0 if names & PRIVATE else .5
            elif names and names <= AT_EASE:
                yield "goemotions", split, text, 0, .5
    for source, text in corpus.service(root):
        if source != "banking77":  # half of those are worries about money: no label
            yield "service", corpus.part(corpus.bucket("service/" + text.lower(), 100), 10, 10), text, 0, .5
    for r in corpus.essays(root):
        if r["distress"] >= .55 or r["distress"] <= .15:
            yield "essays", r["split"], r["text"], int(r["distress"] >= .55), .5
    for (stressed,), text in corpus.own("support"):
        yield "own", corpus.part(corpus.bucket("own/" + text.lower(), 100), 0, 10), text, stressed, 4.0


def strain(root, tasks, rng):
    """SAD's two heads, and the general stress head."""
    pools = {(s, y): [] for s in ("train", "dev", "test") for y in (0, 1)}
    for r in corpus.sad(root):
        rare = 8.0 if not r["stressor"] else 1.0  # one in eighteen is no stressor
        tasks["stressor"].add(r["split"], r["text"], r["stressor"], rare)
        tasks["severity"].add(r["split"], r["text"], r["severity"])
    for source, split, text, y, weight in stress_rows(root):
        tasks["stress"].add(split, text, y, weight)
        pools[split, y].append(text)
        if source == "service" and split == "train":
            tasks["stressor"].add(split, text, 0, .5)
    longer(tasks["stress"], pools, rng)


def longer(task, pools, rng):
    """Messages of several sentences: live texts are of every length, most labelled ones are short.
    Three in four sentences of a long message carry its class, as people do not complain in every breath."""
    for (split, y), texts in pools.items():
        other = pools[split, 1 - y]
        for _ in range(len(texts) // 5):
            n = rng.choice((2, 3, 4, 6, 9))
            parts = [rng.choice(texts if rng.random() < .75 else other) for _ in range(n - 1)] + [rng.choice(texts)]
            rng.shuffle(parts)
            task.add(split, " ".join(p if p[-1:] in ".!?" else p + "." for p in parts), y, .5)


def ratings(root, tasks):
    for r in corpus.vader(root):
        tasks["valence"].add(r["split"], r["text"], (r["valence"] + 1) / 2)
    for word, v in corpus.lexicon(root):
        tasks["valence"].add("train", word, (v + 1) / 2, .3)
    for r in corpus.essays(root):
        tasks["empathy"].add(r["split"], r["text"], r["empathy"])
        tasks["distress"].add(r["split"], r["text"], r["distress"])


def answers(root, tasks, rng):
    """The mechanisms of an empathic answer: sentences written for this project, against each other and
    against comments and service talk that do none of the three."""
    heads = ("emotional_reaction", "interpretation", "exploration")
    for labels, text in corpus.own("answers"):
        split = corpus.part(corpus.bucket("own/" + text.lower(), 100), 0, 15)
        for h, y in zip(heads, labels):
            tasks[h].add(split, text, y, 4.0)
    weak_labels(root, tasks, rng)


def first_person(text: str) -> bool:
    return bool(re.search(r"\b(i|i'm|i've|my|me)\b", text.lower()))


def weak_labels(root, tasks, rng):
    """Comments whose emotion implies or excludes a mechanism: caring, remorse or sadness said to a `you` shares
    a feeling; curiosity asks on; a trouble of one's own, told in answer to another's, says "I have been there"
    (EPITOME's interpretation); comments with none of these do none of the three."""
    for split in ("train", "dev"):
        rows = [(t, {corpus.EMOTIONS[i] for i in ls}) for t, ls in corpus.goemotions(root, split)]
        for text, names in rows:
            you = any(w in f" {text.lower()} " for w in (" you ", " your ", " you're ", " you. ", " you! ", " ya "))
            asks = "?" in text
            if names & {"curiosity", "confusion"} and asks:
                tasks["exploration"].add(split, text, 1, .5 if you else .25)
                tasks["emotional_reaction"].add(split, text, 0, .25)
            elif names & {"caring", "grief"} or (names & {"remorse", "sadness"} and you):
                tasks["emotional_reaction"].add(split, text, 1, .5)
                tasks["exploration"].add(split, text, 0, .25)
            if names & (PRIVATE | {"realization"}) and first_person(text):
                tasks["interpretation"].add(split, text, 1, .25)
            elif rng.random() < .2:
                for h in ("emotional_reaction", "interpretation", "exploration"):
                    tasks[h].add(split, text, 0, .25)
    for source, text in corpus.service(root):
        if source.startswith("taskmaster4") and rng.random() < .3:
            for h in ("emotional_reaction", "interpretation"):
                tasks[h].add("train", text, 0, .5)
