"""Turns the float weights into what the engine embeds: int8 in safetensors, the mixture fitted on
development splits, SHA256SUMS, and golden outputs of the own sentences that pin the Go code to this one."""
import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

import corpus
import metrics
import mix
import tasks
import vocab
from hashing import CHAR_BITS, WORD_BITS, Hasher, words
from student import Student, predict

VERSION = "3"


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
    return mix.all_heads(np.asarray(hasher.matrix(texts).astype(np.float64) @ (q * scale)) + bias)


def remembered(model):
    """The model, which is asked for the same lists of texts once for each head."""
    memo = {}

    def ask(texts):
        key = hash(tuple(texts))
        if key not in memo:
            memo[key] = model(texts)
        return memo[key]
    return ask


def save(path: Path, data: dict, meta: dict):
    save_file({k: np.ascontiguousarray(v) for k, v in data.items()}, path, {"version": VERSION} | meta)
    path.chmod(0o644)


def network_rows(state) -> tuple[np.ndarray, np.ndarray, dict]:
    """int8 embedding with a scale per piece, and the other layers as the Go code reads them: [inputs, outputs]."""
    e = state["embedding.weight"].numpy()
    scale = np.maximum(np.abs(e).max(1), 1e-8) / 127
    layers = {}
    for i in range(sum(k.startswith("convs.") and k.endswith(".weight") for k in state)):
        conv = state[f"convs.{i}.weight"].numpy()  # [out, in, 3]
        layers[f"conv{i}.weight"] = conv.transpose(2, 1, 0).reshape(-1, conv.shape[0])
        layers[f"conv{i}.bias"] = state[f"convs.{i}.bias"].numpy()
    return np.rint(e / scale[:, None]).astype(np.int8), scale.astype(np.float32), layers | {
        "hidden.weight": state["hidden.weight"].numpy().T, "hidden.bias": state["hidden.bias"].numpy(),
        "out.weight": state["out.weight"].numpy().T, "out.bias": state["out.bias"].numpy()}


def report_int8(data, f, hasher, linear_of, float_network, network_of):
    """What int8 costs: the greatest change of AUC over the emotions on dev, of each model by itself."""
    texts, labels = zip(*corpus.goemotions(data, "dev"))
    whole = mix.all_heads(hasher.matrix(texts) @ f["weight"].T.astype(np.float64) + f["bias"])
    pairs = {"linear": (whole, linear_of(texts)), "network": (float_network, network_of(texts))}
    for name, (a, b) in pairs.items():
        loss = [metrics.auc(y, a[:, i]) - metrics.auc(y, b[:, i])
                for i in range(len(corpus.EMOTIONS)) for y in [np.array([i in ls for ls in labels])]]
        print(f"int8 of the {name} model: AUC lost on dev, mean {np.mean(loss):.5f}, most {np.max(np.abs(loss)):.5f}", flush=True)


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
    args.add_argument("--student", type=Path, required=True)
    args.add_argument("--transfer", type=Path, required=True, help="what transfer.py wrote")
    args.add_argument("--out", type=Path, required=True, help="models/text, with vocab.txt in it")
    a = args.parse_args()
    f, hasher = np.load(a.linear), Hasher()
    pairs = [quantise(r) for r in f["weight"]]
    q, scale = np.stack([p[0] for p in pairs], 1), np.asarray([p[1] for p in pairs], np.float32)

    student, tokenizer = torch.load(a.student), vocab.load(a.out / "vocab.txt")
    e, e_scale, layers = network_rows(student["state"])
    model = Student(*e.shape, student["hidden"], student["layers"])
    model.load_state_dict(student["state"])
    float_network = predict(model, tokenizer, [t for t, _ in corpus.goemotions(a.data, "dev")])
    student["state"]["embedding.weight"] = torch.from_numpy(e * e_scale[:, None])
    model.load_state_dict(student["state"])

    linear_of = remembered(lambda texts: linear_logits(texts, q, scale, f["bias"], hasher))
    network_of = remembered(lambda texts: predict(model, tokenizer, texts).astype(np.float64))

    def lengths_of(texts):
        return [len(words(t)) for t in texts]

    report_int8(a.data, f, hasher, linear_of, float_network, network_of)
    heads, stress = mix.fit_all(tasks.build(a.data), linear_of, network_of, lengths_of, json.loads(a.transfer.read_text()))
    save(a.out / "linear.safetensors", {"weight": q, "scale": scale, "bias": f["bias"].astype(np.float32)},
         {"heads": " ".join(mix.LINEAR_HEADS), "word_bits": str(WORD_BITS), "char_bits": str(CHAR_BITS)})
    save(a.out / "network.safetensors", {"embedding": e, "embedding.scale": e_scale} | layers,
         {"heads": " ".join(tasks.HEADS), "d": str(e.shape[1]), "hidden": str(student["hidden"]),
          "layers": str(student["layers"])})
    save(a.out / "mix.safetensors", {"heads": heads, "stress.bins": np.asarray(mix.LENGTH_BINS, np.int32), "stress": stress},
         {"name": "attune-text"})
    files = sorted([*a.out.glob("*.safetensors"), a.out / "vocab.txt"])
    (a.out / "SHA256SUMS").write_text("".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files))

    texts = golden_texts()
    out = mix.outputs(linear_of(texts), network_of(texts), heads, stress, lengths_of(texts))
    pieces = vocab.ids(tokenizer, texts)
    rows = [{"text": t, "words": words(t)[:12], "pieces": p[:16], "outputs": [round(float(v), 6) for v in o]}
            for t, p, o in zip(texts, pieces, out)]
    (a.out / "testdata").mkdir(exist_ok=True)
    (a.out / "testdata" / "golden.json").write_text(
        json.dumps({"heads": tasks.HEADS, "tolerance": 5e-4, "rows": rows}).replace('{"text"', '\n{"text"') + "\n")


if __name__ == "__main__":
    main()
