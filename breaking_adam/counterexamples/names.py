"""The counterexamples by their names, each in a line; nothing is imported for them."""

from __future__ import annotations

#: What each is, for people, in the order in which they are shown; each may stand alone.
TITLES: dict[str, str] = {
    "three_steps": "slope 4 once in three steps, else −1 (Theorem 1)",
    "reddi_cycle": "slope 1010 once in 101 steps, else −10 (Section 5)",
    "reddi_random": "slope 1010 with chance 0.01, else −10 (Section 5)",
    "adopt_toy": "slope 2500 once in 50 steps on average, else −50",
    "zero_slopes": "slopes −1 and 2, then 48 steps without any",
    "pulled_apart": "one steep piece against 19 that pull away, no bounds",
    "pulled_apart_from_below": "one steep piece against 19 that pull away, from −3",
    "eleven_cyclic": "gradient 11x once, then −x ten times",
    "eleven_random": "gradient 11x with chance 1/11, else −x",
    "lopsided": "a parabola under skewed noise: 10 at times, else 0",
    "lopsided_from_zero": "skewed noise from x = 0: most first gradients are 0",
    "symmetric": "a parabola under even noise, ±3: lopsided's control",
    "giant_first": "a smooth bowl, its first gradient 10,000 times larger",
    "bowl": "x²/2 at a constant step size",
    "bowl_steep": "50 x² at a constant step size",
    "quartic": "x⁴/4 at a constant step size: a degenerate minimum",
    "heavy": "a Huber bowl under heavy-tailed noise (tail 1.2)",
    "shifted_pair": "two parabolas that share no minimum, 100 and 111 away",
    "scale_tiny": "a smooth bowl with slopes of 1e-10",
    "scale_one": "a smooth bowl with slopes of 1",
    "scale_large": "a smooth bowl with slopes of 1000",
}
