"""A WordPiece vocabulary of our own, trained on the texts that may train weights."""
import argparse
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, trainers

from hashing import MAX_RUNES, NORMALIZER, SPLITTER
from pool import whole

SIZE = 16384
MAX_PIECES = 512  # of a text; what follows is not read
PAD, UNK = 0, 1


def train(texts, size: int = SIZE) -> Tokenizer:
    t = empty({"[PAD]": PAD, "[UNK]": UNK})
    t.train_from_iterator(texts, trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=2, special_tokens=["[PAD]", "[UNK]"], show_progress=False))
    return t


def empty(vocab: dict) -> Tokenizer:
    t = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    t.normalizer, t.pre_tokenizer, t.decoder = NORMALIZER, SPLITTER, decoders.WordPiece()
    return t


def load(path: Path) -> Tokenizer:
    return empty({w: i for i, w in enumerate(path.read_text(encoding="utf-8").split("\n")[:-1])})


def ids(tokenizer, texts) -> list[list[int]]:
    return [e.ids[:MAX_PIECES] for e in tokenizer.encode_batch([t[:MAX_RUNES] for t in texts])]


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True, help="vocab.txt")
    a = args.parse_args()
    vocab = train(whole(a.data)).get_vocab()
    a.out.write_text("".join(w + "\n" for w in sorted(vocab, key=vocab.get)), encoding="utf-8")
    print(len(vocab), "pieces")


if __name__ == "__main__":
    main()
