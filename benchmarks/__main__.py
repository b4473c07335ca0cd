"""``make bench``: every benchmark, one after another."""

from benchmarks import command, engine

for benchmark in (engine, command):
    benchmark.main()
    print()
