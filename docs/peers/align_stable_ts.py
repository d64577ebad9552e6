#!/usr/bin/env python3
"""Align with stable-ts and a Whisper model in CTranslate2's form: align_stable_ts.py MODEL_DIR LANGUAGE WAV LINES OUT.json"""

import os
import sys

import stable_whisper

import sentences

model, language, wav, lines_file, out = sys.argv[1:]
lines = sentences.read(lines_file)
whisper = stable_whisper.load_faster_whisper(model, device="cpu", compute_type="int8", cpu_threads=os.cpu_count())
result = whisper.align(wav, "\n".join(lines), language=language, original_split=True, verbose=None)
if len(result.segments) != len(lines):
    raise SystemExit(f"{len(lines)} lines went in, {len(result.segments)} came out")
sentences.write(out, lines, [(number, segment.start, segment.end) for number, segment in enumerate(result.segments)])
