"""Faults in runs: settings, checkpoints, directories, resuming."""

from mutants.fault import Fault

ATTEMPT, CHECKPOINTS, PLAY = "runs/attempt.py", "runs/checkpoints.py", "runs/play.py"
REHEARSAL, DIRECTORY, SETTINGS = "runs/rehearsal.py", "runs/run_directory.py", "runs/settings.py"

FAULTS = [
    Fault(ATTEMPT, 'torch.set_rng_state(state["random"])', "pass"),
    Fault(ATTEMPT, "self.optimizer.state[self.problem.x].update(kept)", "pass"),
    Fault(ATTEMPT, 'self._seconds = state["seconds"]', "pass"),
    Fault(ATTEMPT, "t - problem.first_step + 1", "t"),
    Fault(
        CHECKPOINTS,
        "if hashlib.sha256(state).digest() != content[len(_MAGIC) : start]:",
        "if False:",
    ),
    Fault(CHECKPOINTS, "weights_only=True)\n    except", "weights_only=False)\n    except"),
    Fault(
        CHECKPOINTS,
        "            self.save()\n            self._last = time.monotonic()",
        "            self.save()",
    ),
    Fault("runs/fields.py", "if not low <= number <= high:", "if not low < number <= high:"),
    Fault("runs/fields.py", "if isinstance(value, bool):", "if False:"),
    Fault("runs/interrupts.py", "(signal.SIGINT, signal.SIGTERM)", "(signal.SIGINT,)"),
    Fault(
        "runs/interrupts.py", "            signal.signal(number, handler)\n", "            pass\n"
    ),
    Fault("runs/picture.py", "all(value == values[0] for value in values)", "True"),
    Fault("runs/picture.py", "FALLS[settings.schedule]", '""'),
    Fault("runs/problem_settings.py", 'if key in ("dtype", "replicas", "seed"):', "if False:"),
    Fault("runs/problem_settings.py", "        return self.near\n", "        return None\n"),
    Fault("runs/rehearsal.py", 'values["seed"] = settings.seed', 'values["seed"] = 0'),
    Fault("runs/attempt.py", "near=self.settings.problem.nearness", "near=None"),
    Fault(PLAY, "                    place.save(attempt)\n", ""),
    Fault(PLAY, "if settings is not None or output is not None:", "if settings is not None:"),
    Fault(PLAY, 'frame.f_locals.get("self") is attempt.optimizer', "True"),
    Fault(REHEARSAL, '"; ".join(reasons)', "reasons[0]"),
    Fault(REHEARSAL, "or (there and not os.access(path, os.W_OK))", ""),
    Fault(REHEARSAL, "tempfile.TemporaryFile(dir=parent)", "tempfile.TemporaryFile()"),
    Fault(REHEARSAL, "if not parent.is_dir():", "if False:"),
    Fault(REHEARSAL, "checkpoints.decode(checkpoints.encode(optimizer.state_dict()))", "pass"),
    Fault(
        DIRECTORY,
        "for name in {**settings, **self.settings}:",
        "for name in settings.keys() - self.settings.keys():",
    ),
    Fault(DIRECTORY, "            left.unlink()\n", "            pass\n"),
    Fault(DIRECTORY, "shlex.quote(str(self.directory))", "self.directory"),
    Fault(
        "runs/problem_settings.py",
        "not self.domain[0] < self.domain[1]",
        "not self.domain[0] <= self.domain[1]",
    ),
    Fault(
        SETTINGS,
        'fields.reals(self, "betas", at_least=0, below=1)',
        'fields.reals(self, "betas", at_least=0)',
    ),
    Fault(SETTINGS, 'fields.real(self, "lr", above=0)', 'fields.real(self, "lr", at_least=0)'),
    Fault(
        "runs/stored.py",
        "for field in rest:\n        raise SettingError",
        "for field in ():\n        raise SettingError",
    ),
]
