"""How far attune agrees with openSMILE, by descriptor, and attune and openSMILE with Praat."""
from pathlib import Path

import numpy as np

import audio
import tools
import tracks

# columns of a window of 60 ms or made from one: openSMILE's row k is centred at k * 10 + 30 ms, attune's at k * 10 + 10
LONG_WINDOW = ("F0semitone", "jitter", "shimmer", "HNR", "logRelF0", "amplitudeLogRelF0")

# Praat's jitter and shimmer depend on the pitch that leads to the pulses
MEANS = {"jitter (pulses of pitch cc)": "jitterLocal_sma3nz", "shimmer (pulses of pitch cc)": "shimmerLocaldB_sma3nz",
         "jitter (pulses of pitch ac)": "jitterLocal_sma3nz", "shimmer (pulses of pitch ac)": "shimmerLocaldB_sma3nz",
         "HNR": "HNRdBACF_sma3nz"}


def correlation(x, y) -> float:
    x, y = np.asarray(x, float), np.asarray(y, float)
    both = np.isfinite(x) & np.isfinite(y)
    return float(np.corrcoef(x[both], y[both])[0, 1]) if both.sum() > 2 else float("nan")


def column(name: str, ours: np.ndarray, theirs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of one instant; of columns of voiced sound those that both give (0 and -201 dB stand for none)."""
    late = 2 if any(part in name for part in LONG_WINDOW) else 0
    ours = ours[late:]
    n = min(len(ours), len(theirs))
    x, y = ours[2:n].copy(), theirs[2:n].copy()  # openSMILE counts the flux of the first frame as 0
    if name.endswith("nz"):
        x[(x == 0) | (y == 0) | (y < -150)] = np.nan
    return x, y


def with_opensmile(attune: Path, lines: dict[str, list[audio.Clip]]) -> dict[str, dict[str, dict]]:
    """By descriptor and line: r over the rows of all clips, and the worst r of a clip."""
    smile, out = tracks.OpenSMILE(), {}
    for line, clips in lines.items():
        pairs = [(tracks.attune_rows(attune, c.path), smile.rows(c.path)) for c in clips]
        for name in pairs[0][1]:
            matched = [column(name, ours[name], theirs[name]) for ours, theirs in pairs]
            all_rows = [np.concatenate(side) for side in zip(*matched)]
            worst = min(correlation(x, y) for x, y in matched)
            out.setdefault(name, {})[line] = {"r": round(correlation(*all_rows), 4), "worst_clip": round(worst, 4)}
    return out


class Voiced:
    """A tool's rows where it finds a voice, by column, and the means of a clip."""

    def __init__(self, rows: dict[str, np.ndarray], late: float, f0: str):
        self.rows, self.late, self.on = rows, late, rows[f0] > 0

    def values(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Times and values of the rows that give the column."""
        v = self.rows[name]
        on = self.on & np.isfinite(v) & (v != 0)
        return np.flatnonzero(on) * tools.HOP + self.late, v[on]

    def mean(self, name: str) -> float:
        v = self.values(name)[1]
        return float(v.mean()) if len(v) else float("nan")


def praat_formant(formants, times, number: int, bandwidth: bool) -> np.ndarray:
    read = formants.get_bandwidth_at_time if bandwidth else formants.get_value_at_time
    return np.array([read(number, t) for t in times])


def with_praat(attune: Path, lines: dict[str, list[audio.Clip]]) -> dict[str, dict[str, dict]]:
    """By figure, line and tool. Formants: rows that the tool and Praat's cc pitch take for voiced."""
    smile, out = tracks.OpenSMILE(), {}
    for line, clips in lines.items():
        means = {(f, t): [] for f in MEANS for t in ("attune", "openSMILE", "Praat")}
        diff = {(f, t): [] for f in ("F1", "F2", "B1") for t in ("attune", "openSMILE")}
        for clip in clips:
            sound = tools.praat_sound(str(clip.path))
            pitch, formants = tools.praat_pitch(sound, "cc"), tools.praat_formants(sound)
            hnr = tools.praat_hnr(sound).values[0]
            for figure, v in zip(MEANS, (*tools.praat_voice(sound, "cc"), *tools.praat_voice(sound, "ac"),
                                         hnr[hnr > -150].mean())):
                means[figure, "Praat"].append(v)
            for tool, voiced, late in (
                    ("attune", Voiced(tracks.attune_rows(attune, clip.path), 0.01, "f0_hz"), 0.0),
                    ("openSMILE", Voiced(smile.rows(clip.path), 0.03, "F0semitoneFrom27.5Hz_sma3nz"), 0.02)):
                for figure, name in MEANS.items():
                    means[figure, tool].append(voiced.mean(name))
                for figure, name in (("F1", "F1frequency_sma3nz"), ("F2", "F2frequency_sma3nz"),
                                     ("B1", "F1bandwidth_sma3nz")):
                    times, v = voiced.values(name)
                    times = times - late  # openSMILE's formants come of the 20 ms window
                    want = praat_formant(formants, times, int(name[1]), figure == "B1")
                    on = np.array([pitch.get_value_at_time(t) > 0 for t in times], bool) & np.isfinite(want)
                    diff[figure, tool].append(np.abs(v[on] - want[on]))
        for tool in ("attune", "openSMILE"):
            for figure in MEANS:
                r = correlation(means[figure, tool], means[figure, "Praat"])
                out.setdefault(f"{figure}, r over clips", {}).setdefault(line, {})[tool] = round(r, 3)
            for figure in ("F1", "F2", "B1"):
                median = float(np.median(np.concatenate(diff[figure, tool])))
                out.setdefault(f"{figure}, median difference in Hz", {}).setdefault(line, {})[tool] = round(median)
    return out


def markdown(descriptors: dict, praat: dict) -> str:
    lines = ["| descriptor | 16k: r, worst clip | 8k: r, worst clip |", "|---|---|---|"]
    for name, f in descriptors.items():
        cells = [f"{f[n]['r']:.4f}, {f[n]['worst_clip']:.4f}" for n in ("16k", "8k")]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["", "| against Praat | attune 16k | openSMILE 16k | attune 8k | openSMILE 8k |", "|---|---|---|---|---|"]
    for name, f in praat.items():
        cells = [str(f[n][t]) for n in ("16k", "8k") for t in ("attune", "openSMILE")]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
