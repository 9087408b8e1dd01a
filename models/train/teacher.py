"""The teacher: a fine-tuned MiniLM encoder in plain PyTorch, read from safetensors. 40 logits a text."""
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

OUTPUTS = 40
MAX_TOKENS = 64


class Teacher:
    def __init__(self, folder: Path, max_tokens: int = MAX_TOKENS):
        self.w = {k: v.float() for k, v in load_file(folder / "model.safetensors").items()}
        self.config = json.loads((folder / "config.json").read_text())
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)

    def linear(self, x, name):
        return F.linear(x, self.w[name + ".weight"], self.w[name + ".bias"])

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.w[name + ".weight"], self.w[name + ".bias"], self.config["layer_norm_eps"])

    def forward(self, ids, mask):
        """ids, mask [batch, tokens] -> logits [batch, 40]: the mean of the last hidden states through the head."""
        b, t = ids.shape
        x = (self.w["embeddings.word_embeddings.weight"][ids] + self.w["embeddings.position_embeddings.weight"][:t]
             + self.w["embeddings.token_type_embeddings.weight"][0])
        x = self.norm(x, "embeddings.LayerNorm")
        heads = self.config["num_attention_heads"]
        keep = mask[:, None, None, :].bool()
        for i in range(self.config["num_hidden_layers"]):
            p = f"encoder.layer.{i}."
            q, k, v = (self.linear(x, f"{p}attention.self.{n}").view(b, t, heads, -1).transpose(1, 2)
                       for n in ("query", "key", "value"))
            a = F.scaled_dot_product_attention(q, k, v, attn_mask=keep).transpose(1, 2).reshape(b, t, -1)
            x = self.norm(x + self.linear(a, p + "attention.output.dense"), p + "attention.output.LayerNorm")
            h = self.linear(F.gelu(self.linear(x, p + "intermediate.dense")), p + "output.dense")
            x = self.norm(x + h, p + "output.LayerNorm")
        m = mask[..., None].to(x.dtype)
        return self.linear((x * m).sum(1) / m.sum(1), "head")

    @torch.inference_mode()
    def logits(self, texts, batch_tokens: int = 4096, report=None) -> torch.Tensor:
        """Batches of texts of like length, at most batch_tokens with padding."""
        encoded = [e.ids for e in self.tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
        out, at = torch.zeros(len(encoded), OUTPUTS), 0
        while at < len(order):
            end = at + 1
            while end < len(order) and len(encoded[order[end]]) * (end + 1 - at) <= batch_tokens:
                end += 1
            rows = order[at:end]
            width = len(encoded[rows[-1]])
            ids = torch.tensor([encoded[i] + [0] * (width - len(encoded[i])) for i in rows])
            mask = torch.tensor([[1] * len(encoded[i]) + [0] * (width - len(encoded[i])) for i in rows])
            out[rows] = self.forward(ids, mask).float()
            at = end
            if report:
                report(at, len(order))
        return out
