#!/usr/bin/env python3
"""Scores a table of turns by the text: which share of the characters went to the right speaker.

    score_turns.py OURS.tsv GOLD.tsv TRANSCRIPT [--same GOLD_NAME=OUR_NAME]...

OURS.tsv is what `zimu speakers TRANSCRIPT -o OURS.tsv` writes. GOLD.tsv has start_line, start_char, end_line, end_char,
speaker, role, certainty; lines count from 1, characters from 0. Letters, figures and Han characters count. --same says
who is called otherwise.
"""
import argparse, collections, csv


def characters(text, start, end):
    for line in range(start[0], min(end[0], len(text)) + 1):
        row = text[line - 1]
        low = start[1] if line == start[0] else 0
        high = end[1] if line == end[0] else len(row)
        yield from ((line, at) for at in range(low, min(high, len(row))) if row[at].isalnum())


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("ours", "gold", "transcript"):
        args.add_argument(name)
    args.add_argument("--same", action="append", default=[])
    args = args.parse_args()
    text = open(args.transcript, encoding="utf-8-sig").read().split("\n")
    rows = lambda path: list(csv.DictReader(open(path, encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE))
    place = lambda row, which: (int(row[which + "_line"]), int(row[which + "_char"]))
    same = dict(pair.split("=", 1) for pair in args.same)
    ours, mine = {}, rows(args.ours)
    for row, after in zip(mine, mine[1:] + [None]):
        end = place(after, "start") if after else (len(text), len(text[-1]))
        ours.update((at, row["speaker"]) for at in characters(text, place(row, "start"), end))
    right, every, wrong = collections.Counter(), collections.Counter(), collections.Counter()
    for row in rows(args.gold):
        if "元数据" in row["role"]:
            continue
        for at in characters(text, place(row, "start"), place(row, "end")):
            every[row["certainty"]] += 1
            if ours.get(at) == same.get(row["speaker"], row["speaker"]):
                right[row["certainty"]] += 1
            else:
                wrong[row["speaker"], ours.get(at)] += 1
    for certainty, count in every.items():
        print(f"{certainty}: {right[certainty] / count:.1%} of {count} characters")
    for (truth, found), count in wrong.most_common(20):
        print(f"{count:6} of {truth} went to {found}")


if __name__ == "__main__":
    main()
