"""Which tensors one pass may step together: by addresses, sizes and order."""

import pytest
import torch

from breaking_adam.engine.layout import layout

MEMORY = torch.zeros(100)


def at(*spans):
    """Views of one memory, from the first to the last coordinate of each span."""
    return [MEMORY[first:last] for first, last in spans]


#: (name, x of each row, g of each row, whether they may be stepped together)
SPANS = [
    ("end to end", [(0, 10), (20, 30)], [(10, 20), (30, 40)], True),
    ("parameters end to end", [(0, 10), (10, 20)], [(40, 50), (60, 70)], True),
    ("in any order", [(60, 70), (20, 30)], [(10, 20), (0, 10)], True),
    ("one gradient for both", [(0, 10), (20, 30)], [(40, 50), (40, 50)], True),
    ("gradients a coordinate apart", [(0, 10), (20, 30)], [(40, 50), (41, 51)], True),
    ("a gradient that is its parameter", [(0, 10), (20, 30)], [(0, 10), (40, 50)], False),
    ("a gradient that begins in its parameter's last", [(0, 10)], [(9, 19)], False),
    ("a gradient that ends in its parameter's first", [(10, 20)], [(1, 11)], False),
    ("a gradient in another's parameter", [(0, 10), (20, 30)], [(40, 50), (9, 19)], False),
    ("gradients that overlap before one", [(0, 5), (19, 24)], [(30, 35), (15, 20)], False),
    ("one parameter twice", [(0, 10), (0, 10)], [(40, 50), (60, 70)], False),
    ("parameters that overlap by one", [(0, 10), (9, 19)], [(40, 50), (60, 70)], False),
    ("a parameter within another", [(0, 30), (9, 19)], [(40, 70), (80, 90)], False),
    ("nothing, which overlaps nothing", [(5, 5), (0, 10)], [(5, 5), (40, 50)], True),
]


@pytest.mark.parametrize(("name", "xs", "gs", "together"), SPANS, ids=[s[0] for s in SPANS])
def test_what_overlaps_is_not_stepped_together(name, xs, gs, together):
    assert (layout([at(*xs), at(*gs)]) is not None) is together


def test_addresses_and_sizes():
    xs, gs = at((0, 10), (20, 25)), at((50, 60), (70, 75))
    found = layout([xs, gs])
    assert found.sizes.tolist() == [10, 5]
    rows = zip(xs, gs, strict=True)
    assert found.addresses.tolist() == [[x.data_ptr(), g.data_ptr()] for x, g in rows]


def test_two_states_in_one_memory():
    m, x, g = at((0, 10)), at((20, 30)), at((40, 50))
    assert layout([m, m, x, g]) is None
    assert layout([m, at((60, 70)), x, g]) is not None


def test_order_in_memory():
    a, b, c = (torch.zeros(2, 3, 4, 5) for _ in range(3))
    last = a.to(memory_format=torch.channels_last), b.to(memory_format=torch.channels_last)
    assert layout([[a], [b]]) is not None
    assert layout([[last[0]], [last[1]]]) is not None
    assert layout([[last[0]], [c]]) is None
    assert layout([[a[:, :, ::2]], [b[:, :, ::2]]]) is None, "there are gaps"
    odd = [torch.zeros(30).as_strided((2, 3, 1, 5), (15, 1, 7, 3)) for _ in range(2)]
    assert layout([[odd[0]], [odd[1]]]) is not None, "nor does it where it is not contiguous"
    kernel = torch.zeros(4, 3, 1, 1), torch.zeros(4, 3, 1, 1).as_strided((4, 3, 1, 1), (3, 1, 3, 3))
    assert layout([[kernel[0]], [kernel[1]]]) is not None, "a stride of one element says nothing"


@pytest.mark.parametrize("other", [torch.zeros(9), torch.zeros(10, dtype=torch.float64)])
def test_a_state_of_another_parameter_is_refused(other):
    with pytest.raises(RuntimeError, match="must have one dtype and one shape"):
        layout([[other], at((0, 10)), at((20, 30))])
