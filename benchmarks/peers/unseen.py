"""Speakers and clips that no golden figure was made on: EMO-DB at 16 and 8 kHz, RAVDESS at 8 kHz.

attune against openSMILE by row and against Praat by clip, under several of Praat's settings, which do not agree
with each other either. What was changed in the definitions for these figures was chosen on half of the speakers;
both halves are shown.
"""
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import agreement
import audio
import tools
import tracks

PER_EMOTION = 3  # EMO-DB, of every speaker
PER_ACTOR = 4  # RAVDESS
CHOSEN_ON = {"03", "08", "09", "10", "11"} | {f"actor {i:02}" for i in range(1, 10)}
WOMEN = {"08", "09", "13", "14", "16"} | {f"actor {i:02}" for i in range(2, 19, 2)}

SPECTRUM = ("Loudness_sma3", "alphaRatio_sma3", "hammarbergIndex_sma3", "slope0-500_sma3", "slope500-1500_sma3",
            "spectralFlux_sma3", "mfcc1_sma3", "mfcc2_sma3", "mfcc3_sma3", "mfcc4_sma3")
FORMANTS = {"F1": "F1frequency_sma3nz", "F2": "F2frequency_sma3nz", "F3": "F3frequency_sma3nz",
            "B1": "F1bandwidth_sma3nz", "B2": "F2bandwidth_sma3nz"}
# how Praat finds its pulses: method, floor and ceiling in Hz
PULSES = (("cc", 75, 500), ("ac", 75, 500), ("ac", 55, 600), ("periodic", 75, 600))


@dataclass
class Voice:
    speaker: str
    path: Path


def spread(items: list, count: int) -> list:
    """count of the items, evenly, the first and the last among them."""
    at = np.unique(np.linspace(0, len(items) - 1, count).round().astype(int))
    return [items[i] for i in at]


def emodb(data: Path, scratch: Path) -> dict[str, list[Voice]]:
    """Whole utterances in their own 16 kHz, those of the golden clips left out, and the same at 8 kHz."""
    folder = data / "speech/emodb"
    if not (folder / "manifest.csv").exists():
        print(f"skipped: no EMO-DB in {folder}")
        return {}
    golden = {p.stem.removeprefix("emo_") for p in (data / "golden/audio/16k").glob("emo_*.wav")}
    groups: dict[tuple, list[str]] = {}
    with open(folder / "manifest.csv", newline="") as f:
        for row in sorted(csv.DictReader(f), key=lambda r: r["file"]):
            if row["origin"] == "original16k" and Path(row["file"]).stem not in golden:
                groups.setdefault((row["speaker"], row["emotion"]), []).append(row["file"])
    wide = [Voice(key[0], folder / "wav" / name) for key in sorted(groups) for name in spread(groups[key], PER_EMOTION)]
    scratch.mkdir(parents=True, exist_ok=True)
    narrow = [Voice(v.speaker, scratch / v.path.name) for v in wide]
    for source, to in zip(wide, narrow):
        if not to.path.exists():
            audio.sox(source.path, "-b", 16, to.path, "rate", "-v", 8000)
    return {"EMO-DB 16k": wide, "EMO-DB 8k": narrow}


def ravdess(data: Path) -> dict[str, list[Voice]]:
    by: dict[str, list[Path]] = {}
    for path in sorted((data / "speech/ravdess_8k").glob("*.wav")):
        by.setdefault("actor " + path.stem[-2:], []).append(path)
    if not by:
        print(f"skipped: no RAVDESS in {data / 'speech/ravdess_8k'}")
        return {}
    return {"RAVDESS 8k": [Voice(actor, p) for actor in sorted(by) for p in spread(by[actor], PER_ACTOR)]}


def name(pulses: tuple) -> str:
    return f"pulses of pitch {pulses[0]} {pulses[1]}-{pulses[2]} Hz"


def praat_voice(sound, pulses: tuple) -> tuple[float, float]:
    """Jitter (local) and shimmer (local, dB) of a whole sound."""
    from parselmouth.praat import call
    method, floor, ceiling = pulses
    if method == "periodic":
        points = call(sound, "To PointProcess (periodic, cc)", floor, ceiling)
    else:
        find = sound.to_pitch_ac if method == "ac" else sound.to_pitch_cc
        pitch = find(time_step=tools.HOP, pitch_floor=floor, pitch_ceiling=ceiling)
        points = call([sound, pitch], "To PointProcess (cc)")
    return (call(points, "Get jitter (local)", 0, 0, 0.0001, 0.02, 1.3),
            call([sound, points], "Get shimmer (local_dB)", 0, 0, 0.0001, 0.02, 1.3, 1.6))


def at_rows(values, times, first: float, count: int) -> np.ndarray:
    """A series of Praat's at attune's rows, the nearest value; NaN beyond its ends."""
    k = np.rint((np.arange(1, count + 1) * tools.HOP - first) / tools.HOP).astype(int)
    return np.where((k >= 0) & (k < len(times)), np.asarray(values)[np.clip(k, 0, len(times) - 1)], np.nan)


class Clip:
    """All that is compared of one clip; what other programs put out ends with it."""

    def __init__(self, attune: Path, smile: tracks.OpenSMILE, voice: Voice):
        ours, theirs = tracks.attune_rows(attune, voice.path), smile.rows(voice.path)
        self.speaker = voice.speaker
        self.spectrum = {c: agreement.correlation(*agreement.column(c, ours[c], theirs[c])) for c in SPECTRUM}
        voiced = agreement.Voiced(ours, 0.01, "f0_hz")
        self.means = {c: voiced.mean(c) for c in ("jitterLocal_sma3nz", "shimmerLocaldB_sma3nz")}
        sound = tools.praat_sound(str(voice.path))
        self.voice = {name(p): praat_voice(sound, p) for p in PULSES}
        pitch = tools.praat_pitch(sound, "cc")
        on = voiced.on & (at_rows(pitch.selected_array["frequency"], pitch.xs(), pitch.xs()[0], len(voiced.on)) > 0)
        self.harmonicity(ours["HNRdBACF_sma3nz"], voiced.on, on, sound)
        self.formants = {}
        for tract, highest in self.tracts(sound, voice.speaker):
            self.formants |= self.resonances(ours, on, sound, tract, *highest)

    def harmonicity(self, hnr, ours, both, sound) -> None:
        praat = tools.praat_hnr(sound)
        values = praat.values[0]
        want = at_rows(values, praat.xs(), praat.xs()[0], len(hnr))
        measured = np.isfinite(hnr) & (hnr != 0)
        matched = both & measured & (want > -150)
        self.hnr = {"rows that both measure": (hnr[matched].mean(), want[matched].mean()),
                    "each program's own mean": (hnr[ours & measured].mean(), values[values > -150].mean())}

    @staticmethod
    def tracts(sound, speaker: str):
        if sound.sampling_frequency < 11000:
            return [("to 4 kHz", (4, 4000))]
        return [("to 5.5 kHz", (5, 5500)), ("to 5 kHz for men", (5, 5500 if speaker in WOMEN else 5000))]

    @staticmethod
    def resonances(ours, on, sound, tract: str, count: int, highest: float) -> dict:
        found = sound.to_formant_burg(time_step=tools.HOP, max_number_of_formants=count, maximum_formant=highest)
        times = np.arange(1, len(on) + 1) * tools.HOP
        out = {}
        for figure, column in FORMANTS.items():
            want = agreement.praat_formant(found, times, int(figure[1]), figure[0] == "B")
            diff = np.abs(ours[column] - want)
            out[figure, tract] = diff[on & np.isfinite(diff)]
        return out


def quantiles(values, *at: float) -> list[float]:
    return [float(v) for v in np.nanquantile(values, at)]


def against_praat(clips: list[Clip]) -> dict[str, dict]:
    """r over clips: of all, of the speakers that choices were made on, and of the others."""
    halves = {"all": clips, "chosen on": [c for c in clips if c.speaker in CHOSEN_ON],
              "others": [c for c in clips if c.speaker not in CHOSEN_ON]}
    pairs = {}
    for i, (what, column) in enumerate((("jitter", "jitterLocal_sma3nz"), ("shimmer", "shimmerLocaldB_sma3nz"))):
        for p in map(name, PULSES):
            pairs[f"{what}, {p}"] = lambda c, i=i, p=p, column=column: (c.means[column], c.voice[p][i])
    for way in clips[0].hnr:
        pairs[f"HNR cc, {way}"] = lambda c, way=way: c.hnr[way]
    return {figure: {half: round(agreement.correlation(*zip(*map(pair, some))), 3) for half, some in halves.items()}
            for figure, pair in pairs.items()}


def figures(attune: Path, sets: dict[str, list[Voice]]) -> dict[str, dict]:
    smile, out = tracks.OpenSMILE(), {}
    for title, voices in sets.items():
        clips = [Clip(attune, smile, v) for v in voices]
        spectrum = {c: dict(zip(("worst", "p10", "median"), (round(q, 5) for q in quantiles(
            [clip.spectrum[c] for clip in clips], 0, 0.1, 0.5)))) for c in SPECTRUM}
        formants = {}
        for key in clips[0].formants:
            rows = np.concatenate([c.formants[key] for c in clips])
            half, most, worst = quantiles([np.median(c.formants[key]) for c in clips], 0.5, 0.9, 1)
            formants[", ".join(key)] = {"rows_median": round(float(np.median(rows)), 1), "clip_median": round(half, 1),
                                        "clip_p90": round(most, 1), "worst_clip": round(worst, 1)}
        out[title] = {"clips": len(clips), "speakers": len({v.speaker for v in voices}), "with_opensmile": spectrum,
                      "with_praat": against_praat(clips), "formants_hz": formants}
    return out


def markdown(sets: dict[str, dict]) -> str:
    lines = []
    for title, f in sets.items():
        lines += [f"**{title}**, {f['clips']} clips of {f['speakers']} speakers", "",
                  "| openSMILE, r of a clip | worst | 10th percentile | median |", "|---|---|---|---|"]
        lines += [f"| {c} | " + " | ".join(f"{v:.5f}" for v in q.values()) + " |" for c, q in f["with_opensmile"].items()]
        lines += ["", "| Praat, r over clips | all | speakers it was chosen on | others |", "|---|---|---|---|"]
        lines += [f"| {c} | " + " | ".join(f"{v:.3f}" for v in q.values()) + " |" for c, q in f["with_praat"].items()]
        lines += ["", "| Praat Burg, difference in Hz | median of rows | median clip | 90th percentile | worst clip |",
                  "|---|---|---|---|---|"]
        lines += [f"| {c} | " + " | ".join(f"{v:.0f}" for v in q.values()) + " |" for c, q in f["formants_hz"].items()]
        lines.append("")
    return "\n".join(lines)
