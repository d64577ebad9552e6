"""What the adapters share: sentences, a line each, in; times for them out."""

import json
import re


def read(path):
    with open(path, encoding="utf-8") as file:
        return [line.strip() for line in file]


def english_words(lines):
    """(line number, word) for each, in small letters; what is written otherwise is not looked for."""
    return [
        (number, word)
        for number, line in enumerate(lines)
        for word in re.findall("[a-z]+(?:'[a-z]+)*", line.lower().replace("’", "'"))
    ]


def write(path, lines, words):
    """Give each line the time from its first to its last word; `words` are (line number, start, end) in seconds.

    A line without words gets no time: to guess one would be our work, not the aligner's.
    """
    spans = {}
    for line, start, end in words:
        spans.setdefault(line, [start, end])[1] = end
    if not spans:
        raise SystemExit("no word was aligned")
    segments = [{"start": start, "end": end, "text": lines[line]} for line, (start, end) in sorted(spans.items())]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"segments": segments}, file, ensure_ascii=False)
