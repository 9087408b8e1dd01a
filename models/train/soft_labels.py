"""What a teacher says of the texts of pool.py: its logits, in their order."""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

from teacher import Teacher


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--teacher", type=Path, required=True, help="folder of an encoder with a head")
    args.add_argument("--texts", type=Path, required=True, help="what pool.py wrote")
    args.add_argument("--out", type=Path, required=True, help=".npy")
    args.add_argument("--threads", type=int, default=2)
    a = args.parse_args()
    torch.set_num_threads(a.threads)
    texts = json.loads(a.texts.read_text(encoding="utf-8"))

    def report(done, total):
        if done // 10000 != report.last:
            report.last = done // 10000
            print(f"{done}/{total}", flush=True)
    report.last = 0
    np.save(a.out, Teacher(a.teacher).logits(texts, report=report).numpy().astype(np.float16))


if __name__ == "__main__":
    main()
