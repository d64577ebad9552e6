#!/usr/bin/env python3
"""zimu and other aligners over the same recordings, one after another, scored and timed alike.

    compare.py --zimu BIN --peers DIR --score score_alignment.py -o RESULTS.json SET... > TABLES.md

SET is a folder with audio.* (any format), transcript.txt and truth.json: a list of sentences (text, start, end, and "spoken":
false for those that nobody says), or an object that has it as "sentences". DIR holds the tools that README.md tells how to
install; those that are not there are left out. Every tool hears the same mono WAV of 16 kHz. zimu reads transcript.txt as it
is; the others are given it with a line a sentence, cut where the truth's sentences end, since most cut no text.

What is done is kept in RESULTS.json and not done again, unless the tool has another version; the WAVs and what the tools
wrote and said are in RESULTS.work. Needs Python 3.9, ffmpeg, and Linux for what is measured.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent


class Job(NamedTuple):
    wav: pathlib.Path
    transcript: pathlib.Path
    lines: pathlib.Path
    language: str  # "zh", "en", or "mixed" where each has more than a tenth of the words
    truth: pathlib.Path
    out: pathlib.Path  # a tool adds its name and an ending


class Tool(NamedTuple):
    name: str
    version: list  # the command that prints it
    command: Callable  # of a Job and the path of the times that it is to write
    ending: str = ".json"
    languages: tuple = ("zh", "en", "mixed")
    convert: Callable = lambda times: None  # rewrites the times as the scorer reads them


def tools(zimu, peers):
    # No tool takes two languages, but those that are told Chinese read English words too.
    main = lambda job, zh, en: en if job.language == "en" else zh
    adapter = lambda name: HERE / f"align_{name}.py"
    python = lambda peer: peers / peer / "bin/python"
    # The module is loaded so that the first recording is not charged for reading it from a cold disk.
    package = lambda peer, name, module: [
        python(peer),
        "-c",
        f"import {module}; from importlib.metadata import version; print(version('{name}'))",
    ]
    whisper, mandarin = peers / "models/whisper-base", peers / "models/mandarin.viter"
    echogarden = peers / "echogarden/node_modules/echogarden"
    echogarden_align = ["node", echogarden / "dist/cli/CLILauncher.js", "align"]
    echogarden_language = lambda job: "--language=" + main(job, "zh", "en")
    aeneas_task = [python("aeneas"), "-m", "aeneas.tools.execute_task"]
    aeneas_settings = lambda job: f"task_language={main(job, 'cmn', 'eng')}|is_text_type=plain|os_task_file_format=srt"
    return [
        Tool("zimu", [zimu, "--version"], lambda job, out: [zimu, "align", job.wav, job.transcript, "-o", out]),
        Tool(
            "echogarden",
            ["node", "-p", "require(process.argv[1]).version", echogarden / "package.json"],
            lambda job, out: [*echogarden_align, job.wav, job.lines, out, "--engine=dtw", echogarden_language(job)],
            convert=echogarden_words,
        ),
        Tool(
            "stable-ts",
            package("whisper", "stable-ts", "stable_whisper"),
            lambda job, out: [python("whisper"), adapter("stable_ts"), whisper, main(job, "zh", "en"), job.wav, job.lines, out],
        ),
        Tool(
            "viter",
            [peers / "viter/bin/viter", "--version"],
            lambda job, out: [python("viter"), adapter("viter"), "align", mandarin, job.wav, job.lines, out],
            languages=("zh",),
        ),
        Tool(
            "aeneas-ng",
            package("aeneas", "aeneas-ng", "aeneas"),
            lambda job, out: [*aeneas_task, job.wav, job.lines, aeneas_settings(job), out],
            ending=".srt",
        ),
        Tool(
            "pocketsphinx",
            package("pocketsphinx", "pocketsphinx", "pocketsphinx"),
            lambda job, out: [python("pocketsphinx"), adapter("pocketsphinx"), job.wav, job.lines, out],
            languages=("en",),
        ),
        Tool(
            "hama",
            package("hama", "hama", "hama"),
            lambda job, out: [python("hama"), adapter("hama"), job.wav, job.lines, out],
            languages=("en",),
        ),
    ]


def echogarden_words(times):
    """Its words, which lie in phrases in sentences in segments, as one list."""

    def words(entries):
        for entry in entries:
            if entry["type"] == "word":
                yield {"word": entry["text"], "start": entry["startTime"], "end": entry["endTime"]}
            else:
                yield from words(entry.get("timeline", ()))

    timeline = json.loads(times.read_text(encoding="utf-8"))
    times.write_text(json.dumps({"segments": [{"words": list(words(timeline))}]}), encoding="utf-8")


def version_of(tool):
    """What it says, or None where it is not there."""
    try:
        said = subprocess.run(tool.version, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{tool.name} is left out: {error}", file=sys.stderr)
        return None
    said = said.removeprefix(tool.name).strip()
    if tool.name == "zimu":  # builds differ more often than its number does
        said += f" (sha256 {hashlib.sha256(pathlib.Path(tool.version[0]).read_bytes()).hexdigest()[:12]})"
    return said


def sentences_of(truth):
    read = json.loads(truth.read_text(encoding="utf-8"))
    return read if isinstance(read, list) else read["sentences"]


def cut(transcript, sentences):
    """The transcript with its punctuation, a line a sentence; the sentences alone where it has other letters than they."""
    lines, at = [], 0

    def gap_from(at):
        while at < len(transcript) and not transcript[at].isalnum():
            at += 1
        return at

    for sentence in sentences:
        begin = at = gap_from(at)
        for letter in filter(str.isalnum, sentence):
            at = gap_from(at)
            if transcript[at : at + 1] != letter:
                return [" ".join(sentence.split()) for sentence in sentences]
            at += 1
        lines.append(" ".join(transcript[begin : gap_from(at)].split()))
    return lines


def language_of(text):
    chinese, other = len(re.findall("[\u4e00-\u9fff]", text)), len(re.findall("[A-Za-z]+", text))
    share = chinese / max(1, chinese + other)
    return "zh" if share > 0.9 else "en" if share < 0.1 else "mixed"


def prepare(folder, work):
    """One WAV, the text in lines: the same for all tools."""
    work.mkdir(parents=True, exist_ok=True)
    audio = next(folder.glob("audio.*"))
    wav, lines, transcript, truth = work / "audio.wav", work / "lines.txt", folder / "transcript.txt", folder / "truth.json"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", audio, "-ac", "1", "-ar", "16000", wav], check=True)
    text = transcript.read_text(encoding="utf-8")
    lines.write_text("\n".join(cut(text, [sentence["text"] for sentence in sentences_of(truth)])) + "\n", encoding="utf-8")
    return Job(wav, transcript, lines, language_of(text), truth, work)


def about(job):
    spoken = [sentence.get("spoken", True) for sentence in sentences_of(job.truth)]
    with wave.open(str(job.wav)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
    return {"seconds": seconds, "sentences": len(spoken), "unspoken": spoken.count(False)}


def first_to_go():
    """In the child: where memory runs out the kernel shall take this one, not us nor anybody else."""
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")


def measure(command, log, limit):
    """Run a program to its end: its exit status, and what it and the processes that it waited for took."""
    with open(log, "wb") as output:
        begun = time.monotonic()
        process = subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "UTF-8"},
            start_new_session=True,
            preexec_fn=first_to_go,
        )
        timer = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        try:
            _, status, used = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            timer.cancel()
        wall = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}


def last_line(log):
    said = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8", errors="replace"))
    return next((line.strip() for line in reversed(re.split(r"[\r\n]+", said)) if line.strip()), "nothing said")


def score(scorer, times, truth):
    return json.loads(subprocess.run([sys.executable, scorer, times, truth, "--json"], capture_output=True, check=True).stdout)


def attempt(tool, job, scorer, limit):
    """What a tool reached on a recording and what it took, or why it failed; never an exception of the tool's making."""
    times, log = job.out / (tool.name + tool.ending), job.out / (tool.name + ".log")
    times.unlink(missing_ok=True)
    status, took = measure(tool.command(job, times), log, limit)
    if status == -signal.SIGKILL and took["wall"] >= limit:
        return {**took, "failed": f"not done after {limit:.0f} s"}
    if status < 0:
        return {**took, "failed": f"killed by signal {-status}: {last_line(log)}"}
    if status or not times.exists():
        return {**took, "failed": last_line(log)}
    try:
        tool.convert(times)
        reached = score(scorer, times, job.truth)
        if not (reached["start"]["n"] and reached["end"]["n"]):
            return {**took, "failed": "no sentence was given a time"}
        return {**took, "score": reached}
    except Exception as error:
        return {**took, "failed": f"what it wrote cannot be scored: {error}"}


def machine():
    field = lambda path, name: re.search(rf"^{name}\s*:\s*(.*)$", pathlib.Path(path).read_text(), re.MULTILINE)[1]
    memory = int(field("/proc/meminfo", "MemTotal").split()[0])
    return f"{field('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores, {memory / 2**20:.0f} GiB"


def load(path):
    if not path.exists():
        return {"machine": machine(), "sets": {}, "tools": {}, "runs": {}}
    results = json.loads(path.read_text(encoding="utf-8"))
    if results["machine"] != machine():
        sys.exit(f"{path} was measured on another machine: {results['machine']}")
    return results


def save(results, path):
    half = path.with_name(path.name + ".half")
    half.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    half.rename(path)


def table(title, results, sets, cell):
    """A row a recording, a column a tool."""
    names = [name for name in results["tools"] if any(recording in results["runs"][name] for recording in sets)]
    print(f"\n{title}:\n\n| recording | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for name in sets:
        runs = [results["runs"][tool].get(name) for tool in names]
        cells = ["–" if run is None else "failed" if "failed" in run else cell(run, results["sets"][name]) for run in runs]
        print(f"| {name} | {' | '.join(cells)} |")


def tables(results, sets):
    start = lambda run, _: f"{run['score']['start']['in300ms']:.1%}, {run['score']['start']['median'] * 1000:.0f} ms"
    table("Starts within 0.3 s of the truth, and their median error", results, sets, start)
    table("Ends within 0.3 s", results, sets, lambda run, _: f"{run['score']['end']['in300ms']:.1%}")
    unspoken = [name for name in sets if results["sets"][name]["unspoken"]]
    if unspoken:
        given = lambda run, about: f"{run['score']['phantom']} of {about['unspoken']}"
        table("Sentences that nobody says and that were given a time", results, unspoken, given)
    speed = lambda run, about: f"{about['seconds'] / run['wall']:.0f}×, {about['seconds'] / run['cpu']:.0f}×"
    table("The recording's length over the time taken, by the clock and of all cores together", results, sets, speed)
    table("Memory at most, of the largest process", results, sets, lambda run, _: f"{run['peak_mb']:.0f} MB")
    runs = [(tool, name, done[name]) for tool, done in results["runs"].items() for name in sets if name in done]
    failures = [f"- {tool} on {name}: {run['failed']}" for tool, name, run in runs if "failed" in run]
    if failures:
        print("\nFailed:\n", *failures, sep="\n")
    print(f"\n{results['machine']}. {', '.join(f'{tool} {version}' for tool, version in results['tools'].items())}.")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zimu", type=pathlib.Path, required=True, metavar="BIN")
    parser.add_argument("--peers", type=pathlib.Path, required=True, metavar="DIR")
    parser.add_argument("--score", type=pathlib.Path, required=True, metavar="SCRIPT", help="score_alignment.py")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="RESULTS.json")
    parser.add_argument("--tools", type=lambda names: names.split(","), metavar="LIST", help="run these alone, apart by commas")
    parser.add_argument("--again", action="store_true", help="do again what was done")
    parser.add_argument("--limit", type=float, default=1800, metavar="SECONDS", help="stop a tool that takes longer [1800]")
    parser.add_argument("sets", type=pathlib.Path, nargs="+", metavar="SET")
    return parser.parse_args()


def known_tools(candidates, results):
    """Those that are there; what another version of one did is forgotten."""
    versions = {tool.name: version_of(tool) for tool in candidates}
    for name, version in versions.items():
        if version and results["tools"].get(name) != version:
            results["tools"][name], results["runs"][name] = version, {}
    return [tool for tool in candidates if versions[tool.name]]


def main():
    args = arguments()
    results, work = load(args.output), args.output.with_suffix(".work").resolve()
    # Absolute, but not resolved: the python of a virtual environment is a link that must be called by its own name.
    every = tools(args.zimu.absolute(), args.peers.absolute())
    present = known_tools([tool for tool in every if not args.tools or tool.name in args.tools], results)
    jobs = {folder.resolve().name: prepare(folder, work / folder.resolve().name) for folder in args.sets}
    for name, job in jobs.items():
        results["sets"][name] = about(job)
        for tool in present:
            runs = results["runs"][tool.name]
            if job.language not in tool.languages or (name in runs and not args.again):
                continue
            runs[name] = attempt(tool, job, args.score, args.limit)
            save(results, args.output)
            print(f"{name}: {tool.name}, {runs[name]['wall']:.1f} s {runs[name].get('failed', '')}", file=sys.stderr)
    results["tools"] = {tool.name: results["tools"][tool.name] for tool in every if tool.name in results["tools"]}
    save(results, args.output)
    tables(results, jobs)


if __name__ == "__main__":
    main()
