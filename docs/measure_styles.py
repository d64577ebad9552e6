#!/usr/bin/env python3
"""How well subtitles keep to each style: a row a timeline and style, for docs/styles.md.

    measure_styles.py ZIMU NAME=timeline.json... [--truth truth.json]

ZIMU is the program. Breaches are those of `zimu check`; reading speed counts the cues whose sentences are themselves spoken no
faster than the style reads. With --truth (a list `sentences` with `start` in seconds, of the first timeline) the median distance of
their starts from the nearest cue, where that is within a second, is told too.
"""

import argparse
import bisect
import json
import re
import statistics
import subprocess
import tempfile
import unicodedata

STYLES = ["bilibili", "netflix-zh", "netflix-en", "bbc", "ted", "podcast"]
LIGHT_MARKS = "[。，、；：]"


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cues_of(path):
    cues = []
    for block in open(path, encoding="utf-8").read().strip().split("\n\n"):
        _, times, *lines = block.split("\n")
        h = [int(n) for n in re.findall(r"\d+", times)]
        seconds = [((h[i] * 60 + h[i + 1]) * 60 + h[i + 2]) + h[i + 3] / 1000 for i in (0, 4)]
        cues.append((*seconds, "".join(lines)))
    return cues


def readable(cues, sentences, speed):
    """The share of cues within the reading speed, of those whose sentences are, and how many those are."""
    allowed = slow = first = 0
    for start, end, text in cues:
        while first < len(sentences) and sentences[first][1] <= start:
            first += 1
        during = [s for s in sentences[first : first + 30] if s[0] < end and s[1] > start]
        spoken = sum(s[2] for s in during) / max(sum(s[1] - s[0] for s in during), 0.001) if during else 0
        if spoken <= speed:
            allowed += 1
            slow += width(text) / (end - start) <= speed + 1e-6
    return slow / max(allowed, 1), allowed


def nearest(starts, time):
    at = bisect.bisect(starts, time)
    return min(abs(time - start) for start in starts[max(at - 1, 0) : at + 1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("zimu")
    parser.add_argument("timelines", nargs="+")
    parser.add_argument("--truth")
    args = parser.parse_args()
    sentences = json.load(open(args.truth))["sentences"] if args.truth else []
    truth = [s["start"] for s in sentences if s["start"] is not None]
    for number, named in enumerate(args.timelines):
        name, path = named.split("=", 1)
        segments = [s for s in json.load(open(path))["segments"] if s["start"] is not None]
        sentences = sorted((s["start"], s["end"], width(re.sub(LIGHT_MARKS, "", s["text"]))) for s in segments)
        for style in STYLES:
            with tempfile.NamedTemporaryFile(suffix=".srt") as srt:
                subprocess.run([args.zimu, "-q", "convert", path, srt.name, "--style", style], check=True)
                check = [args.zimu, "check", srt.name, path, "--style", style, "--format", "json"]
                report = json.loads(subprocess.run(check, capture_output=True, text=True).stdout)
                cues = cues_of(srt.name)
            limits = subprocess.run([args.zimu, "styles", style], capture_output=True, text=True).stdout
            share, _ = readable(cues, sentences, float(re.search(r"speed +([\d.]+)", limits).group(1)))
            starts = [cue[0] for cue in cues]
            away = [nearest(starts, time) for time in truth if number == 0]
            away = [distance for distance in away if distance <= 1]
            voice = f"{1000 * statistics.median(away):.0f} ms" if away else ""
            print(f"| {name}, {style} | {len(cues)} | {report['errors']} | {100 * share:.1f}% | {voice} |", flush=True)


main()
