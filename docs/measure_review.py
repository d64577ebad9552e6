"""How near words that are laid anew come to where `make` found them, and how long an edit takes.

    python3 docs/measure_review.py ZIMU FOLDER --media FILE

FOLDER is what `zimu make` wrote; it is copied, the copy reviewed. Of every nth subtitle of one sentence two words are taken out
and put back, which lays them anew; then the whole subtitle is laid anew. Compared are the starts of the words in the saved
timeline with those in FOLDER.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path


class Review:
    def __init__(self, zimu, folder, media):
        command = [zimu, "review", folder, "--no-open", *(["--media", media] if media else [])]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.base, token = self.server.stdout.readline().strip().split("/?token=")
        self.cookie = f"zimu-{self.base.rsplit(':', 1)[1]}={token}"

    def ask(self, path, method="GET", body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Cookie": self.cookie, "Origin": self.base}
        return json.load(urllib.request.urlopen(urllib.request.Request(self.base + path, data, headers, method=method)))

    def edit(self, edit):
        acts = self.ask("/project")["state"]["acts"]
        begun = time.monotonic()
        self.ask(f"/edit?after={acts}", "POST", edit)
        return time.monotonic() - begun


def starts(folder):
    timeline = json.loads((Path(folder) / "timeline.json").read_text())
    return [[word["start"] for word in segment["words"]] for segment in timeline["segments"]]


def told(name, differences, seconds):
    milliseconds = sorted(round(1000 * abs(one)) for one in differences)
    within = sum(one <= 50 for one in milliseconds) / len(milliseconds)
    ninety = milliseconds[int(0.9 * len(milliseconds))]
    print(f"{name}: {len(milliseconds)} words, median {statistics.median(milliseconds):.0f} ms, 90% within {ninety} ms, "
          f"{100 * within:.1f}% within 50 ms; an edit takes {1000 * statistics.median(seconds):.0f} ms")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("zimu")
    arguments.add_argument("folder")
    arguments.add_argument("--media")
    arguments.add_argument("--each", type=int, default=20)
    given = arguments.parse_args()
    for name in ["taken out and put back", "laid anew"]:
        with tempfile.TemporaryDirectory() as room:
            copy = Path(room) / "copy.zimu"
            shutil.copytree(given.folder, copy, ignore=shutil.ignore_patterns("review"))
            review = Review(given.zimu, str(copy), given.media)
            # Until the recording was heard nothing can be laid.
            while True:
                try:
                    review.edit({"align": {"from": 0, "to": 0}})
                    break
                except urllib.error.HTTPError:
                    time.sleep(0.5)
            review.ask("/undo", "POST")
            cues = review.ask("/project")["project"]["cues"]
            seconds = []
            for number in range(5, len(cues), given.each):
                lines = cues[number]["lines"]
                if name == "laid anew":
                    seconds.append(review.edit({"align": {"from": number, "to": number}}))
                    continue
                line = lines[0]
                middle = re.search(r"(?<=.)([\u4e00-\u9fff]{2}|\b\w+ \w+\b)(?=.)", line[len(line) // 3:])
                if middle:
                    at = len(line) // 3 + middle.start()
                    without = [line[:at] + line[at + len(middle[0]):], *lines[1:]]
                    seconds.append(review.edit({"text": {"cue": number, "lines": without}}))
                    seconds.append(review.edit({"text": {"cue": number, "lines": lines}}))
            review.ask("/save", "POST")
            review.server.kill()
            pairs = zip(starts(given.folder), starts(copy))
            moved = [new - old for old, new in ((o, n) for olds, news in pairs if len(olds) == len(news)
                     for o, n in zip(olds, news)) if old is not None and new is not None and old != new]
            told(name, moved, seconds)


main()
