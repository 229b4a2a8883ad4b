"""`python -m oab_funding`: the command line."""

from oab_funding.cli import main

if __name__ == "__main__":
    main()
