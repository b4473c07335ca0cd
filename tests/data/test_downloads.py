"""Downloads over HTTP from a real local server: good, corrupted, stalled, missing, interrupted."""

import hashlib
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from processes import LONGEST, forked, wait_for

from breaking_adam.data.download import SOURCES, DownloadError, Source, download

CONTENT = {"a.gz": os.urandom(300_000), "b.gz": os.urandom(100)}
MD5 = {name: hashlib.md5(content).hexdigest() for name, content in CONTENT.items()}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        kind, name = self.path.strip("/").split("/")
        self.server.asked.append(self.path)
        content = CONTENT[name]
        if kind == "missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if kind == "corrupted":
            content = content[:-1] + bytes([content[-1] ^ 1])
        if kind in ("stalled", "broken"):
            content = content[: len(content) // 2]
        self.wfile.write(content)
        self.wfile.flush()
        if kind == "stalled":
            self.server.over.wait(60)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.asked, running.over = [], threading.Event()
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.over.set()
        running.shutdown()


@pytest.fixture
def source(server):
    server.asked.clear()

    def of(*kinds):
        return Source([f"http://127.0.0.1:{server.server_port}/{kind}/" for kind in kinds], MD5)

    return of


def check(directory):
    """The files, whole, and nothing beside them."""
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == CONTENT


def test_files_come_once(tmp_path, source, server):
    for _ in range(2):
        assert download("mnist", tmp_path, source=source("good")) == tmp_path
        check(tmp_path)
    assert server.asked == ["/good/a.gz", "/good/b.gz"]


def test_a_file_that_is_there_and_wrong_is_replaced(tmp_path, source):
    (tmp_path / "a.gz").write_bytes(b"wrong")
    download("mnist", tmp_path, source=source("good"))
    check(tmp_path)


@pytest.mark.parametrize(
    "kind", ["corrupted", "missing", pytest.param("stalled", marks=pytest.mark.slow), "broken"]
)
def test_the_next_mirror_takes_over(tmp_path, source, server, kind):
    download("mnist", tmp_path, source=source(kind, "good"), patience=0.5)
    check(tmp_path)
    assert server.asked[:2] == [f"/{kind}/a.gz", "/good/a.gz"]


def test_a_server_that_is_not_there(tmp_path, source):
    dead = Source(["http://127.0.0.1:9/", *source("good").mirrors], MD5)
    download("mnist", tmp_path, source=dead, patience=0.5)
    check(tmp_path)


def test_what_every_mirror_failed_of_is_in_one_line(tmp_path, source):
    kinds = source("missing", "corrupted", "stalled", "broken")
    with pytest.raises(DownloadError) as error:
        download("mnist", tmp_path, source=kinds, patience=0.5)
    message = str(error.value)
    told = message.partition("(")[2].rpartition(")")[0].split("; ")
    reasons = "HTTP status 404", "another MD5 sum", "stalled", "the connection broke off"
    for mirror, reason, said in zip(kinds.mirrors, reasons, told, strict=True):
        assert said.startswith(f"{mirror}: ")
        assert reason in said
    assert "\n" not in message
    assert not list(tmp_path.iterdir())


def test_two_at_once(tmp_path, source):
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(download, "mnist", tmp_path, source=source("good")) for _ in range(2)]
        assert [each.result() for each in both] == [tmp_path, tmp_path]
    check(tmp_path)


def begin(directory, stalled):
    # A process that is started in the background ignores it, and hands that on.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    download("mnist", directory, source=stalled, patience=60.0)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_and_begun_again(tmp_path, source, server, number):
    process = forked(begin, tmp_path, source("stalled"))
    wait_for(lambda: server.asked)
    time.sleep(0.2)
    os.kill(process.pid, number)
    process.join(LONGEST)
    assert process.exitcode not in (0, None)
    assert not (tmp_path / "a.gz").exists()
    download("mnist", tmp_path, source=source("good"))
    assert (tmp_path / "a.gz").read_bytes() == CONTENT["a.gz"]


def test_the_known_sums_are_of_the_originals():
    """As torchvision has them, and the page of CIFAR-10."""
    assert {name: dict(source.files) for name, source in SOURCES.items()} == {
        "mnist": {
            "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
            "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
            "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
        },
        "cifar10": {"cifar-10-binary.tar.gz": "c32a1d4ab5d03f1284b67883e8d87530"},
    }
    assert all(mirror.startswith("https://") for s in SOURCES.values() for mirror in s.mirrors)
