"""`python experiments/02_speed/run.py`: the benchmark of `benchmark.py`."""

from benchmark import main

if __name__ == "__main__":
    main()
