"""F0 of every tool on the FDA corpus, scored against the laryngograph as benchmarks/pitch/doc.go defines it."""
import csv
import io
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import audio
import tools

STEP = 0.015  # s between reference frames
GROSS = 0.2
AUBIO_TOLERANCES = (0.4, 0.5)


@dataclass
class Track:
    """F0 in Hz every 10 ms, 0 or NaN unvoiced; the first row is centred at first (s)."""
    f0: np.ndarray
    first: float


@dataclass
class Score:
    frames: int = 0
    both: int = 0
    gross: int = 0
    false: int = 0
    missed: int = 0

    def add(self, reference: np.ndarray, track: Track) -> None:
        """A reference frame meets the nearest row; where two are as near, both, at half the weight each."""
        kept = ~((reference > 0) & ((reference < 60) | (reference > 500)))
        at = (np.arange(len(reference)) * STEP - track.first) / tools.HOP
        for k in (np.ceil(at - 0.5 - 1e-6), np.floor(at + 0.5 + 1e-6)):
            inside = (k >= 0) & (k < len(track.f0))
            got = np.where(inside, track.f0[np.clip(k, 0, len(track.f0) - 1).astype(int)], 0)
            self.count(reference[kept], np.nan_to_num(got)[kept])

    def count(self, want: np.ndarray, got: np.ndarray) -> None:
        voiced, called = want > 0, got > 0
        both = voiced & called
        self.frames += len(want)
        self.both += int(both.sum())
        self.gross += int((np.abs(got[both] / want[both] - 1) > GROSS).sum())
        self.false += int((called & ~voiced).sum())
        self.missed += int((voiced & ~called).sum())

    def figures(self) -> dict:
        wrong = self.false + self.missed
        return {"ffe": percent(wrong + self.gross, self.frames), "gpe": percent(self.gross, self.both),
                "vde": percent(wrong, self.frames), "false": percent(self.false, self.frames),
                "missed": percent(self.missed, self.frames)}


def percent(n: int, of: int) -> float:
    return round(100 * n / max(of, 1), 2)


def attune_rows(binary: Path, path: Path) -> dict[str, np.ndarray]:
    """The columns of `attune features`; an empty cell is NaN."""
    text = subprocess.run([binary, "features", path], capture_output=True, check=True, text=True).stdout
    rows = list(csv.reader(io.StringIO(text)))
    values = np.array([[float(cell or "nan") for cell in row] for row in rows[1:]])
    return dict(zip(rows[0], values.T))


class OpenSMILE:
    """The 25 LLD; row k of its file starts its windows at k * 10 ms, of which F0's is 60 ms long."""

    def __init__(self):
        import opensmile
        self.smile = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.LowLevelDescriptors)

    def rows(self, path: Path) -> dict[str, np.ndarray]:
        table = self.smile.process_file(str(path)).iloc[:-2]  # the last two are made at the end of the file
        return {name: table[name].to_numpy(dtype=float) for name in table.columns}

    def track(self, path: Path) -> Track:
        semitones = self.rows(path)["F0semitoneFrom27.5Hz_sma3nz"]
        return Track(np.where(semitones > 0, 27.5 * 2 ** (semitones / 12), 0), 0.03)


def praat_track(path: Path, method: str) -> Track:
    pitch = tools.praat_pitch(tools.praat_sound(str(path)), method)
    return Track(pitch.selected_array["frequency"], pitch.xs()[0])


def aubio_track(path: Path, tolerance: float) -> Track:
    return Track(*tools.aubio_pitch(*tools.read_wav(str(path)), tolerance=tolerance))


def attune_track(binary: Path, path: Path) -> Track:
    rows = attune_rows(binary, path)
    return Track(rows["f0_hz"], rows["time_s"][0])


def trackers(attune: Path) -> dict:
    smile = OpenSMILE()
    out = {"attune": lambda path: attune_track(attune, path), "openSMILE eGeMAPS": smile.track,
           "Praat ac": lambda path: praat_track(path, "ac"), "Praat cc": lambda path: praat_track(path, "cc")}
    for tolerance in AUBIO_TOLERANCES:
        out[f"aubio yinfft, tolerance {tolerance}"] = lambda path, t=tolerance: aubio_track(path, t)
    return out


def score(attune: Path, lines: dict[str, list[audio.Clip]]) -> dict[str, dict[str, dict]]:
    """By tool and line. Of aubio's tolerances only the best on each line is kept, which favours it."""
    out = {}
    for tool, track in trackers(attune).items():
        out[tool] = {}
        for line, clips in lines.items():
            total = Score()
            for clip in clips:
                total.add(clip.reference, track(clip.path))
            out[tool][line] = total.figures()
    tried = [out.pop(t) for t in list(out) if t.startswith("aubio")]
    out["aubio yinfft (best of tolerances)"] = {
        line: min((t[line] for t in tried), key=lambda f: f["ffe"]) for line in lines}
    return out


def markdown(scores: dict[str, dict[str, dict]]) -> str:
    lines = ["| FFE % (GPE %) | " + " | ".join(audio.LINES) + " |", "|---" * (1 + len(audio.LINES)) + "|"]
    for tool, by_line in scores.items():
        cells = [f"{by_line[n]['ffe']:.1f} ({by_line[n]['gpe']:.1f})" for n in audio.LINES]
        lines.append(f"| {tool} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
