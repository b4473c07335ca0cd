"""Faults in runs: settings, checkpoints, directories, resuming."""

from mutants.fault import Fault

ATTEMPT, CHECKPOINTS, PLAY = "runs/attempt.py", "runs/checkpoints.py", "runs/play.py"
REHEARSAL, DIRECTORY, SETTINGS = "runs/rehearsal.py", "runs/run_directory.py", "runs/settings.py"

PROBLEM, OUTPUT, STORED = "runs/problem_settings.py", "runs/output.py", "runs/stored.py"

FAULTS = [
    Fault(ATTEMPT, 'torch.set_rng_state(state["random"])', "pass"),
    Fault(ATTEMPT, "self.optimizer.state[self.problem.x].update(kept)", "pass"),
    Fault(ATTEMPT, 'self.curves.load_state_dict(state["curves"])', "pass"),
    Fault(ATTEMPT, 'self._seconds = state["seconds"]', "pass"),
    Fault(ATTEMPT, "or not bool(x.isfinite().all())", ""),
    Fault(ATTEMPT, "t - problem.first_step + 1", "t"),
    Fault(ATTEMPT, "cycle=self.settings.problem.cycle", "cycle=1.0"),
    Fault(ATTEMPT, "Curves(rhythm.batches_per_point)", "Curves(1)"),
    Fault(
        ATTEMPT,
        "            with contextlib.suppress(OSError):  # a full disk, which has been raised already\n                self.board.close()\n",
        "",
    ),
    Fault(
        CHECKPOINTS,
        "if hashlib.sha256(state).digest() != content[len(_MAGIC) : start]:",
        "if False:",
    ),
    Fault(CHECKPOINTS, "weights_only=True)\n    except", "weights_only=False)\n    except"),
    Fault(CHECKPOINTS, "if content[: len(_MAGIC)] != _MAGIC:", "if False:"),
    Fault(CHECKPOINTS, "- self._last >= self.seconds", "- self._last >= 0"),
    Fault(
        CHECKPOINTS,
        "            self.save()\n            self._last = time.monotonic()",
        "            self.save()",
    ),
    Fault(CHECKPOINTS, "            self.save()\n", "            pass\n"),
    Fault(
        "runs/fields.py",
        "isinstance(values, str) or not isinstance(values, Sequence)",
        "not isinstance(values, Sequence)",
        of=2,
    ),
    Fault("runs/fields.py", "if not low <= number <= high:", "if not low < number <= high:"),
    Fault("runs/fields.py", "if isinstance(value, bool):", "if False:"),
    Fault("runs/fields.py", "if getattr(part, field) not in choices:", "if False:"),
    Fault("runs/interrupts.py", "(signal.SIGINT, signal.SIGTERM)", "(signal.SIGINT,)"),
    Fault("runs/interrupts.py", "signal.signal(each, signal.SIG_DFL)", "pass"),
    Fault(
        "runs/interrupts.py", "            signal.signal(number, handler)\n", "            pass\n"
    ),
    Fault("runs/picture.py", "lasts.count(last) == 1", "True"),
    Fault("runs/picture.py", "all(value == values[0] for value in values)", "True"),
    Fault("runs/picture.py", '"/√t" if settings.schedule == "inverse-sqrt" else ""', '""'),
    Fault(PLAY, "                    place.save(attempt)\n", ""),
    Fault(
        PLAY, "                if interrupts.signal is not None:\n                    break\n", ""
    ),
    Fault(PLAY, "if settings is not None or output is not None:", "if settings is not None:"),
    Fault(PLAY, "None if figure else place.resume", "place.resume"),
    Fault(PLAY, "rehearsal.check_figure(output.figure)", "pass"),
    Fault(PLAY, "for attempt in attempts if attempt.problem.steps)", "for attempt in attempts)"),
    Fault(PLAY, "save_summary(summary(played), place.directory)", "pass"),
    Fault(PLAY, 'frame.f_locals.get("self") is attempt.optimizer', "True"),
    Fault(PLAY, "if log < LARGE_LOG:", "if log > LARGE_LOG:"),
    Fault(
        PLAY,
        "-(-(settings.steps - a.problem.steps) // settings.log_every)",
        "-(-settings.steps // settings.log_every)",
    ),
    Fault(PLAY, "        while name in names:", "        while False:"),
    Fault(REHEARSAL, '"; ".join(reasons)', "reasons[0]"),
    Fault(REHEARSAL, "or not os.access(Path(path) if there else parent, os.W_OK)", ""),
    Fault(
        REHEARSAL,
        "os.access(Path(path) if there else parent, os.W_OK)",
        "os.access(parent, os.W_OK)",
    ),
    Fault(REHEARSAL, "if not parent.is_dir():", "if False:"),
    Fault(REHEARSAL, "checkpoints.decode(checkpoints.encode(optimizer.state_dict()))", "pass"),
    Fault(REHEARSAL, "seconds * settings.steps", "seconds"),
    Fault(
        REHEARSAL, '        if not logdir:\n            raise ValueError("it has no name")\n', ""
    ),
    Fault(
        DIRECTORY,
        "for name in {**settings, **self.settings}:",
        "for name in settings.keys() - self.settings.keys():",
    ),
    Fault(DIRECTORY, "settings = to_json(*from_json(settings))  # of", "# of"),
    Fault(DIRECTORY, 'self._compare(state["settings"])', "pass"),
    Fault(DIRECTORY, "            left.unlink()\n", "            pass\n"),
    Fault(DIRECTORY, "attempt.board.sync()  # a", "pass  # a"),
    Fault(
        DIRECTORY,
        "        self.saved[attempt.name] = attempt.problem.steps\n\n    def _compare",
        "\n    def _compare",
    ),
    Fault(DIRECTORY, "if lock is None:", "if False:"),
    Fault(DIRECTORY, "shlex.quote(str(self.directory))", "self.directory"),
    Fault(PROBLEM, "not self.domain[0] < self.domain[1]", "not self.domain[0] <= self.domain[1]"),
    Fault(PROBLEM, "max(map(abs, self.domain)) > 3.4e38", "False"),
    Fault(
        SETTINGS,
        'fields.reals(self, "betas", at_least=0, below=1)',
        'fields.reals(self, "betas", at_least=0)',
    ),
    Fault(SETTINGS, "if len(self.betas) < 2:", "if len(self.betas) < 1:"),
    Fault(SETTINGS, 'fields.real(self, "lr", above=0)', 'fields.real(self, "lr", at_least=0)'),
    Fault(PROBLEM, "1 / rare if rare > 0 else 1.0", "1 / self.probability if rare > 0 else 1.0"),
    Fault(SETTINGS, "            if call in calls:\n", "            if False:\n"),
    Fault(OUTPUT, 'self.name in ("", ".", "..") or', ""),
    Fault(
        STORED,
        "for field in rest:\n        raise SettingError",
        "for field in ():\n        raise SettingError",
    ),
    Fault(OUTPUT, "if len(self.size) != 2:", "if False:"),
]
