"""openSMILE, Praat and aubio beside attune: what they cost and how right they are, on the same audio.

    python peers.py                   everything; prints the tables and writes ../results/peers.json
    python peers.py --only cost       one part; the others stay in the file as they were

What the other programs put out stays in memory: only the figures below are written.
"""
import argparse
import datetime
import importlib.metadata
import json
import re
import subprocess
import tempfile
from pathlib import Path

import agreement
import audio
import cost
import tracks
import unseen

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ("cost", "f0", "agreement", "unseen", "tests")
TESTS = (["./benchmarks/prosody", "-run", "SpectralConformance|VoiceAgainstPraat|FormantsAgainstPraat"],
         ["./benchmarks/pitch", "-run", "FDA"])


def say(*command, cwd=ROOT) -> str:
    return subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True).stdout


def versions() -> dict:
    import parselmouth
    out = {p: importlib.metadata.version(p) for p in ("opensmile", "praat-parselmouth", "aubio", "numpy")}
    sox = re.search(r"v\d[\d.]*", say("sox", "--version"))
    return out | {"praat": parselmouth.PRAAT_VERSION, "sox": sox.group() if sox else "", "go": say("go", "version").split()[2],
                  "attune": say("git", "describe", "--always", "--dirty").strip()}


def machine() -> str:
    named = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    return named.group(1) if named else "unknown"


def go_tests() -> dict[str, list[str]]:
    """What the project's own accuracy tests print, line by line; clips and speakers one by one are left out."""
    out = {}
    for args in TESTS:
        text = say("go", "test", "-count=1", "-v", *args)
        found = re.findall(r"^\s+\w+_test\.go:\d+: (.*)$", text, re.M)
        whole = re.compile(r"worst r|: r |median difference|lag \d")
        out[args[0]] = [re.sub(r"\s+", " ", line).strip() for line in found if whole.search(line)]
        if "--- FAIL" in text or not out[args[0]]:
            print(f"{args[0]}: a test failed or was skipped:\n{text[-2000:]}")
    return out


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=Path, default=ROOT.parent / "shared/data", help="the evaluation data")
    p.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()) / "peers", help="for audio and the binary")
    p.add_argument("--seconds", type=float, default=60, help="of audio in a timed run")
    p.add_argument("--repeat", type=int, default=5, help="times that every timed run is made")
    p.add_argument("--results", type=Path, default=ROOT / "benchmarks/results/peers.json", help="where figures go")
    p.add_argument("--only", choices=PARTS, help="one part")
    args = p.parse_args()
    if args.seconds < 20 or args.repeat < 1:
        p.error("at least --seconds 20 and --repeat 1: below, start-up hides what the audio costs")
    args.scratch.mkdir(parents=True, exist_ok=True)
    attune = args.scratch / "attune-under-test"
    subprocess.run(["go", "build", "-o", attune, "./cmd/attune"], cwd=ROOT, check=True)
    fda = {} if args.only == "unseen" else audio.fda(args.data, args.scratch / "fda")
    golden = audio.golden(args.data)
    out = args.results
    results = json.loads(out.read_text()) if out.exists() else {}
    made = {"date": datetime.date.today().isoformat(), "cpu": machine(), "versions": versions()}
    for part in [args.only] if args.only else PARTS:
        figures, text = measure(part, attune, fda, golden, args)
        if figures:
            results[part] = {"made": made} | figures
            print(text + "\n")
    out.write_text(json.dumps(results, indent=1) + "\n")


def measure(part: str, attune: Path, fda: dict, golden: dict, args) -> tuple[dict, str]:
    """The figures of a part and their tables; none where the part's audio is absent."""
    if part == "tests":
        found = go_tests()
        return found, "\n".join(line for lines in found.values() for line in lines)
    if part == "f0" and fda:
        scores = tracks.score(attune, fda)
        return {"fda": scores}, tracks.markdown(scores)
    if part == "agreement" and golden:
        descriptors, praat = agreement.with_opensmile(attune, golden), agreement.with_praat(attune, golden)
        return {"with_opensmile": descriptors, "with_praat": praat}, agreement.markdown(descriptors, praat)
    if part == "unseen":
        sets = unseen.emodb(args.data, args.scratch / "emodb-8k") | unseen.ravdess(args.data)
        found = unseen.figures(attune, sets) if sets else {}
        return found, unseen.markdown(found)
    if part == "cost" and golden:
        clips = {line: golden[line] + fda.get(line, []) for line in golden}
        rows = [row.figures() for row in cost.measure(attune, clips, args.scratch, args.seconds, args.repeat)]
        rows.sort(key=lambda f: (f["line"] != "16k", -f["cpu_s_per_audio_s"]))
        return {"rows": rows}, cost.markdown(rows)
    return {}, ""


if __name__ == "__main__":
    main()
