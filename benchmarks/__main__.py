"""``make bench``: every benchmark, one after another."""

from benchmarks import command, engine, lanes, optimizers

for benchmark in (engine, lanes, command):
    benchmark.main()
    print()
optimizers.main([])
