#!/usr/bin/env python3
"""English with the small network of phones (CTC, 20 ms a frame) in hama's wheel: align_hama.py WAV LINES OUT.json

hama itself does not align; the Viterbi search over what it hears and its own guess at the pronunciations is here. It is a
probe of what such a network could do, not a tool that anybody uses so.
"""

import functools
import sys

import hama
import numpy

import sentences

RATE, FRAME = 16000, 320
WINDOW, MARGIN = 20 * RATE, RATE


def listen(model, samples):
    """Log probabilities, a row a frame; heard in windows that overlap, so that none begins inside a word unheard."""
    rows = []
    for start in range(0, len(samples), WINDOW):
        left, end = max(0, start - MARGIN), min(len(samples), start + WINDOW)
        window = samples[None, left : end + MARGIN]
        given = {model._waveform_input_name: window, model._waveform_lengths_input_name: numpy.array([window.shape[1]])}
        heard = model.session.run([model._log_probs_output_name], given)[0][0]
        rows.append(heard[(start - left) // FRAME :][: (end - start) // FRAME])
    return numpy.concatenate(rows)


def viterbi(scores, labels, blank):
    """The label number of every frame, -1 for blank: CTC's states, a blank around each label."""
    states = numpy.full(2 * len(labels) + 1, blank)
    states[1::2] = labels
    may_skip = numpy.zeros(len(states), bool)
    may_skip[3::2] = states[3::2] != states[1:-2:2]
    best = numpy.full(len(states), -numpy.inf, numpy.float32)
    best[:2] = scores[0, states[:2]]
    back = numpy.zeros((len(scores), len(states)), numpy.uint8)
    for frame in range(1, len(scores)):
        one, two = numpy.roll(best, 1), numpy.roll(best, 2)
        one[0] = -numpy.inf
        two[~may_skip] = -numpy.inf
        came = numpy.stack((best, one, two))
        back[frame] = came.argmax(0)
        best = came.max(0) + scores[frame, states]
    state = len(states) - 1 - int(best[-2] > best[-1])
    path = []
    for frame in reversed(range(len(scores))):
        path.append(state // 2 if state % 2 else -1)
        state -= int(back[frame, state])
    return path[::-1]


def main(wav, lines_file, out):
    lines = sentences.read(lines_file)
    model, spell = hama.ASRModel(), functools.cache(hama.G2PModel().predict)
    token = {text: number for number, text in enumerate(model.decoder_tokens)}
    labels, owners = [], []
    for number, word in sentences.english_words(lines):
        phones = [token[part.phoneme] for part in spell(word).alignments if part.phoneme in token]
        labels += phones
        owners += [number] * len(phones)
    samples, _ = hama.read_wav_mono(wav)
    path = viterbi(listen(model, samples), labels, model.blank_id)
    step = FRAME / RATE
    sentences.write(
        out, lines, [(owners[label], frame * step, (frame + 1) * step) for frame, label in enumerate(path) if label >= 0]
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
