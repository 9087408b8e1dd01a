"""A teacher: a fine-tuned MiniLM encoder in plain PyTorch, read from safetensors. A logit for each output and text."""
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

MAX_TOKENS = 64


class Teacher:
    """The given teacher has 40 outputs, one of our own those of tasks.HEADS; the base model gets a head of zeros."""

    def __init__(self, folder: Path, max_tokens: int = MAX_TOKENS, outputs: int = 0):
        self.w = {k: v.float() for k, v in load_file(folder / "model.safetensors").items() if v.is_floating_point()}
        self.config = json.loads((folder / "config.json").read_text())
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.max_tokens = max_tokens
        self.tokenizer.enable_truncation(max_tokens)
        if outputs:
            self.w["head.weight"] = torch.zeros(outputs, self.config["hidden_size"])
            self.w["head.bias"] = torch.zeros(outputs)
        self.dropout = 0.0

    @property
    def outputs(self) -> int:
        return len(self.w["head.bias"])

    def save(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        save_file({k: v.detach().half().contiguous() for k, v in self.w.items()}, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps(self.config))
        self.tokenizer.no_truncation()
        self.tokenizer.save(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(self.max_tokens)

    def linear(self, x, name):
        return F.linear(x, self.w[name + ".weight"], self.w[name + ".bias"])

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.w[name + ".weight"], self.w[name + ".bias"], self.config["layer_norm_eps"])

    def drop(self, x):
        return F.dropout(x, self.dropout) if self.dropout else x

    def forward(self, ids, mask):
        """ids, mask [batch, tokens] -> logits [batch, outputs]: the mean of the last hidden states through the head."""
        return self.linear(self.drop(self.embed(ids, mask)), "head")

    def embed(self, ids, mask):
        """The mean of the last hidden states [batch, hidden]."""
        return self.mean(self.layers(self.start(ids), mask, 0, self.config["num_hidden_layers"]), mask)

    def start(self, ids):
        x = (F.embedding(ids, self.w["embeddings.word_embeddings.weight"])
             + self.w["embeddings.position_embeddings.weight"][:ids.shape[1]] + self.w["embeddings.token_type_embeddings.weight"][0])
        return self.drop(self.norm(x, "embeddings.LayerNorm"))

    def layers(self, x, mask, first: int, end: int):
        """Hidden states [batch, tokens, hidden] through the layers first..end-1."""
        b, t, _ = x.shape
        keep = mask[:, None, None, :].bool()
        for i in range(first, end):
            p = f"encoder.layer.{i}."
            q, k, v = (self.linear(x, f"{p}attention.self.{n}").view(b, t, self.config["num_attention_heads"], -1).transpose(1, 2)
                       for n in ("query", "key", "value"))
            a = F.scaled_dot_product_attention(q, k, v, attn_mask=keep).transpose(1, 2).reshape(b, t, -1)
            x = self.norm(x + self.drop(self.linear(a, p + "attention.output.dense")), p + "attention.output.LayerNorm")
            h = self.linear(F.gelu(self.linear(x, p + "intermediate.dense")), p + "output.dense")
            x = self.norm(x + self.drop(h), p + "output.LayerNorm")
        return x

    @staticmethod
    def mean(x, mask):
        m = mask[..., None].to(x.dtype)
        return (x * m).sum(1) / m.sum(1)

    def batches(self, texts, batch_tokens: int):
        """(rows, ids, mask) of texts of like length, short ones first, at most batch_tokens with padding."""
        encoded = [e.ids for e in self.tokenizer.encode_batch(list(texts))]
        order, at = sorted(range(len(encoded)), key=lambda i: len(encoded[i])), 0
        while at < len(order):
            end = at + 1
            while end < len(order) and len(encoded[order[end]]) * (end + 1 - at) <= batch_tokens:
                end += 1
            rows, width = order[at:end], len(encoded[order[end - 1]])
            ids = torch.tensor([encoded[i] + [0] * (width - len(encoded[i])) for i in rows])
            mask = torch.tensor([[1] * len(encoded[i]) + [0] * (width - len(encoded[i])) for i in rows])
            yield rows, ids, mask
            at = end

    @torch.inference_mode()
    def logits(self, texts, batch_tokens: int = 4096, report=None) -> torch.Tensor:
        out, done = torch.zeros(len(texts), self.outputs), 0
        for rows, ids, mask in self.batches(texts, batch_tokens):
            out[rows] = self.forward(ids, mask).float()
            done += len(rows)
            if report:
                report(done, len(texts))
        return out
