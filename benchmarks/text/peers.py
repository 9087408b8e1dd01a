"""What VADER and the teacher (a 22 M parameter encoder) make of the rows that figures.go measures.

Writes ../results/text-peers.json, which the table prints beside our figures:
    python benchmarks/text/peers.py --data ../shared/data
"""
import argparse
import csv
import datetime
import io
import json
import sys
from pathlib import Path

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "models/train"))
import corpus  # noqa: E402
import metrics  # noqa: E402
from teacher import Teacher  # noqa: E402

NEGATIVE = ("anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse "
            "sadness").split()


def table(path: Path) -> list[dict]:
    """A CSV file's rows; bytes that are no UTF-8 are dropped, as sets.go drops them."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8", "ignore"), newline="")))


class Peers:
    def __init__(self, data: Path):
        self.data, self.vader = data, SentimentIntensityAnalyzer()
        self.teacher = Teacher(data / "teacher", max_tokens=128)
        self.figures = {"vader": {}, "teacher": {}}

    def compound(self, texts) -> np.ndarray:
        return np.array([self.vader.polarity_scores(t)["compound"] for t in texts])

    def outputs(self, texts) -> np.ndarray:
        z = self.teacher.logits(texts).numpy()
        p = metrics.sigmoid(z)
        p[:, 37] = np.tanh(z[:, 37])
        return p

    def both(self, key, measure, y, vader, teacher):
        for peer, x in (("vader", vader), ("teacher", teacher)):
            if x is not None:
                self.figures[peer][key] = round(float(measure(np.asarray(y), x)), 4)

    def goemotions(self):
        for grouping, key, heads in (("original", "goemotions_28", range(28)), ("ekman", "goemotions_ekman", range(28, 35))):
            rows = {s: list(corpus.goemotions(self.data, s, grouping)) for s in ("dev", "test")}
            p = {s: self.outputs([t for t, _ in r]) for s, r in rows.items()}
            f1 = []
            for i, h in enumerate(heads):
                y = {s: np.array([i in ls for _, ls in r]) for s, r in rows.items()}
                cut = metrics.threshold(y["dev"], p["dev"][:, h])
                f1.append(metrics.f1(y["test"], p["test"][:, h] >= cut))
            self.figures["teacher"][key] = round(float(np.mean(f1)), 4)

    def rest(self):
        auc, r = metrics.auc, lambda a, b: np.corrcoef(a, b)[0, 1]
        for split, key in (("test", "dreaddit_test"), (None, "dreaddit_all")):
            rows = sum((table(self.data / f"text/dreaddit/dreaddit-{s}.csv") for s in ([split] if split else ["train", "test"])), [])
            texts = [x["text"] for x in rows]
            self.both(key, auc, [int(x["label"]) for x in rows], -self.compound(texts), distress(self.outputs(texts)))
        rows = [x for x in corpus.sad(self.data) if x["split"] == "test"]
        texts = [x["text"] for x in rows]
        p, c = self.outputs(texts), self.compound(texts)
        self.both("sad_stressor", auc, [x["stressor"] for x in rows], -c, p[:, 35])
        self.both("sad_severity", r, [x["severity"] for x in rows], -c, p[:, 36])
        for key, name, label in (("epitome_er", "emotional-reactions", "caring"), ("epitome_ip", "interpretations", "disappointment"),
                                 ("epitome_ex", "explorations", "curiosity")):
            rows = table(self.data / f"text/epitome/{name}-reddit.csv")
            p = self.outputs([x["response_post"] for x in rows])
            self.both(key, auc, [x["level"] != "0" for x in rows], None, p[:, corpus.EMOTIONS.index(label)])
        for name in corpus.VADER_FILES:
            rows = [x for x in corpus.vader(self.data) if x["source"] == name and x["split"] == "test"]
            texts = [x["text"] for x in rows]
            self.both("vader_" + name, r, [x["valence"] for x in rows], self.compound(texts), self.outputs(texts)[:, 37])
        self.satisfaction()

    def satisfaction(self):
        turns, bad, where, wholes = [], [], [], []
        for source in ("MWOZ", "SGD", "ReDial", "CCPE"):
            text = (self.data / f"text/user_satisfaction/{source}.txt").read_bytes().decode().replace("\r", "")
            for block in text.split("\n\n"):
                rows = [c for c in (line.split("\t") for line in block.split("\n")) if len(c) > 3 and c[0] == "USER"]
                rated = [(c[1], np.mean([float(x) for x in c[3].split(",")])) for c in rows if c[3].strip()]
                own, whole = [x for x in rated if x[0] != "OVERALL"], [v for t, v in rated if t == "OVERALL"]
                if own and whole:
                    where += [len(wholes)] * len(own)
                    wholes.append(whole[-1] <= 2.5)
                    turns += [t for t, _ in own]
                    bad += [v <= 2.5 for _, v in own]
        p, c = self.outputs(turns), self.compound(turns)
        ours = (distress(p) + p[:, 28] + p[:, 33] + (1 - p[:, 37]) / 2) / 4
        self.both("satisfaction_turn", metrics.auc, bad, -c, ours)
        mean = lambda x: np.bincount(where, x) / np.bincount(where)  # noqa: E731
        self.both("satisfaction_dialogue", metrics.auc, wholes, mean(-c), mean(ours))


def distress(p: np.ndarray) -> np.ndarray:
    """One of the negative emotions, less half the valence: the teacher has no stress output of its own."""
    return 1 - np.prod([1 - p[:, corpus.EMOTIONS.index(e)] for e in NEGATIVE], 0) - p[:, 37] / 2


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True)
    a = args.parse_args()
    peers = Peers(a.data)
    peers.goemotions()
    peers.rest()
    out = {"date": datetime.date.today().isoformat(), "command": "python benchmarks/text/peers.py", "peers": peers.figures,
           "note": "the teacher saw most of SAD and all of VADER's texts in training"}
    (HERE.parent / "results").mkdir(exist_ok=True)
    (HERE.parent / "results/text-peers.json").write_text(json.dumps(out, indent=1) + "\n")
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
