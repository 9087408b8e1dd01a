"""The audio of the comparison: the golden clips and the FDA corpus, brought to each line by sox."""
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import tools

LINES = ("16k", "8k", "tel8", "tel8n10")


@dataclass
class Clip:
    """A recording on a line; reference is F0 in Hz every 15 ms, 0 unvoiced, None where there is none."""
    path: Path
    reference: np.ndarray | None = None


def sox(*args) -> None:
    subprocess.run(["sox", "-D", "-V1", *map(str, args)], check=True)


def fda(data: Path, scratch: Path) -> dict[str, list[Clip]]:
    """The FDA corpus on every line; empty, with a message, where it is absent."""
    folder = data / "pitch/fda/fda_ue"
    sources = sorted(folder.glob("*.wav"))
    if not sources:
        print(f"skipped: no FDA corpus in {folder}")
        return {}
    lines = {line: [] for line in LINES}
    for line in LINES:
        (scratch / line).mkdir(parents=True, exist_ok=True)
    for seed, source in enumerate(sources):
        at = {line: scratch / line / source.name for line in LINES}
        if not at["tel8n10"].exists():
            carry(source, at, seed)
        reference = np.loadtxt(source.with_suffix(".f0ref"), ndmin=1)
        for line in LINES:
            lines[line].append(Clip(at[line], reference))
    return lines


def carry(source: Path, at: dict[str, Path], seed: int) -> None:
    """Takes a recording over every line: as shared/data/golden/README.md says, and white noise 10 dB below the RMS."""
    sox(source, "-b", 16, at["16k"], "gain", -1, "rate", "-v", 16000)
    sox(at["16k"], "-b", 16, at["8k"], "rate", "-v", 8000)
    law = at["tel8"].with_suffix(".ul")
    sox(at["8k"], "-t", "ul", law, "gain", -2, "sinc", "300-3400")
    sox("-t", "ul", "-r", 8000, "-c", 1, law, "-b", 16, at["tel8"])
    x, rate = tools.read_wav(str(at["tel8"]))
    noise = np.random.default_rng(seed).standard_normal(len(x))
    write_wav(at["tel8n10"], x + noise * np.sqrt(np.mean(x**2)) * 10 ** (-10 / 20), rate)


def write_wav(path: Path, samples: np.ndarray, rate: int) -> None:
    import wave
    with wave.open(str(path), "wb") as w:
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(rate)
        w.writeframes(np.clip(np.rint(samples * 32768), -32768, 32767).astype("<i2").tobytes())


def golden(data: Path) -> dict[str, list[Clip]]:
    """The golden clips at 16 and 8 kHz; empty, with a message, where they are absent."""
    out = {line: [Clip(p) for p in sorted((data / "golden/audio" / line).glob("*.wav"))] for line in ("16k", "8k")}
    if not all(out.values()):
        print(f"skipped: no golden clips in {data / 'golden/audio'}")
        return {}
    return out


def long_file(clips: list[Clip], path: Path, seconds: float, legs: int = 1) -> float:
    """Joins clips until they last that long; legs channels hear it, each from elsewhere. Returns the seconds it came to."""
    parts, total = [], 0.0
    for clip in clips:
        x, rate = tools.read_wav(str(clip.path))
        parts.append(x)
        total += len(x) / rate
        if total >= seconds:
            break
    x = np.concatenate(parts)[:int(seconds * rate)]
    if legs == 1:
        write_wav(path, x, rate)
        return len(x) / rate
    turns = [path.with_suffix(f".{leg}.wav") for leg in range(legs)]
    for leg, turn in enumerate(turns):  # every leg starts elsewhere, so that no two do the same at the same time
        write_wav(turn, np.roll(x, leg * len(x) // legs), rate)
    sox("-M", *turns, path)
    for turn in turns:
        turn.unlink()
    return len(x) / rate
