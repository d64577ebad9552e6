#!/usr/bin/env python3
"""Makes the sample forum: forum.m4a, forum.md and forum.truth.json, from forum.script.

    samples/make.py            needs espeak-ng, sox and ffmpeg; the same versions give the same bytes

The voices are espeak-ng's, one for each name below; claps and places are drawn from a fixed seed. The truth is on the
player's clock: the times of the mix before encoding, since ffmpeg writes the encoder's delay into the file's edit list.
"""
import array
import json
import math
import random
import re
import subprocess
import tempfile
import wave
from pathlib import Path

HERE = Path(__file__).resolve().parent
RATE = 22050  # what espeak-ng speaks at
SEED = 20250418
IMAGE = "![](img/slide_07.png)"
TITLE = "# 2025青芦湖湿地声音监测论坛（全程回放）"
PARAGRAPH = 100  # characters: where the recogniser chops, after the last clause that fits

# name -> (variant of the voice, English voice, pitch 0..99, words a minute, loudness as RMS)
VOICES = {
    "林晓岚": ("+f2", "en-gb", 62, 235, 0.085),
    "陈柏舟": ("+m3", "en-gb", 30, 225, 0.075),
    "苏映雪": ("+f4", "en-gb", 80, 240, 0.080),
    "Daniel Hartley": ("+m7", "en-us", 42, 155, 0.080),
    "短片": ("+klatt4", "en-gb", 48, 230, 0.060),
}
EMOJI = re.compile("[😊🎼👏]")
VARIANT = re.compile(r"\{([^|}]*)\|([^}]*)\}")
HAN = re.compile(r"[\u4e00-\u9fff]")


# ---- the script ---------------------------------------------------------------------------------------------------

def read_script(path):
    """The script's lines as (kind, speaker, text): kind is say, unspoken, untranscribed, break, music, applause, pause."""
    speaker = None
    for line in path.read_text(encoding="utf-8").splitlines():
        event = re.fullmatch(r"\[(\w+) ([\d.]+)\]", line)
        if not line or line.startswith("#"):
            continue
        if line.startswith("== "):
            speaker = line[3:]
        elif event:
            yield event[1], speaker, event[2]
        elif line.startswith("---"):
            yield "break", speaker, line[3:].strip()
        elif line[0] == "!":
            yield "unspoken", speaker, line[1:]
        elif line[0] == "~":
            yield "untranscribed", speaker, line[1:]
        else:
            yield "say", speaker, line


def said(line):
    return EMOJI.sub("", VARIANT.sub(r"\1", line)).rstrip("，")


def written(line):
    return VARIANT.sub(r"\2", line)


# ---- the transcript -----------------------------------------------------------------------------------------------

def clauses(text):
    """The text cut after each mark at which a recogniser may chop (a point within a number is none)."""
    return re.findall(r".+?(?:[，。？！]+(?![0-9])|, |$)[😊👏]*，?", text)


class Transcript:
    """Paragraphs of about a hundred characters; the last mark of each becomes a full stop, true or false."""

    def __init__(self):
        self.paragraphs = [TITLE]
        self.open = ""
        self.english = False

    def add(self, text):
        """Adds a sentence. -> its (line, offset) and that of its end."""
        start = end = None
        self.english = not HAN.search(text)
        for clause in clauses(text):
            if self.open.strip() and len(self.open) + len(clause) > PARAGRAPH and not self.english:
                self.close()
            if self.english:
                self.open += " "
            lead = len(clause) - len(EMOJI.sub("", clause)) if EMOJI.match(clause) else 0
            start = start or (self.line(), len(self.open) + lead)
            self.open += clause.strip()
            end = (self.line(), len(self.open))
        return start, end

    def line(self):
        return 2 * len(self.paragraphs) + 1

    def close(self, image=""):
        if self.open:
            self.paragraphs.append(re.sub(r"[，、,]+([😊👏]?)$", r"。\1", re.sub(r"([😊👏])，$", r"\1。", self.open)))
        if image:
            self.paragraphs.append(IMAGE)
        self.open = ""

    def text(self):
        return "\n\n".join(self.paragraphs) + "\n"


# ---- sound --------------------------------------------------------------------------------------------------------

def run(*command):
    subprocess.run([str(part) for part in command], check=True, stdin=subprocess.DEVNULL)


def read_wav(path):
    with wave.open(str(path)) as file:
        assert file.getframerate() == RATE and file.getnchannels() == 1, path
        return [x / 32768 for x in array.array("h", file.readframes(file.getnframes()))]


def write_wav(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array.array("h", (max(-32767, min(32767, round(x * 32767))) for x in samples)).tobytes())


def levels(samples):
    """RMS of each 10 ms."""
    step = RATE // 100
    return [math.sqrt(sum(x * x for x in samples[i:i + step]) / step) for i in range(0, len(samples) - step, step)]


def tight(samples):
    """Cut to what can be heard: from the first to the last 10 ms within 36 dB of the loud parts."""
    level = levels(samples)
    floor = sorted(level)[int(0.95 * len(level))] * 10 ** (-36 / 20)
    heard = [i for i, x in enumerate(level) if x > floor]
    step = RATE // 100
    return samples[heard[0] * step:(heard[-1] + 1) * step]


def to_loudness(samples, rms):
    level = levels(samples)
    loud = [x for x in level if x > max(level) / 10]
    now = math.sqrt(sum(x * x for x in loud) / len(loud))
    return [x * rms / now for x in samples]


def speak(text, speaker, folder):
    """One sentence; its Chinese and Latin stretches are read by a voice of that language each."""
    variant, english, pitch, speed, rms = VOICES[speaker]
    clip = []
    for part in re.findall(r"[A-Za-z][A-Za-z ,.'。]*|[^A-Za-z]+", text):
        voice = english if re.match("[A-Za-z]", part) else "cmn-latn-pinyin"
        slower = speed if voice == "cmn-latn-pinyin" else min(speed, 165)
        path = folder / "part.wav"
        run("espeak-ng", "-v", voice + variant, "-p", pitch, "-s", slower, "-w", path, part.replace("。", ". "))
        clip += tight(read_wav(path)) + [0.0] * (RATE // 20)
    return to_loudness(tight(clip), rms)


def applause(seconds, chance):
    """Claps of many hands: short noise bursts that die away within 10 ms, thickest in the middle."""
    out = [0.0] * round(seconds * RATE)
    for _ in range(round(160 * seconds)):
        at = round(chance.betavariate(1.6, 2.0) * (len(out) - 600))
        loud, decay = chance.uniform(0.03, 0.12), chance.uniform(40, 110)
        for i in range(500):
            out[at + i] += loud * chance.uniform(-1, 1) * math.exp(-i / decay)
    return out


def music(seconds, folder):
    """A slow progression of plucked chords."""
    chords = [("C3", "E4", "G4", "C5"), ("A2", "E4", "A4", "C5"), ("F2", "F4", "A4", "C5"), ("G2", "D4", "G4", "B4")]
    out = [0.0] * round(seconds * RATE)
    for number in range(math.ceil(seconds / 1.5)):
        notes = [word for note in chords[number % 4] for word in ("pluck", note)]
        path = folder / "chord.wav"
        run("sox", "-R", "-r", 44100, "-c", len(notes) // 2, "-n", "-r", RATE, "-c", 1, "-b", 16, path, "synth", 2.4, *notes,
            "remix", "-", "fade", "q", 0.01, 2.4, 0.9)
        mix(out, read_wav(path), round(number * 1.5 * RATE), 0.35)
    fade = RATE
    return [x * min(1.0, (len(out) - i) / fade) for i, x in enumerate(out)]


def mix(into, samples, at, gain=1.0):
    into.extend([0.0] * (at + len(samples) - len(into)))
    for i, x in enumerate(samples):
        into[at + i] += gain * x


# ---- all together -------------------------------------------------------------------------------------------------

def seconds(sample):
    return round(sample / RATE, 3)


def make(folder):
    chance = random.Random(SEED)
    track, transcript, sentences, events = [], Transcript(), [], []
    at, last = round(0.8 * RATE), None
    film = None  # the span of the untranscribed clip, in samples
    for kind, speaker, text in read_script(HERE / "forum.script"):
        if kind == "break":
            transcript.close(IMAGE if text else "")
        elif kind == "pause":
            at += round(float(text) * RATE)
        elif kind in ("music", "applause"):
            clip = music(float(text), folder) if kind == "music" else applause(float(text), chance)
            mix(track, clip, at)
            events.append({"type": kind, "start": seconds(at), "end": seconds(at + len(clip))})
            at += len(clip) - (RATE // 2 if kind == "applause" else 0)
            last = None
        elif kind == "untranscribed":
            clip = speak(said(text), speaker, folder)
            mix(track, clip, at)
            film = (film[0] if film else at, at + len(clip))
            at += len(clip) + round(0.4 * RATE)
        else:
            start = end = None
            if kind == "say":
                if last is not None:
                    at += round((chance.uniform(0.30, 0.65) if last == speaker else 1.1) * RATE)
                clip = speak(said(text), speaker, folder)
                mix(track, clip, at)
                start, end, at, last = seconds(at), seconds(at + len(clip)), at + len(clip), speaker
            place, until = transcript.add(written(text))
            sentences.append({
                "id": len(sentences), "line": place[0], "char_start": place[1], "end_line": until[0], "char_end": until[1],
                "text": EMOJI.sub("", written(text)).rstrip("，"), "said": said(text), "speaker": speaker,
                "start": start, "end": end, "spoken": kind == "say",
            })
    transcript.close()
    if film:
        bed = music(seconds(film[1] - film[0]) + 1.6, folder)
        mix(track, bed, film[0] - round(0.8 * RATE), 0.25)
        events.append({"type": "untranscribed", "start": seconds(film[0]), "end": seconds(film[1])})
    track += [0.0] * RATE
    events.sort(key=lambda event: event["start"])
    return track, transcript.text(), {
        "duration": seconds(len(track)),
        "speakers": [name for name in VOICES if any(s["speaker"] == name for s in sentences)],
        "sentences": sentences,
        "events": events,
    }


def encode(track, folder, out):
    """A little room and hiss, then AAC."""
    dry, wet, hiss, done = (folder / name for name in ("dry.wav", "wet.wav", "hiss.wav", "done.wav"))
    write_wav(dry, track)
    run("sox", "-R", "-G", dry, wet, "reverb", 18, 60, 30, 100, 0, -4)
    run("sox", "-R", "-n", "-r", RATE, "-c", 1, "-b", 16, hiss, "synth", len(track) / RATE, "pinknoise", "vol", 0.006)
    run("sox", "-R", "-m", "-v", 1, wet, "-v", 1, hiss, done, "trim", 0, f"{len(track)}s")
    run("ffmpeg", "-v", "error", "-y", "-i", done, "-c:a", "aac", "-b:a", "40k", "-fflags", "+bitexact",
        "-flags:a", "+bitexact", "-movflags", "+faststart", out)


def main():
    with tempfile.TemporaryDirectory() as folder:
        track, transcript, truth = make(Path(folder))
        encode(track, Path(folder), HERE / "forum.m4a")
    (HERE / "forum.md").write_text(transcript, encoding="utf-8")
    (HERE / "forum.truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
