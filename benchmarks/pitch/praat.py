"""Praat's F0 of recordings by both of its methods, at the tracker's rows.

    python praat.py FILE... > TABLE

One line a recording: its path, then two lists separated by tabs, autocorrelation and cross-correlation: Hz with
one decimal, row k at (k+1) * 10 ms, 0 where unvoiced or beyond the ends of what Praat looks at.
"""
import sys

import numpy as np
import parselmouth

HOP, FLOOR, CEILING = 0.01, 60, 600  # s, Hz


def rows(pitch, count: int) -> str:
    f0, first = pitch.selected_array["frequency"], pitch.xs()[0]
    at = np.rint((np.arange(1, count + 1) * HOP - first) / HOP).astype(int)
    inside = np.where((at >= 0) & (at < len(f0)), f0[np.clip(at, 0, len(f0) - 1)], 0)
    return " ".join(f"{v:.1f}" if v > 0 else "0" for v in inside)


for path in sys.argv[1:]:
    sound = parselmouth.Sound(path)
    count = int(sound.duration / HOP + 1e-6)
    found = (f(time_step=HOP, pitch_floor=FLOOR, pitch_ceiling=CEILING) for f in (sound.to_pitch_ac, sound.to_pitch_cc))
    print(path, *(rows(pitch, count) for pitch in found), sep="\t")
