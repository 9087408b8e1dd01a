"""One job of one peer over one file, run by cost.py as a process of its own so that its CPU time is its own.

    python tools.py JOB FILE

What a job finds is thrown away here; tracks.py and agreement.py look at it.
"""
import sys

PITCH_FLOOR, PITCH_CEILING = 75, 500  # Hz, Praat
HOP = 0.01  # s


def opensmile_job(path: str, functionals: bool):
    import opensmile
    level = opensmile.FeatureLevel.Functionals if functionals else opensmile.FeatureLevel.LowLevelDescriptors
    return opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, level).process_file(path)


def praat_sound(path: str):
    import parselmouth
    return parselmouth.Sound(path)


def praat_pitch(sound, method: str):
    if method == "ac":
        return sound.to_pitch_ac(time_step=HOP, pitch_floor=PITCH_FLOOR, pitch_ceiling=PITCH_CEILING)
    return sound.to_pitch_cc(time_step=HOP, pitch_floor=PITCH_FLOOR, pitch_ceiling=PITCH_CEILING)


def praat_voice(sound, method: str = "ac") -> tuple[float, float]:
    """Jitter (local) and shimmer (local, dB) of the whole sound, over the pulses that the pitch leads to."""
    from parselmouth.praat import call
    pulses = call([sound, praat_pitch(sound, method)], "To PointProcess (cc)")
    jitter = call(pulses, "Get jitter (local)", 0, 0, 0.0001, 0.02, 1.3)
    shimmer = call([sound, pulses], "Get shimmer (local_dB)", 0, 0, 0.0001, 0.02, 1.3, 1.6)
    return jitter, shimmer


def praat_hnr(sound):
    return sound.to_harmonicity_cc(time_step=HOP, minimum_pitch=PITCH_FLOOR)


def praat_formants(sound):
    wide = sound.sampling_frequency >= 11000
    return sound.to_formant_burg(time_step=HOP, max_number_of_formants=5 if wide else 4,
                                 maximum_formant=5500 if wide else 4000)


def aubio_pitch(samples, rate: int, window: float = 0.064, tolerance: float = 0.4, silence: float = -60):
    """aubio's yinfft: Hz every 10 ms, 0 where it finds none or none in 50-600 Hz, and the time that the first stands for.

    The size of the window, in samples, must be a power of two.
    """
    import aubio
    import numpy as np
    hop, size = rate // 100, int(rate * window)
    tracker = aubio.pitch("yinfft", size, hop, rate)
    tracker.set_unit("Hz")
    tracker.set_tolerance(tolerance)
    tracker.set_silence(silence)
    samples = np.ascontiguousarray(samples, dtype=np.float32)
    f0 = [float(tracker(samples[at:at + hop])[0]) for at in range(0, len(samples) - hop + 1, hop)]
    f0 = np.array(f0)
    return np.where((f0 > 50) & (f0 < 600), f0, 0), HOP - size / rate / 2


def read_wav(path: str):
    """Samples in -1..1 and the rate of a mono 16-bit WAV file."""
    import wave

    import numpy as np
    with wave.open(path) as w:
        return np.frombuffer(w.readframes(w.getnframes()), dtype="<i2").astype(np.float32) / 32768, w.getframerate()


def praat_all(path: str):
    sound = praat_sound(path)
    return praat_pitch(sound, "ac"), praat_voice(sound), praat_hnr(sound), praat_formants(sound)


JOBS = {
    "opensmile-lld": lambda path: opensmile_job(path, False),
    "opensmile-func": lambda path: opensmile_job(path, True),
    "praat-pitch-ac": lambda path: praat_pitch(praat_sound(path), "ac"),
    "praat-voice": lambda path: praat_voice(praat_sound(path)),
    "praat-hnr": lambda path: praat_hnr(praat_sound(path)),
    "praat-formants": lambda path: praat_formants(praat_sound(path)),
    "praat-all": praat_all,
    "aubio-yinfft": lambda path: aubio_pitch(*read_wav(path)),
}

if __name__ == "__main__":
    JOBS[sys.argv[1]](sys.argv[2])
