"""What a recogniser or a hurried writer does to a text, on lists of words."""
import random
import string

PUNCTUATION = set(string.punctuation)


def strip_punctuation(words: list[str]) -> list[str]:
    """As a recogniser writes: no marks; an apostrophe's word is joined again (don ' t -> dont)."""
    out = []
    for i, w in enumerate(words):
        if w in PUNCTUATION:
            continue
        if i >= 2 and words[i - 1] == "'" and words[i - 2] not in PUNCTUATION and out:
            out[-1] += w
        else:
            out.append(w)
    return out or words


def word_errors(words: list[str], rate: float, rng: random.Random, pool: list[str]) -> list[str]:
    """Each word is hit with the given rate: dropped, swapped for another, or followed by another, a third each."""
    out = []
    for w in words:
        hit = rng.random() if rng.random() < rate else 1.0
        if hit >= 1 / 3:
            out.append(rng.choice(pool) if hit < 2 / 3 else w)
        if 2 / 3 <= hit < 1:
            out.append(rng.choice(pool))
    return out or words


def typos(words: list[str], rate: float, rng: random.Random) -> list[str]:
    """One slip of the finger in a share of the longer words: a letter lost, doubled or changed places."""
    out = []
    for w in words:
        if len(w) > 3 and rng.random() < rate:
            i, kind = rng.randrange(1, len(w) - 1), rng.randrange(3)
            w = (w[:i] + w[i + 1:], w[:i] + w[i] + w[i:], w[:i] + w[i + 1] + w[i] + w[i + 2:])[kind]
        out.append(w)
    return out


def rough(words: list[str], rng: random.Random, pool: list[str]) -> list[str]:
    """A random mixture of the three."""
    if rng.random() < .6:
        words = strip_punctuation(words)
    if rng.random() < .6:
        words = word_errors(words, rng.uniform(.05, .25), rng, pool)
    if rng.random() < .3:
        words = typos(words, .15, rng)
    return words
