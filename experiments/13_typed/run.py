"""What becomes of what people type? See README.md. `python experiments/13_typed/run.py --quick` makes a small pass."""

from measurements import main

if __name__ == "__main__":
    main()
