"""Prints the cues that a reader of somebody else finds in a file: start and end in milliseconds, text; tabs between.

    read.py READER FILE
"""

import html
import json
import sys


def ms(seconds):
    return round(float(seconds) * 1000)


def praatio(path):
    from praatio import textgrid

    grid = textgrid.openTextgrid(path, includeEmptyIntervals=False)
    return [(ms(one.start), ms(one.end), one.label) for one in grid.getTier("sentences").entries]


def textgrid(path):
    from textgrid import TextGrid

    tier = TextGrid.fromFile(path).getFirst("sentences")
    return [(ms(one.minTime), ms(one.maxTime), one.mark) for one in tier if one.mark]


def pympi(path):
    from pympi import Eaf

    return sorted(Eaf(path).get_annotation_data_for_tier("sentences"))


def ttconv(path):
    from xml.etree import ElementTree

    import srt
    from ttconv.imsc.reader import to_model
    from ttconv.srt.writer import from_model

    cues = srt.parse(from_model(to_model(ElementTree.parse(path))))
    return [(ms(cue.start.total_seconds()), ms(cue.end.total_seconds()), cue.content) for cue in cues]


def pysubs2(path):
    import pysubs2

    cues = [(cue.start, cue.end, cue.plaintext) for cue in pysubs2.load(path)]
    return unescaped(cues) if path.endswith(".vtt") else cues


def unescaped(cues):
    """WebVTT's text as it is shown: readers leave that to whoever shows it."""
    return [(start, end, html.unescape(text)) for start, end, text in cues]


def whisper(path):
    import pysubs2

    with open(path, encoding="utf-8") as file:
        return [(cue.start, cue.end, cue.plaintext) for cue in pysubs2.load_from_whisper(json.load(file))]


def srt(path):
    import srt

    with open(path, encoding="utf-8") as file:
        cues = srt.parse(file.read())
    return [(ms(cue.start.total_seconds()), ms(cue.end.total_seconds()), cue.content) for cue in cues]


def webvtt(path):
    import webvtt

    if path.endswith(".sbv"):
        # SBV has no tags, which .text would take out.
        return [(webvtt_ms(cue.start), webvtt_ms(cue.end), cue.raw_text) for cue in webvtt.from_sbv(path)]
    return unescaped([(webvtt_ms(cue.start), webvtt_ms(cue.end), cue.text) for cue in webvtt.read(path)])


def webvtt_ms(clock):
    hours, minutes, seconds = clock.split(":")
    return ms((int(hours) * 60 + int(minutes)) * 60 + float(seconds))


def pylrc(path):
    import pylrc

    # An empty line is an end.
    with open(path, encoding="utf-8") as file:
        lines = [(ms(line.time), line.text) for line in pylrc.parse(file.read())]
    ends = [line[0] for line in lines[1:]] + [lines[-1][0]]
    return [(start, end, text) for (start, text), end in zip(lines, ends) if text]


reader, path = sys.argv[1:]
sys.stdout.reconfigure(encoding="utf-8")
for start, end, text in globals()[reader](path):
    print(start, end, " ".join(text.split()), sep="\t")
