"""CPU seconds per second of audio of every tool, each run a process on one pinned core, in turn.

A run over a long file less a run of the same tool over one second of it is what the audio cost; the short run is
the start-up: interpreter, libraries, models.
"""
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import audio
import tools

LEGS = 16
TOOLS = Path(tools.__file__)


@dataclass
class Row:
    tool: str
    what: str
    line: str
    command: list[str]
    short: list[str]
    seconds: float  # of audio that the long run has more than the short one, over all legs
    spent: list[float] = field(default_factory=list)  # CPU s, long runs
    start: list[float] = field(default_factory=list)  # CPU s, short runs

    def figures(self) -> dict:
        start = statistics.median(self.start)
        runs = [(s - start) / self.seconds for s in self.spent]
        mid = statistics.median(runs)
        return {"tool": self.tool, "what": self.what, "line": self.line, "runs": len(runs),
                "cpu_s_per_audio_s": round(mid, 7), "low": round(min(runs), 7), "high": round(max(runs), 7),
                "audio_s_per_cpu_s": round(1 / mid, 1), "start_cpu_s": round(start, 3)}


def cpu(command: list[str]) -> float:
    """User and system time of a process, its children with it."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, use = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"peers: {' '.join(command)} ended with status {child.returncode}")
    return use.ru_utime + use.ru_stime


WHAT = {
    "opensmile-lld": ("openSMILE", "eGeMAPSv02, 25 LLD"), "opensmile-func": ("openSMILE", "eGeMAPSv02, 88 functionals"),
    "praat-pitch-ac": ("Praat", "pitch ac"), "praat-voice": ("Praat", "pitch ac, jitter, shimmer"),
    "praat-hnr": ("Praat", "HNR cc"), "praat-formants": ("Praat", "formants (Burg)"),
    "praat-all": ("Praat", "pitch, jitter, shimmer, HNR, formants"), "aubio-yinfft": ("aubio", "pitch yinfft"),
}


def rows(attune: Path, clips: dict[str, list[audio.Clip]], scratch: Path, seconds: float) -> list[Row]:
    out = []
    for line, files in clips.items():
        long, short = scratch / f"long-{line}.wav", scratch / f"short-{line}.wav"
        more = audio.long_file(files, long, seconds) - audio.long_file(files, short, 1)
        many, few = scratch / f"legs-{line}.wav", scratch / f"fewlegs-{line}.wav"
        more_legs = LEGS * (audio.long_file(files, many, seconds / 4, LEGS) - audio.long_file(files, few, 1, LEGS))
        for name, (tool, what) in WHAT.items():
            command = [sys.executable, str(TOOLS), name]
            out.append(Row(tool, what, line, [*command, str(long)], [*command, str(short)], more))
        for what, flags, far, near, spent in (
                ("25 LLD and more as CSV", [], long, short, more),
                ("88 functionals", ["--functionals"], long, short, more),
                (f"25 LLD and more as CSV, {LEGS} legs", [], many, few, more_legs),
                (f"88 functionals, {LEGS} legs", ["--functionals"], many, few, more_legs)):
            command = [str(attune), "features", *flags]
            out.append(Row("attune", what, line, [*command, str(far)], [*command, str(near)], spent))
    return out


def measure(attune: Path, clips: dict[str, list[audio.Clip]], scratch: Path, seconds: float, repeat: int) -> list[Row]:
    """Runs everything once, then again, so that a busy moment of the machine meets all tools alike."""
    table = rows(attune, clips, scratch, seconds)
    everything = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(everything)})
    try:
        for row in table:
            cpu(row.short)  # fills the page cache; not counted
        for _ in range(repeat):
            for row in table:
                row.start.append(cpu(row.short))
                row.spent.append(cpu(row.command))
    finally:
        os.sched_setaffinity(0, everything)
    return table


def markdown(figures: list[dict]) -> str:
    lines = ["| tool | what | line | CPU ms per audio s, median | lowest to highest | audio s per CPU s | start, CPU s |",
             "|---|---|---|---|---|---|---|"]
    for f in figures:
        ms, low, high = (1000 * f[k] for k in ("cpu_s_per_audio_s", "low", "high"))
        lines.append(f"| {f['tool']} | {f['what']} | {f['line']} | {ms:.3g} | {low:.3g} to {high:.3g} | "
                     f"{f['audio_s_per_cpu_s']:.0f} | {f['start_cpu_s']:.2f} |")
    return "\n".join(lines)
