import pytest
import torch


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """As in the processes of a grid: small networks gain nothing by more."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
