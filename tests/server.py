"""The real TensorBoard server, on a free port, read over HTTP."""

import contextlib
import json
import re
import subprocess
import sys
import time
import urllib.request

from processes import LONGEST


@contextlib.contextmanager
def serving(logdir):
    """The URL of a server over the directory."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tensorboard.main", "--logdir", str(logdir), "--port", "0"),
            *("--samples_per_plugin", "scalars=100000"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield next(m[0] for line in process.stdout if (m := re.search(r"http://\S+?:\d+/", line)))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def get(url):
    with urllib.request.urlopen(url, timeout=LONGEST) as response:
        return json.loads(response.read())


def runs(url, count):
    """The tags of each run, once there are so many runs with all of theirs."""
    deadline = time.monotonic() + LONGEST
    while True:
        found = get(url + "data/plugin/scalars/tags")
        if len(found) == count and all("batch/est" in tags for tags in found.values()):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


def scalars(url, run, tag="batch/est"):
    """The run's points, as (wall time, step, value)."""
    tag = tag.replace("/", "%2F")
    return get(url + f"data/plugin/scalars/scalars?run={run}&tag={tag}")
