"""Scores who speaks when: diarization error rates of RTTM files, with a collar and without one.

    score_speakers.py TRUTH HYPOTHESIS [--collar 0.25] [--baselines]

TRUTH is an RTTM file, or a truth.json with `sentences` (start, end, speaker) and perhaps `events`; stretches of events
of type `untranscribed` are not scored, since nobody says who speaks there. The rate is NIST's: missed speech, false
alarms and speech of the wrong speaker, overlaps counted for each speaker, in shares of the true speech, under the best
one-to-one mapping of the names. Around each border of the truth the collar is not scored. Frames are 10 ms.

With --baselines two others are scored as well, both of which know exactly when somebody speaks: one voice for all, and a
new voice each sentence.

    pip install numpy scipy             # --check compares with pyannote.metrics: pip install pyannote.metrics
"""

import argparse
import json
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

FRAMES = 100


def read(path, recording=None):
    """Turns as (start, end, speaker) in seconds, and stretches that are not scored."""
    if path.suffix == ".json":
        truth = json.loads(path.read_text())
        spoken = [s for s in truth["sentences"] if s.get("spoken", True)]
        events = [(e["start"], e["end"]) for e in truth.get("events", []) if e["type"] == "untranscribed"]
        return [(s["start"], s["end"], s["speaker"]) for s in spoken], events
    rows = [line.split() for line in path.read_text().splitlines() if line.startswith("SPEAKER")]
    rows = [row for row in rows if recording in (None, row[1])]
    return [(float(row[3]), float(row[3]) + float(row[4]), row[7]) for row in rows], []


def frames(turns, length):
    """A row a speaker, true where he speaks."""
    names = {name: row for row, name in enumerate(dict.fromkeys(name for *_, name in turns))}
    speaks = np.zeros((len(names), length), bool)
    for start, end, name in turns:
        speaks[names[name], round(start * FRAMES) : round(end * FRAMES)] = True
    return speaks


def scored(truth, unscored, collar, length):
    """Which frames are scored."""
    kept = np.ones(length, bool)
    borders = [border for start, end, _ in truth for border in (start, end)] if collar else []
    for start, end in unscored + [(border - collar, border + collar) for border in borders]:
        kept[max(0, round(start * FRAMES)) : round(end * FRAMES)] = False
    return kept


def rate(truth, found, unscored, collar):
    """Shares of the true speech: error, missed, false alarm, wrong speaker."""
    length = round(max(end for _, end, _ in truth + found) * FRAMES) + 1
    kept = scored(truth, unscored, collar, length)
    true, said = frames(truth, length)[:, kept], frames(found, length)[:, kept]
    right = true.astype(np.float32) @ said.T.astype(np.float32)
    matched = right[linear_sum_assignment(-right)].sum()
    n_true, n_said = true.sum(0), said.sum(0)
    missed, false = np.maximum(n_true - n_said, 0).sum(), np.maximum(n_said - n_true, 0).sum()
    wrong = np.minimum(n_true, n_said).sum() - matched
    return np.array([missed + false + wrong, missed, false, wrong]) / n_true.sum()


def check(truth, found, unscored, collar):
    """The error by pyannote.metrics, whose collar is that of both sides together."""
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    def annotation(turns):
        whole = Annotation()
        for at, (start, end, name) in enumerate(turns):
            whole[Segment(start, end), at] = name
        return whole

    extent = Timeline([Segment(0, max(end for _, end, _ in truth + found))])
    left = Timeline([Segment(*span) for span in unscored])
    extent = extent.extrude(left) if unscored else extent
    return DiarizationErrorRate(collar=2 * collar)(annotation(truth), annotation(found), uem=extent)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path)
    parser.add_argument("found", type=Path)
    parser.add_argument("--collar", type=float, default=0.25, help="seconds on either side of a border")
    parser.add_argument("--recording", help="of several in the truth's RTTM, this one")
    parser.add_argument("--baselines", action="store_true")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    truth, unscored = read(args.truth, args.recording)
    found, _ = read(args.found)
    rows = {"found": found}
    if args.baselines:
        rows["one voice for all"] = [(start, end, "all") for start, end, _ in truth]
        rows["a new voice each sentence"] = [(start, end, at) for at, (start, end, _) in enumerate(truth)]
    for what, turns in rows.items():
        voices = f"{len({name for *_, name in turns})} voices of {len({name for *_, name in truth})}"
        for collar in sorted({args.collar, 0.0}, reverse=True):
            shares = rate(truth, turns, unscored, collar) * 100
            line = f"{what:26} collar {collar:.2f}  error {shares[0]:5.1f}%  missed {shares[1]:5.1f}%  "
            line += f"false alarm {shares[2]:5.1f}%  wrong speaker {shares[3]:5.1f}%  {voices}"
            if args.check:
                line += f"  pyannote.metrics {check(truth, turns, unscored, collar) * 100:.1f}%"
            print(line)


if __name__ == "__main__":
    main()
