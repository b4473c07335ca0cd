"""Settings: one type, one place of validation, the same from Python as from JSON."""

import dataclasses
import json

import pytest

from breaking_adam import OnlineSettings, Output, Settings, StochasticSettings
from breaking_adam.runs.fields import SettingError
from breaking_adam.runs.stored import from_json, to_json

NAN, INF = float("nan"), float("inf")


def stored(settings, output):
    return json.loads(json.dumps(to_json(settings, output)))


@pytest.mark.parametrize(
    "problem",
    [OnlineSettings(period=3, domain=(0, 2), x0=1), StochasticSettings(replicas=7, seed=2**64 - 1)],
)
def test_what_is_stored_is_what_is_read(problem):
    settings = Settings(
        problem=problem, optimizer=["adam", "sgd(lr=1.5, nesterov=True)"], lr=0.5, betas=[0, 0.5]
    )
    output = Output(name="n", size=(1500, 1200))
    assert from_json(stored(settings, output)) == (settings, output)
    assert stored(settings, output)["optimizer"] == ["adam", "sgd(lr=1.5, nesterov=True)"]


def test_what_an_earlier_version_stored_is_read():
    """As the version before wrote it, without the constants."""
    earlier = (
        '{"problem": "online", "optimizer": ["adam"], "steps": 5, "lr": 0.001, '
        '"betas": [0.9, 0.99], "eps": 1e-08, "schedule": "constant", "first_step": 1, '
        '"engine": "auto", "log_every": 1000, "checkpoint_every": 30.0, "figure": null, '
        '"dtype": "float64", "seed": 0, "logdir": "logs"}'
    )
    settings, output = from_json(json.loads(earlier))
    assert settings == Settings(optimizer=["adam"], steps=5, lr=0.001, betas=(0.9, 0.99), eps=1e-8)
    assert output == Output()
    assert set(json.loads(earlier)) <= set(stored(settings, output))


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().steps = 3


REFUSED = [
    *((Settings, "steps", value) for value in (0, -1, 1.5, "5", True, None, 10**12 + 1, NAN)),
    *((Settings, "log_every", value) for value in (0, 0.5)),
    *((Settings, "lr", value) for value in (0, -1, NAN, INF, "1", True)),
    *((Settings, "betas", value) for value in ((1, 0), (0.9,), (), 0.9, "09", (NAN, 0), (-0.1, 0))),
    *((Settings, "eps", value) for value in (-1e-300, INF)),
    *((Settings, "checkpoint_every", value) for value in (-1, NAN)),
    *((Settings, "schedule", value) for value in ("cosine", None, ["constant"])),
    *((Settings, "engine", value) for value in ("jax", "")),
    *((Settings, "optimizer", value) for value in ((), ["adam", "adam"], [5], 5, ["sgd(1)"])),
    (Settings, "problem", "online"),
    *((OnlineSettings, "period", value) for value in (0, 1.5)),
    *((OnlineSettings, "domain", value) for value in ((1, -1), (0, 0), (0,), (0, 1, 2), (0, INF))),
    *((OnlineSettings, "x0", value) for value in (1.01, NAN)),
    *((OnlineSettings, "large", value) for value in (INF, "1")),
    *((OnlineSettings, "first_step", value) for value in (-1, 10**12 + 1)),
    *((OnlineSettings, "dtype", value) for value in ("float16", 5)),
    *((StochasticSettings, "seed", value) for value in (-1, 2**64, 1.0)),
    *((StochasticSettings, "probability", value) for value in (-0.1, 1.1)),
    *((StochasticSettings, "replicas", value) for value in (0, 10**7 + 1)),
    (Settings, "schedule", "late"),
    *((Output, "name", value) for value in ("", "a/b", "..", "a\0")),
    *((Output, "size", value) for value in ((1600,), (0, 1), 5, (1600.5, 900), (100, 100))),
    *((Output, "dpi", value) for value in (0, 49, 1201, 90.5)),
]


@pytest.mark.parametrize(("kind", "field", "value"), REFUSED)
def test_a_value_that_is_refused_is_a_value_error_that_names_its_field(kind, field, value):
    with pytest.raises(ValueError, match=rf"^{field}: ") as raised:
        kind(**{field: value})
    assert isinstance(raised.value, SettingError)
    assert raised.value.field == field
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"speed": 1}, "speed"),
        ({"replicas": 3}, "replicas"),  # the online problem has none
        ({"problem": "offline"}, "problem"),
        ({"domain": [0, 1], "x0": 5}, "x0"),
        ({"steps": "5"}, "steps"),
    ],
)
def test_what_is_stored_is_validated(changes, field):
    with pytest.raises(SettingError) as raised:
        from_json({"problem": "online", **changes})
    assert raised.value.field == field


def test_a_domain_without_zero_needs_a_start():
    with pytest.raises(SettingError, match="x0: must be at least 1"):
        OnlineSettings(domain=(1, 2))
