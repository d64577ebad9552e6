#!/usr/bin/env python3
"""Mandarin with viter (MFA's recipe in Rust), whose models one trains oneself.

    align_viter.py train MANIFEST.tsv MODEL.viter
    align_viter.py align MODEL.viter WAV LINES OUT.json

MANIFEST is tab-separated and names its columns: file (relative to the manifest), language, speaker, text. Its clips in
language zh are learned, but for those with Latin letters or digits: phones without context, the first stage of the recipe, in some
minutes; the stages that follow would take an hour more. Needs pypinyin; training needs ffmpeg.
"""

import csv
import pathlib
import re
import subprocess
import sys
import tempfile

from pypinyin import lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials

import sentences

VITER = pathlib.Path(sys.executable).with_name("viter")


def syllables(text):
    return lazy_pinyin(re.sub(r"[^\u4e00-\u9fff]", " ", text), errors="ignore")


def phones(syllable):
    """Initial and final; the vowel of zhi and that of zi are none of the i in ji."""
    initial, final = to_initials(syllable), to_finals(syllable, v_to_u=False)
    if final == "i" and initial in ("zh", "ch", "sh", "r"):
        final = "ir"
    elif final == "i" and initial in ("z", "c", "s"):
        final = "iz"
    return [phone for phone in (initial, final) if phone] or [syllable]


def write_dictionary(path, words):
    path.write_text("".join(f"{word}\t{' '.join(phones(word))}\n" for word in sorted(set(words))))


def train(manifest, model):
    manifest = pathlib.Path(manifest)
    with tempfile.TemporaryDirectory() as folder, manifest.open(encoding="utf-8") as rows:
        corpus, said = pathlib.Path(folder, "corpus"), []
        for number, row in enumerate(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)):
            if row["language"] != "zh" or re.search("[A-Za-z0-9]", row["text"]):
                continue
            clip = corpus / row["speaker"] / f"{number:05}.wav"
            clip.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(
                ["ffmpeg", "-v", "error", "-i", manifest.parent / row["file"], "-ac", "1", "-ar", "16000", clip], check=True
            )
            words = syllables(row["text"])
            clip.with_suffix(".txt").write_text(" ".join(words))
            said += words
        dictionary = corpus.with_name("dict")
        write_dictionary(dictionary, said)
        subprocess.run([VITER, "train", corpus, "--dict", dictionary, "-o", model, "--no-tri"], check=True)


def align(model, wav, lines_file, out):
    lines = sentences.read(lines_file)
    words = [(number, word) for number, line in enumerate(lines) for word in syllables(line)]
    with tempfile.TemporaryDirectory() as folder:
        # The text goes into a file beside the sound: as an argument a long one would be refused by the kernel.
        folder = pathlib.Path(folder)
        (folder / "a.wav").symlink_to(pathlib.Path(wav).resolve())
        (folder / "a.txt").write_text(" ".join(word for _, word in words))
        write_dictionary(folder / "dict", (word for _, word in words))
        # Without --cpu it takes a software Vulkan for a graphics card, and dies of an hour's sound on it.
        command = [VITER, "align", folder / "a.wav", model, "--cpu", "--dict", folder / "dict", "--ctm", "-o", folder / "out"]
        status = subprocess.run(command, check=False).returncode
        if status:
            raise SystemExit(f"viter ended with status {status}")
        timed = [row.split() for row in next(folder.glob("out/**/*.ctm")).read_text().splitlines()]
    if [row[4] for row in timed] != [word for _, word in words]:
        raise SystemExit(f"viter aligned {len(timed)} of {len(words)} syllables")
    sentences.write(
        out, lines, [(number, float(row[2]), float(row[2]) + float(row[3])) for (number, _), row in zip(words, timed)]
    )


if __name__ == "__main__":
    {"train": train, "align": align}[sys.argv[1]](*sys.argv[2:])
