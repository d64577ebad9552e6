#!/usr/bin/env python3
"""zimu and other correctors of names over the same transcript, with the same names, scored and timed alike.

    correct.py --zimu BIN --peers DIR --score score_corrections.py --terms TERMS --gold GOLD.tsv [--to-line N]
        [--correct TEXT]... -o FOLDER TRANSCRIPT > TABLES.md

GOLD.tsv lists the errors of the transcript up to line N, as score_corrections.py wants them. A TEXT has nothing to correct:
what is changed in its Chinese sentences is counted, each of them taken once. DIR holds a virtual environment for each of the
others, as README.md tells; those that are not there are left out. They get the terms a line each, without what TERMS says of
people; zimu gets TERMS as it is.

What each tool reported and said is in FOLDER. Needs Python 3.9, compare.py beside it, and Linux for what is measured.
"""

import argparse
import csv
import importlib.util
import pathlib
import re
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

from compare import last_line, machine, measure, version_of

COLUMNS = ("line", "offset", "wrong", "right", "tier", "reason")
PEOPLE = {"people", "人名"}  # headings in TERMS
RUNS = 3  # over the transcript, of which the fastest counts


class Tool(NamedTuple):
    name: str
    version: list  # the command that prints it
    command: Callable  # of a text and the folder that it is to write corrections.tsv into
    applied: str = "sure"  # the tier of what it puts into the text


def tools(args, names):
    def peer(name, applied="sure"):
        python = args.peers.absolute() / name / "bin/python"
        version = [python, "-c", f"from importlib.metadata import version; print(version('{name}'))"]
        return Tool(name, version, lambda text, out: [python, __file__, "--as", name, names, text, out], applied)

    zimu = args.zimu.absolute()

    def correct(text, out):
        out.mkdir(exist_ok=True)
        report = ["--report", out / "corrections.tsv", "-o", out / "corrected.txt"]
        return [zimu, "correct", text, "--terms", args.terms, *report]

    return [Tool("zimu", [zimu, "--version"], correct), peer("asr-hotword"), peer("pycorrector", applied="likely")]


def asr_hotword(names):
    """CapsWriter-Offline's search, with the two thresholds that it sets."""
    from hotword import PhonemeCorrector

    corrector = PhonemeCorrector(threshold=0.85, similar_threshold=0.6)
    corrector.update_hotwords(names.read_text(encoding="utf-8"))

    def edits(line):
        found = corrector.correct(line)
        made = [(wrong, right) for wrong, right, _ in reversed(found.matches)]
        rows = [(at, wrong, right, "sure") for at, (wrong, right) in zip(places(line, found.text, made), made)]
        # Its proposals come best first and without places. It shows none for a name that it has just put in; of those that
        # want the same place we take the best.
        for wrong, right, _ in found.similars:
            at = line.find(wrong)
            free = all(at >= other + len(taken) or at + len(wrong) <= other for other, taken, *_ in rows)
            if free and wrong != right and all(right != name for _, name in made):
                rows.append((at, wrong, right, "likely"))
        return rows

    return edits


def places(line, corrected, made):
    """Where the replacements were made, which are told in their order, but not where; None where they do not fit."""
    if not made:
        return [] if line == corrected else None
    wrong, right = made[0]
    at = line.find(wrong)
    while at >= 0 and line[:at] == corrected[:at]:
        if corrected.startswith(right, at):
            rest = places(line[at + len(wrong) :], corrected[at + len(right) :], made[1:])
            if rest is not None:
                return [at] + [at + len(wrong) + offset for offset in rest]
        at = line.find(wrong, at + 1)
    return None


def pycorrector(names):
    """Its corrector of names alone: the package as a whole would load PyTorch for models that this one does not use."""
    sys.modules["pycorrector"] = importlib.util.module_from_spec(importlib.util.find_spec("pycorrector"))
    from pycorrector.proper_corrector import ProperCorrector

    corrector = ProperCorrector(proper_name_path=str(names))
    return lambda line: [(at, wrong, right, "likely") for wrong, right, at in corrector.correct(line)["errors"]]


def run_as(peer, names, text, out):
    """In the peer's own Python: its corrections of a text, in the form of zimu's."""
    edits = {"asr-hotword": asr_hotword, "pycorrector": pycorrector}[peer](pathlib.Path(names))
    lines = pathlib.Path(text).read_text(encoding="utf-8-sig").split("\n")
    rows = [[number, *edit, ""] for number, line in enumerate(lines, 1) for edit in edits(line)]
    write_rows(pathlib.Path(out, "corrections.tsv"), rows)


def write_rows(path, rows):
    path.parent.mkdir(exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines("\t".join(map(str, row)) + "\n" for row in [COLUMNS, *rows])


def read_rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def names_of(terms):
    """Every right form, once; of people the name alone, since what follows tells what they are and not how they are called."""
    names, people = {}, False
    for line in terms.read_text(encoding="utf-8-sig").splitlines():
        if line.startswith("#"):
            people = line.lstrip("# ").strip() in PEOPLE
        forms = re.split("[\t；;]", re.split("[|｜]", re.sub("(^|\\s)#.*", "", line))[0])
        names.update(dict.fromkeys(filter(None, map(str.strip, forms[:1] if people else forms))))
    return names


def sentences_of(texts):
    """Every Chinese sentence, once."""
    sentences = {}
    for text in texts:
        parts = re.split("(?<=[。！？])|(?<=[.!?])\\s|\n", text.read_text(encoding="utf-8-sig"))
        sentences.update(dict.fromkeys(part.strip() for part in parts if re.search("[\u4e00-\u9fff]", part)))
    return sentences


def attempt(tool, text, out, times=1):
    """Its rows, and what the fastest run took."""
    runs = []
    for _ in range(times):
        status, took = measure(tool.command(text, out), f"{out}.log", limit=1800)
        if status:
            sys.exit(f"{tool.name} failed: {last_line(pathlib.Path(f'{out}.log'))}")
        runs.append(took)
    return read_rows(out / "corrections.tsv"), min(runs, key=lambda took: took["wall"])


def score(args, rows, path):
    """How many rows there are and the share that is right; the share found of all errors, of names and terms, of TERMS's."""
    write_rows(path, [[row[column] for column in COLUMNS] for row in rows])
    command = [sys.executable, args.score, path, args.gold, args.transcript]
    command += ["--terms", args.terms, "--to-line", str(args.to_line)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    made = re.search(r"^sure\+likely precision (?P<right>\S+) of (?P<rows>\d+)", said, re.MULTILINE)
    found = re.findall(r"(?:all|terms|glossary:) (\S+) of \d+", said)
    return [*(made.group("rows", "right") if made else ("0", "–")), *found]


def table(title, columns, rows):
    print(f"\n{title}:\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zimu", type=pathlib.Path, required=True, metavar="BIN")
    parser.add_argument("--peers", type=pathlib.Path, required=True, metavar="DIR")
    parser.add_argument("--score", type=pathlib.Path, required=True, metavar="SCRIPT", help="score_corrections.py")
    parser.add_argument("--terms", type=pathlib.Path, required=True)
    parser.add_argument("--gold", type=pathlib.Path, required=True, metavar="GOLD.tsv")
    parser.add_argument("--to-line", type=int, default=10**9, metavar="N", help="the last line that GOLD.tsv covers")
    parser.add_argument("--correct", type=pathlib.Path, action="append", default=[], metavar="TEXT")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="FOLDER")
    parser.add_argument("transcript", type=pathlib.Path)
    return parser.parse_args()


def main():
    args = arguments()
    args.output.mkdir(parents=True, exist_ok=True)
    names, clean = args.output / "names.txt", args.output / "correct.txt"
    names.write_text("".join(f"{name}\n" for name in names_of(args.terms)), encoding="utf-8")
    clean.write_text("".join(f"{sentence}\n" for sentence in sentences_of(args.correct)), encoding="utf-8")
    length = sum(map(len, clean.read_text(encoding="utf-8").split()))

    scores, costs, changes, versions = [], [], [], []
    for tool in tools(args, names):
        version = version_of(tool)
        if not version:
            continue
        versions.append(f"{tool.name} {version}")
        rows, took = attempt(tool, args.transcript, args.output / tool.name, RUNS)
        applied = [row for row in rows if row["tier"] == tool.applied]
        scores.append([tool.name, "put into the text", *score(args, applied, args.output / f"{tool.name}.applied.tsv")])
        if tool.applied == "sure":
            scores.append(["", "and proposed", *score(args, rows, args.output / f"{tool.name}.all.tsv")])
        costs.append([tool.name, f"{took['wall']:.2f} s", f"{took['cpu']:.2f} s", f"{took['peak_mb']:.0f} MB"])
        if length:
            rows, _ = attempt(tool, clean, args.output / f"{tool.name}.correct")
            counts = [sum(row["tier"] == tier for row in rows) for tier in dict.fromkeys((tool.applied, "likely"))]
            cells = [f"{n} ({n / length * 1e4:.1f})" for n in counts]
            changes.append([tool.name, *cells, *["–"] * (2 - len(cells))])

    table(
        "Rows that are right, and errors that are found",
        ["tool", "corrections", "rows", "right", "of all errors", "of names and terms", "of those in the terms file"],
        scores,
    )
    table("The whole transcript, in one process", ["tool", "by the clock", "of all cores", "memory at most"], costs)
    if length:
        columns = ["tool", "put into the text", "proposed besides"]
        table(f"Changes to {length:,} characters of correct text (and for each 10,000)", columns, changes)
    print(f"\n{machine()}. {', '.join(versions)}.")


if __name__ == "__main__":
    run_as(*sys.argv[2:]) if sys.argv[1:2] == ["--as"] else main()
