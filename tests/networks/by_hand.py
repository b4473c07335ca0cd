"""The three models and the optimizers in NumPy, float64, written from their formulas alone."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def cross_entropy(logits, y):
    """The mean loss, and its gradient in the logits."""
    shifted = logits - logits.max(1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(y)


def linear_backward(g, x, weight):
    """Gradients in the weight, the bias and the input of x Wᵀ + b."""
    return g.T @ x, g.sum(0), g @ weight


def logistic(parameters, x, y):
    weight, bias = parameters
    x = x.reshape(len(x), -1)
    loss, g = cross_entropy(x @ weight.T + bias, y)
    return loss, linear_backward(g, x, weight)[:2]


def network(parameters, x, y):
    w1, b1, w2, b2 = parameters
    x = x.reshape(len(x), -1)
    h = np.maximum(x @ w1.T + b1, 0)
    loss, g = cross_entropy(h @ w2.T + b2, y)
    dw2, db2, gh = linear_backward(g, h, w2)
    dw1, db1, _ = linear_backward(gh * (h > 0), x, w1)
    return loss, (dw1, db1, dw2, db2)


def convolution(x, weight, bias):
    """6 by 6 with the padding that keeps the size: two pixels before, three after."""
    padded = np.pad(x, ((0, 0), (0, 0), (2, 3), (2, 3)))
    windows = sliding_window_view(padded, (6, 6), (2, 3))  # n, c, h, w, 6, 6
    out = np.einsum("nchwij,ocij->nohw", windows, weight, optimize=True)

    def backward(g):
        dw = np.einsum("nohw,nchwij->ocij", g, windows, optimize=True)
        back = np.zeros_like(padded)
        height, width = g.shape[2:]
        for i in range(6):
            for j in range(6):
                part = np.einsum("nohw,oc->nchw", g, weight[:, :, i, j], optimize=True)
                back[:, :, i : i + height, j : j + width] += part
        return dw, g.sum((0, 2, 3)), back[:, :, 2:-3, 2:-3]

    return out + bias[None, :, None, None], backward


def pooling(x):
    """The largest of each 2 by 2."""
    n, c, h, w = x.shape
    tiles = x.reshape(n, c, h // 2, 2, w // 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(-1, 4)
    winner = tiles.argmax(1)

    def backward(g):
        back = np.zeros_like(tiles)
        back[np.arange(len(tiles)), winner] = g.ravel()
        back = back.reshape(n, c, h // 2, w // 2, 2, 2).transpose(0, 1, 2, 4, 3, 5)
        return back.reshape(n, c, h, w)

    return tiles.max(1).reshape(n, c, h // 2, w // 2), backward


def response_norm(x):
    """x / d^0.75 with d = 1 + 0.001/9 of the sum of squares over four channels either side."""
    channels = np.arange(x.shape[1])
    near = (abs(channels[:, None] - channels) <= 4).astype(float)
    d = 1 + 0.001 / 9 * np.einsum("oc,nchw->nohw", near, x**2)

    def backward(g):
        return g * d**-0.75 - 2 * 0.75 * 0.001 / 9 * x * np.einsum(
            "oc,nohw->nchw", near, g * x * d**-1.75
        )

    return x * d**-0.75, backward


def cifarnet(parameters, x, y):
    """Without dropout."""
    w1, b1, w2, b2, *dense = parameters
    a1, back1 = convolution(x, w1, b1)
    p1, unpool1 = pooling(np.maximum(a1, 0))
    n1, unnorm1 = response_norm(p1)
    a2, back2 = convolution(n1, w2, b2)
    n2, unnorm2 = response_norm(np.maximum(a2, 0))
    p2, unpool2 = pooling(n2)
    inputs = [p2.reshape(len(x), -1)]
    for weight, bias in zip(dense[0::2], dense[1::2], strict=True):
        inputs.append(np.maximum(inputs[-1] @ weight.T + bias, 0))
    logits = inputs[2] @ dense[4].T + dense[5]
    loss, g = cross_entropy(logits, y)
    grads = []
    for k in (2, 1, 0):
        dw, db, g = linear_backward(g, inputs[k], dense[2 * k])
        grads = [dw, db, *grads]
        if k:
            g = g * (inputs[k] > 0)
    g = unnorm2(unpool2(g.reshape(p2.shape))) * (a2 > 0)
    dw2, db2, g = back2(g)
    g = unpool1(unnorm1(g)) * (a1 > 0)
    dw1, db1, _ = back1(g)
    return loss, (dw1, db1, dw2, db2, *grads)


class Optimizer:
    """Adam and AMSGrad in each order, one parameter."""

    def __init__(self, algorithm, alpha, beta2, eps=1e-8):
        self.algorithm, self.alpha, self.beta2, self.eps = algorithm, alpha, beta2, eps
        self.m = self.v = self.v_hat = 0.0

    def step(self, t, x, g, alpha_t):
        self.m = 0.9 * self.m + 0.1 * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        b1, b2 = 1 - 0.9**t, 1 - self.beta2**t
        m = self.m if self.algorithm.endswith("none") else self.m / b1
        if self.algorithm in ("adam", "adam-inverse-sqrt"):
            v = self.v / b2
        elif self.algorithm == "adam-none":
            v = self.v
        elif self.algorithm == "amsgrad-none":
            v = self.v_hat = np.maximum(self.v_hat, self.v)
        elif self.algorithm == "amsgrad-after-max":
            self.v_hat = np.maximum(self.v_hat, self.v)
            v = self.v_hat / b2
        elif self.algorithm == "amsgrad-before-max":
            v = self.v_hat = np.maximum(self.v_hat, self.v / b2)
        return x - alpha_t * m / (np.sqrt(v) + self.eps)
