"""TensorBoard's event file, written by the thread that calls."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import time
from collections.abc import Iterable
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


class EventFile:
    """A new event file in a run's directory, written to by the thread that calls.

    torch's SummaryWriter hands every event to a thread, with which a Trial of short steps then
    contends for the interpreter, and which learns of a full disk later than the Trial should.
    """

    #: The longest time in seconds that an event may wait in memory.
    DELAY = 1.0

    def __init__(self, directory: Path) -> None:
        name = f"events.out.tfevents.{time.time_ns()}.{socket.gethostname()}.{os.getpid()}"
        self._path = directory / name
        self._stream = self._path.open("xb")
        self._records = RecordWriter(self._stream)
        self._flushed = 0.0
        self.add(Event(file_version="brain.Event:2"))

    def add(self, event: Event) -> None:
        """Write the event, at the latest when the next one comes after ``DELAY``."""
        event.wall_time = time.time()
        self._records.write(event.SerializeToString())
        if event.wall_time > self._flushed + self.DELAY:
            self.flush()
            self._flushed = event.wall_time

    def flush(self) -> None:
        """Hand all events so far to the operating system.

        Raises:
            OSError: if that fails, or if the file has been removed, which would take in events
                for as long as it is open.
        """
        self._stream.flush()
        if not os.fstat(self._stream.fileno()).st_nlink:
            raise FileNotFoundError(errno.ENOENT, "the log has been removed", str(self._path))

    def sync(self) -> None:
        """Have all events so far on the disk."""
        self.flush()
        os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Write what is left and close the file."""
        try:
            self.flush()
        except BaseException:
            # Closing tries to write once more, and leaves the file open if that fails too.
            with contextlib.suppress(OSError):
                self._stream.close()
            raise
        self._stream.close()


def bytes_per_point(metrics: Iterable[str], step: int) -> int:
    """What a point of batch metrics takes in the log, at a t around the step.

    >>> bytes_per_point(["est", "average_regret"], 10**6)
    78
    """
    values = [Summary.Value(tag=f"batch/{name}", simple_value=1.0) for name in metrics]
    event = Event(wall_time=time.time(), step=step, summary=Summary(value=values))
    return event.ByteSize() + 16  # a record's length and checksums
