#!/usr/bin/env python3
"""English with pocketsphinx and the model in its wheel, the whole recording at once: align_pocketsphinx.py WAV LINES OUT.json

Words that its dictionary lacks are left out of what it looks for.
"""

import sys
import wave

from pocketsphinx import Decoder

import sentences

# By default (1e-48, 1e-48, 7e-29) it loses its way in minutes of text.
BEAM = 1e-80

wav, lines_file, out = sys.argv[1:]
lines = sentences.read(lines_file)
decoder = Decoder(lm=None, bestpath=False, beam=BEAM, pbeam=BEAM, wbeam=BEAM, loglevel="ERROR")
words = sentences.english_words(lines)
known = [(number, word) for number, word in words if decoder.lookup_word(word)]
print(f"{len(words) - len(known)} of {len(words)} words are not in the dictionary")

decoder.set_align_text(" ".join(word for _, word in known))
with wave.open(wav) as sound:
    decoder.start_utt()
    decoder.process_raw(sound.readframes(sound.getnframes()), full_utt=True)
    decoder.end_utt()
# Fillers are "<sil>" and the like, other readings of a word "word(2)".
heard = [part for part in decoder.seg() or () if not part.word.startswith(("<", "[", "+"))]
if [part.word.split("(")[0] for part in heard] != [word for _, word in known]:
    raise SystemExit(f"only {len(heard)} of {len(known)} words were aligned")
sentences.write(
    out, lines, [(number, part.start_frame / 100, (part.end_frame + 1) / 100) for (number, _), part in zip(known, heard)]
)
