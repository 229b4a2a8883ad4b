"""The command line: `oab-funding`, also `python -m oab_funding`.

Exit codes: 0 done; 1 a check did not hold; 2 bad input or usage.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

import typer

from oab_funding.cli import (  # each registers its commands
    aggregate,
    allocate,
    bundle,
    demo,
    diff,
    disclose,
    explain,
    export,
    indicator,
    minimise,
    municipal,
    plausibility,
    preschool,
    proofs,
    reconcile,
    regulation,
    report,
    scenario,
    signing,
    uncertainty,
    web,
)
from oab_funding.cli.app import app, parser
from oab_funding.cli.faults import check_arguments, said_for_usage, with_options
from oab_funding.cli.terminal import complain
from oab_funding.errors import CheckError, OabError

__all__ = [
    "aggregate",
    "allocate",
    "app",
    "bundle",
    "demo",
    "diff",
    "disclose",
    "explain",
    "export",
    "indicator",
    "main",
    "minimise",
    "municipal",
    "plausibility",
    "preschool",
    "proofs",
    "reconcile",
    "regulation",
    "report",
    "run",
    "scenario",
    "signing",
    "uncertainty",
    "web",
]

DONE, CHECK_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

TRACEBACK = "OAB_FUNDING_TRACEBACK"
"""With this environment variable set, a fault of the program itself ends in its traceback."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code.

    Parameters
    ----------
    arguments
        The words after the name of the program; None takes them from the system. Then the process is left at
        once when all is written: the reader threads of pyarrow can abort a process that ends the long way,
        after its work was done (apache/arrow#34314).
    """
    if arguments is not None:
        sys.exit(_flushed(run(arguments)))
    for name in ("SIGTERM", "SIGHUP"):  # a scheduler's stop and a closed terminal clean up as Ctrl-C does
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    code = _flushed(run(sys.argv[1:]))
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; every trouble is said in a sentence on standard error.

    Examples
    --------
    >>> run(["--version"]) == DONE
    0.2.0
    True
    """
    try:
        check_arguments(arguments)
        code = int(parser()(args=list(arguments), standalone_mode=False) or DONE)
        return _interrupted() if code == INTERRUPTED else code  # newer parsers swallow an interruption
    except CheckError as error:
        complain(f"check failed: {error}")
        return CHECK_FAILED
    except OabError as error:
        complain(f"error: {with_options(str(error), arguments)}")
    except typer.Exit as stop:
        return int(stop.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return _interrupted()
    except (BrokenPipeError, SystemExit):  # the parser of options turns the one into the other
        return DONE  # whoever read the output has seen enough
    except OSError as error:
        complain(f"error: {error.strerror or error}{f' ({error.filename})' if error.filename else ''}")
    except MemoryError:
        complain("error: there is not enough memory for this input")
    except Exception as error:
        usage = said_for_usage(error, arguments)
        if usage is None and os.environ.get(TRACEBACK):
            raise
        complain(usage or _fault(error))
    return BAD_INPUT


def _interrupted() -> int:
    complain("interrupted: nothing was written")
    return INTERRUPTED


def _fault(error: Exception) -> str:
    detail = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return (
        f"error: the program met a case it does not know ({detail}); its output, if any, must not be used; "
        f"please report it with the command, and with {TRACEBACK}=1 set for the details"
    )


def _flushed(code: int) -> int:
    """Write out what is still held back; where that fails, the output is not whole and the code says so."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            _to_nowhere(stream.fileno())
        except (OSError, ValueError) as error:
            _to_nowhere(sys.stdout.fileno())
            complain(f"error: what was printed is not whole ({error})")
            code = BAD_INPUT
    return code


def _to_nowhere(descriptor: int) -> None:
    """Let what cannot be written go, so that the end of the process does not try again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
