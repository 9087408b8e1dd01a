"""Words, and the hashed n-grams of the linear model: the reference for models/text/hash.go."""
import numpy as np
from scipy import sparse
from tokenizers import normalizers, pre_tokenizers

from corpus import fnv1a

WORD_BITS = 15
CHAR_BITS = 16
MAX_WORDS = 512   # of a text; what follows is not read
MAX_RUNES = 8192  # code points of a text, likewise

NORMALIZER = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
SPLITTER = pre_tokenizers.BertPreTokenizer()


def words(text: str) -> list[str]:
    """Lower-cased words and single punctuation marks, as BERT's pre-tokenizer cuts them. A text is read up to MAX_RUNES."""
    return [w for w, _ in SPLITTER.pre_tokenize_str(NORMALIZER.normalize_str(text[:MAX_RUNES]))][:MAX_WORDS]


class Hasher:
    """Maps a text to the columns of its n-grams: words 1-2 in the first table,
    characters 3-5 of each word between spaces in the second."""

    def __init__(self):
        self.memo: dict[str, int] = {}

    def column(self, gram: str, bits: int, base: int) -> int:
        key = f"{base}{gram}"
        c = self.memo.get(key)
        if c is None:
            c = self.memo[key] = base + (fnv1a(gram.encode()) & ((1 << bits) - 1))
        return c

    def columns(self, ws: list[str]) -> tuple[list[int], list[int]]:
        w, c = [], []
        for i, x in enumerate(ws):
            w.append(self.column(x, WORD_BITS, 0))
            if i + 1 < len(ws):
                w.append(self.column(x + " " + ws[i + 1], WORD_BITS, 0))
            padded = f" {x} "
            for n in (3, 4, 5):
                for j in range(len(padded) - n + 1):
                    c.append(self.column(padded[j:j + n], CHAR_BITS, 1 << WORD_BITS))
        return w, c

    def matrix(self, texts) -> sparse.csr_matrix:
        """One row a text; each table's counts are divided by the root of the number of its n-grams."""
        indices, values, ptr = [], [], [0]
        for t in texts:
            for cols in self.columns(words(t)):
                indices.extend(cols)
                values.extend([1 / np.sqrt(max(len(cols), 1))] * len(cols))
            ptr.append(len(indices))
        m = sparse.csr_matrix((np.asarray(values, np.float32), np.asarray(indices, np.int32), ptr),
                              shape=(len(ptr) - 1, (1 << WORD_BITS) + (1 << CHAR_BITS)))
        m.sum_duplicates()
        return m
