#!/usr/bin/env python3
"""Plants misheard words in a right Chinese text, to see which of them `zimu correct` finds.

    plant_errors.py plant TEXT FOLDER [--seed N]     writes FOLDER/{text.txt,terms.txt,planted.tsv}
    plant_errors.py count FOLDER REPORT.tsv          counts what a report of FOLDER/text.txt found, a tier each

Of the words of two to four characters a third is planted: one character becomes a homophone, one that is often confused with
it, or one with the same initial or final, in seven of ten places. Another third are decoys: the text stays, and what sounds
like them stands among the terms. Needs jieba and pypinyin; the same seed plants the same.
"""

import argparse
import collections
import csv
import pathlib
import random
import re

INITIALS = ["zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw"]
CONFUSED_INITIALS = [{"z", "zh"}, {"c", "ch"}, {"s", "sh"}, {"l", "n"}, {"f", "h"}]
CONFUSED_FINALS = [{"an", "ang"}, {"en", "eng"}, {"in", "ing"}]
KINDS = ["homophone", "confused", "half"]
TIERS = ["sure", "likely", "guess"]
LEAST_COUNT = 300  # of a character in jieba's dictionary, for one that people use


class Sounds:
    """Characters by what they sound like."""

    def __init__(self, dictionary):
        from pypinyin import lazy_pinyin

        self.reading = lambda character: lazy_pinyin(character)[0]
        self.characters = collections.defaultdict(list)
        for character in map(chr, range(0x4E00, 0x9FA5)):
            if dictionary.get(character, 0) > LEAST_COUNT:
                self.characters[self.reading(character)].append(character)

    def like(self, character, kind):
        said = self.reading(character)
        found = [others for heard, others in self.characters.items() if likeness(said, heard) == kind]
        return [other for others in found for other in others if other != character]


def likeness(a, b):
    (a_initial, a_final), (b_initial, b_final) = parts(a), parts(b)
    if a == b:
        return "homophone"
    if a_initial == b_initial and {a_final, b_final} in CONFUSED_FINALS:
        return "confused"
    if a_final == b_final and {a_initial, b_initial} in CONFUSED_INITIALS:
        return "confused"
    return "half" if (a_initial == b_initial) != (a_final == b_final) else None


def parts(syllable):
    initial = next((initial for initial in INITIALS if syllable.startswith(initial)), "")
    return initial, syllable[len(initial) :]


def plant(args):
    import jieba

    jieba.initialize()
    sounds, chance = Sounds(jieba.dt.FREQ), random.Random(args.seed)
    lines = args.text.read_text(encoding="utf-8").split("\n")
    words = {word for line in lines for word in jieba.cut(line, HMM=False) if re.fullmatch("[\u4e00-\u9fff]{2,4}", word)}
    shuffled = sorted(words)
    chance.shuffle(shuffled)
    third = len(shuffled) // 3

    def misheard(word):
        kind, places = chance.choice(KINDS), list(range(len(word)))
        chance.shuffle(places)
        for at in places:
            if others := sounds.like(word[at], kind):
                return word[:at] + chance.choice(others) + word[at + 1 :], kind
        return None, kind

    terms, planted = [], []
    for word in shuffled[:third]:
        wrong, kind = misheard(word)
        if not wrong or wrong in words:
            continue
        terms.append(word)
        for number, line in enumerate(lines):
            at = line.find(word)
            if at >= 0 and chance.random() < 0.7:
                lines[number] = line[:at] + wrong + line[at + len(word) :]
                planted.append((number + 1, at, wrong, word, kind))
    for word in shuffled[third : 2 * third]:
        decoy, _ = misheard(word)
        if decoy and not any(decoy in line for line in lines):
            terms.append(decoy)

    args.folder.mkdir(parents=True, exist_ok=True)
    for name, rows in ("text.txt", lines), ("terms.txt", sorted(set(terms)) + [""]):
        (args.folder / name).write_text("\n".join(rows), encoding="utf-8")
    table = ["line\toffset\twrong\tright\tkind"] + ["\t".join(map(str, row)) for row in planted]
    (args.folder / "planted.tsv").write_text("\n".join(table) + "\n", encoding="utf-8")


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def count(args):
    planted, found = rows_of(args.folder / "planted.tsv"), collections.Counter()
    for row in rows_of(args.report):
        at, end = int(row["offset"]), int(row["offset"]) + len(row["wrong"])
        meets = lambda error: error["line"] == row["line"] and error["right"] == row["right"] and (
            int(error["offset"]) < end and at < int(error["offset"]) + len(error["wrong"])
        )
        kind = next((error["kind"] for error in planted if meets(error)), "false")
        found[kind, row["tier"]] += 1
    for kind in [*KINDS, "false"]:
        planted_so = sum(error["kind"] == kind for error in planted)
        print(f"{kind}\t{planted_so}\t" + "\t".join(f"{found[kind, tier]} {tier}" for tier in TIERS))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    planting = commands.add_parser("plant")
    planting.add_argument("text", type=pathlib.Path)
    planting.add_argument("folder", type=pathlib.Path)
    planting.add_argument("--seed", type=int, default=1)
    planting.set_defaults(run=plant)
    counting = commands.add_parser("count")
    counting.add_argument("folder", type=pathlib.Path)
    counting.add_argument("report", type=pathlib.Path)
    counting.set_defaults(run=count)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
