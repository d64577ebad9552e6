#!/usr/bin/env python3
"""How often words are right, by how sure zimu is of them, as a picture.

    reliability.py TIMES.json TRUTH.json [TIMES.json TRUTH.json ...] > reliability.svg

TIMES is what `zimu align -o TIMES.json` wrote, TRUTH a list of sentences as in samples/forum.truth.json, those that nobody
says with "spoken": false. A word is right where it lies inside its sentence's time, give or take 0.3 s, and wrong where it
is over a second outside, or nobody says it; between the two it is not counted. Prints the figures to standard error.
Needs the standard library alone.
"""
import difflib, json, re, sys

TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
BINS = 10


def words(times, truth):
    """The probability of each timed word, and whether it is right."""
    sentences = truth if isinstance(truth, list) else truth["sentences"]
    heard = [(token, word) for segment in times["segments"] for word in segment["words"] for token in TOKEN.findall(word["word"].lower())]
    told = [(token, sentence) for sentence in sentences for token in TOKEN.findall(sentence["text"].lower())]
    match = difflib.SequenceMatcher(None, [token for token, _ in heard], [token for token, _ in told], autojunk=False)
    for block in match.get_matching_blocks():
        for (_, word), (_, sentence) in zip(heard[block.a : block.a + block.size], told[block.b : block.b + block.size]):
            if word["start"] is None:
                continue
            if sentence.get("spoken") is False or sentence["start"] is None:
                yield word["probability"], False
                continue
            outside = max(sentence["start"] - word["start"], word["end"] - sentence["end"])
            if outside <= 0.3 or outside > 1:
                yield word["probability"], outside <= 0.3


def tell(rows):
    sure, wrong = [right for p, right in rows if p > 0.9], [p for p, right in rows if not right]
    print(f"{len(rows)} words, {len(wrong)} of them wrong", file=sys.stderr)
    print(f"above 0.9: {len(sure)}, {sum(sure) / max(1, len(sure)):.1%} of them right", file=sys.stderr)
    print(f"of the wrong ones below 0.5: {sum(p < 0.5 for p in wrong) / max(1, len(wrong)):.1%}", file=sys.stderr)


def picture(rows):
    """The share of right words against their mean probability, a dot a tenth, its size by the number of words."""
    side, edge = 320, 48
    across, up = lambda p: edge + p * side, lambda p: 16 + (1 - p) * side
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side + edge + 24} {side + 64}" font-family="sans-serif" font-size="12">']
    out.append('<rect width="100%" height="100%" fill="#fff"/>')
    for tick in range(0, 11, 2):
        p = tick / 10
        out.append(f'<path d="M{across(0)} {up(p):.0f}H{across(1)}M{across(p):.0f} {up(0)}V{up(1)}" stroke="#ddd"/>')
        out.append(f'<text x="{across(p):.0f}" y="{up(0) + 16}" text-anchor="middle">{p}</text>')
        out.append(f'<text x="{edge - 6}" y="{up(p) + 4:.0f}" text-anchor="end">{tick * 10}%</text>')
    out.append(f'<path d="M{across(0)} {up(0)}L{across(1)} {up(1)}" stroke="#999" stroke-dasharray="4 4"/>')
    dots = []
    for bin in range(BINS):
        inside = [(p, right) for p, right in rows if min(int(p * BINS), BINS - 1) == bin]
        if len(inside) < 20:
            continue
        mean, right = sum(p for p, _ in inside) / len(inside), sum(right for _, right in inside) / len(inside)
        dots.append((across(mean), up(right)))
        out.append(f'<circle cx="{dots[-1][0]:.1f}" cy="{dots[-1][1]:.1f}" r="{2 + (len(inside) / len(rows)) ** 0.5 * 12:.1f}" fill="#2a6fbb"><title>{len(inside)} words, {right:.0%} right</title></circle>')
    out.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in dots)}" fill="none" stroke="#2a6fbb"/>')
    out.append(f'<text x="{across(0.5)}" y="{up(0) + 34}" text-anchor="middle">how sure zimu is of a word</text>')
    out.append(f'<text transform="translate(12 {up(0.5)}) rotate(-90)" text-anchor="middle">words that are right</text></svg>')
    return "\n".join(out)


if __name__ == "__main__":
    paths = sys.argv[1:]
    if not paths or len(paths) % 2:
        sys.exit(__doc__)
    load = lambda path: json.load(open(path, encoding="utf-8"))
    rows = [row for times, truth in zip(paths[::2], paths[1::2]) for row in words(load(times), load(truth))]
    tell(rows)
    print(picture(rows))
