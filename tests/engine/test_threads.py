"""Work is done once, whole, and with the same results, on whichever threads there are."""

import multiprocessing
import threading

import pytest
import torch
from processes import apart

from breaking_adam.engine import openmp, threads
from breaking_adam.optimizers import AMSGrad

COORDINATES = 100_003  # several shares, the last one odd


@pytest.fixture(params=[1, 2, 5])
def number(request):
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.fixture(params=["team", "pool"])
def runtime(request, monkeypatch):
    if request.param == "pool":
        monkeypatch.setattr(openmp, "team", lambda: None)
    elif openmp.team() is None:
        pytest.skip("torch's runtime has no GOMP_parallel here")


class Run:
    """A parameter under fused steps, from numbers that are the same each time."""

    def __init__(self, dtype=torch.float32):
        self.draws = torch.Generator().manual_seed(0)
        self.x = torch.nn.Parameter(torch.randn(COORDINATES, generator=self.draws).to(dtype))
        self.optimizer = AMSGrad([self.x], fused=True)

    def steps(self, number):
        for _ in range(number):
            self.x.grad = torch.randn(COORDINATES, generator=self.draws).to(self.x.dtype)
            self.optimizer.step()
        return self.x.detach()


def stepped(dtype=torch.float32):
    return Run(dtype).steps(3)


@pytest.fixture(scope="module")
def expected():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield stepped()
    torch.set_num_threads(before)


def test_torchs_own_team_is_found_on_linux():
    if torch.__config__.parallel_info().find("OpenMP 2") < 0 or not hasattr(openmp.os, "fork"):
        pytest.skip("torch is built without OpenMP here")
    assert openmp.team() is not None


@pytest.mark.parametrize("total", [0, 1, 15, 16, 17, 100, 1600])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_bounds_cover_the_range_once_in_whole_grains(total, count):
    parts = [openmp.bounds(i, count, total, 16) for i in range(count)]
    assert [k for first, last in parts for k in range(first, last)] == list(range(total))
    assert all(first % 16 == 0 or first == total for first, _ in parts)


@pytest.mark.parametrize("total", [100, 20])
def test_shares_of_a_python_function(total, number, runtime):
    taken = []
    threads.share(lambda first, last: taken.append((first, last)), total, grain=16)
    parts = [openmp.bounds(i, number, total, 16) for i in range(number)]
    assert sorted(taken) == [(first, last) for first, last in parts if first < last]


def test_a_teams_threads_are_as_many_as_torchs(runtime):
    names, before = set(), torch.get_num_threads()
    meet = threading.Barrier(2, timeout=60)

    def run(first, last):
        meet.wait()  # which nobody leaves alone
        names.add(threading.get_ident())

    torch.set_num_threads(2)  # one alone is no team
    try:
        threads.share(run, 2, grain=1)
    finally:
        torch.set_num_threads(before)
    assert len(names) == 2


@pytest.mark.parametrize("where", [0, 16])
def test_an_error_reaches_the_caller(number, runtime, where):
    def fail(first, last):
        if first <= where < last:
            raise ZeroDivisionError(f"at {where}")

    with pytest.raises(ZeroDivisionError, match=f"at {where}"):
        threads.share(fail, 100, grain=16)
    threads.share(lambda first, last: None, 100, grain=16)  # and the threads go on


def test_an_interrupt_before_a_share_begins_is_not_lost(monkeypatch):
    monkeypatch.setattr(threads, "share_task", lambda *_: None)
    with pytest.raises(KeyboardInterrupt):
        threads.share(lambda first, last: None, 100, grain=16)
    monkeypatch.setattr(threads, "share_task", lambda task, *_: task(0, 48, 0))  # half of them
    with pytest.raises(KeyboardInterrupt):
        threads.share(lambda first, last: None, 100, grain=16)


def test_steps_are_the_same_on_any_threads(number, runtime, expected):
    assert torch.equal(stepped(), expected)


def test_steps_in_half_precision_are_the_same_on_any_threads(number, runtime):
    """Which go in pairs."""
    found = stepped(torch.bfloat16)
    torch.set_num_threads(1)
    assert torch.equal(found, stepped(torch.bfloat16))


def test_steps_from_several_threads_at_once(runtime, expected):
    results = []
    workers = [threading.Thread(target=lambda: results.append(stepped())) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(results) == 3
    assert all(torch.equal(result, expected) for result in results)


def put_last_steps(queue, run):
    # As bytes: torch's own comparison would wait for threads that the fork has lost.
    queue.put(run.steps(2).numpy().tobytes())


def fork_beside_a_team():
    torch.set_num_threads(2)  # of which a fork loses one
    run = Run()
    run.steps(1)  # the team has begun, and torch's own operations on the state are done
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=put_last_steps, args=(queue, run), daemon=True)
    child.start()
    theirs = queue.get(timeout=60)
    child.join(60)
    assert theirs == run.steps(2).numpy().tobytes()


# A process that other tests have been in may hold packages which warn of any fork, as JAX does.
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(openmp.os, "fork"), reason="no fork here")
def test_steps_after_a_fork():
    apart(fork_beside_a_team)


class Steps(torch.utils.data.Dataset):
    def __len__(self):
        return 4

    def __getitem__(self, _):
        return stepped()


def load_beside_steps():
    expected = stepped()
    loader = torch.utils.data.DataLoader(Steps(), batch_size=None, num_workers=2, timeout=60)
    for item in loader:
        assert torch.equal(item, expected)
        assert torch.equal(stepped(), expected)


@pytest.mark.slow
def test_steps_beside_and_within_a_data_loaders_workers():
    apart(load_beside_steps)
