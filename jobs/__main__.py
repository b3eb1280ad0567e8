"""The command line: ``matinee COMMAND``. The one place that reads the environment."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.access import listed
from bot.errors import SettingsError
from bot.queries import Queries
from jobs.settings import FILE_NAME, Settings, load_settings
from pipeline.errors import MatineeError
from store.errors import StoreError

# Commands import what they need when they run: a process that only answers must not load what learns.


def _settings(options: argparse.Namespace) -> Settings:
    return load_settings(options.config, os.environ)


def _say(line: str) -> None:
    print(line, flush=True)


def demo(options: argparse.Namespace) -> None:
    """Simulate a small streaming service, learn from it, and show the answers."""
    from jobs.demo import show

    show(options.folder, os.environ, say=_say)


def init(options: argparse.Namespace) -> None:
    """Look at a folder of files and write a configuration that fits them."""
    from pipeline.sources.layouts import recognise
    from pipeline.sources.writing import config_text

    folder: Path = options.folder
    if options.config.exists() and not options.force:
        raise MatineeError(
            f"{options.config} is already there and may hold your corrections. "
            f"Add --force to replace it, or --config NAME to write another."
        )
    recognition = recognise(folder)
    options.config.parent.mkdir(parents=True, exist_ok=True)
    target = options.config.resolve().parent
    options.config.write_text(
        config_text(recognition, data=os.path.relpath(folder.resolve(), target)), encoding="utf-8"
    )
    _say(f"{folder} looks like: {recognition.layout}")
    for note in recognition.notes:
        _say(f"  · {note}")
    _say(f"Wrote {options.config}. Read it, correct it, then “matinee check” and “matinee retrain”.")


def check(options: argparse.Namespace) -> None:
    """Read all the data and report on it, without learning anything."""
    from pipeline.ingest import check as check_sources
    from pipeline.ingest import report_text

    settings = _settings(options).pipeline
    _say(report_text(check_sources(settings, now=datetime.now(UTC)), currency=settings.currency))


def retrain(options: argparse.Namespace) -> None:
    """Read the data, learn, and publish what was found."""
    from jobs.retraining import retrain_here

    retrain_here(_settings(options), say=_say)


def evaluate(options: argparse.Namespace) -> None:
    """Write a page on every model of the served run: how each did on customers it had not seen."""
    from pipeline.page import model_page

    page: Path = options.page
    page.write_text(model_page(_settings(options).results_path), encoding="utf-8")
    _say(f"Wrote {page}.")


def serve(options: argparse.Namespace) -> None:
    """Answer on Telegram, and do by the timetable what happens by itself."""
    # Without it the Telegram library warns at each 429 that durations will change type; we read both.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    from jobs.serve import NO_TOKEN
    from jobs.serve import serve as serve_telegram

    settings = _settings(options)
    code = serve_telegram(settings)
    if code == NO_TOKEN and _wanted("Chat here until then? [Y/n] "):
        from jobs.chat import chat_here

        chat_here(settings)
    sys.exit(code)


def _wanted(question: str) -> bool:
    """Ask whoever sits at the terminal; nobody does where there is none."""
    if not sys.stdin.isatty():
        return False
    try:
        return input(question).strip().casefold() in {"", "y", "yes"}
    except EOFError:
        return False


def chat(options: argparse.Namespace) -> None:
    """Ask at the terminal what people ask on Telegram."""
    from jobs.chat import chat_here

    chat_here(_settings(options))


def run(options: argparse.Namespace) -> None:
    """Do one job of the timetable now."""
    from jobs.timetable import run_now

    _say(run_now(options.job, _settings(options), now=datetime.now(UTC)))


def rollback(options: argparse.Namespace) -> None:
    """Serve an earlier run again."""
    from store.results import rollback as put_back

    back = put_back(_settings(options).output, options.run)
    _say(f"Serving run {back.run_id} again; its data ends {back.watermark.day} {back.watermark:%b %Y}.")


def backup(options: argparse.Namespace) -> None:
    """Copy both databases into a folder while everything goes on."""
    from store.state import State

    settings = _settings(options)
    options.folder.mkdir(parents=True, exist_ok=True)
    copies = [options.folder / path.name for path in (settings.results_path, settings.state_path)]
    for copy in copies:
        if copy.exists():
            raise MatineeError(f"{copy} is already there. Name a new folder, so that no backup is lost.")
    with closing(State(settings.state_path)) as state:
        state.backup(copies[1])
    if settings.results_path.exists():
        # A published file never changes, so it can be copied while it is served.
        shutil.copy2(settings.results_path, copies[0])
    _say(f"Copied {' and '.join(copy.name for copy in copies if copy.exists())} to {options.folder}.")


def link(options: argparse.Namespace) -> None:
    """Print a one-time link with which a customer gets at his own account."""
    from bot.access import LIFETIMES, invite
    from bot.commands.members import BOT_NAME
    from bot.messages.members import address

    customer, now = options.customer, datetime.now(UTC)
    with _opened(options) as queries:
        if queries.results.customer(customer) is None:
            raise MatineeError(f"No customer of the served run has the id “{customer}”.")
        secret = invite(queries.state, "viewer", now, by=None, customer_id=customer)
        queries.state.write_audit(0, "link", customer, now)
        _say(address(secret, queries.state.noted(BOT_NAME)))
    print(f"Works once, within {LIFETIMES['viewer'].seconds // 60} minutes.", file=sys.stderr)


def forget(options: argparse.Namespace) -> None:
    """Delete what people did about a customer, and say what is left to do."""
    from bot.access import TERMINAL
    from bot.commands.forgetting import events_of, forgotten, kept_about
    from bot.console import plain
    from bot.messages.forgetting import meaning

    with _opened(options) as queries:
        customer, kept = options.customer, kept_about(options.customer, queries)
        events = events_of(customer, queries)
        if not kept and not events:
            raise MatineeError(f"Nothing is known of a customer with the id “{customer}”.")
        if options.yes:
            _say(plain(forgotten(customer, TERMINAL, queries).text, bold=False))
        else:
            _say(plain(meaning(customer, kept, events).text, bold=False))
            _say("\nNothing was deleted. Add --yes to do it.")


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[Queries]:
    """Both databases of an installation, for one command."""
    from store.results import Results
    from store.state import State

    settings = _settings(options)
    with closing(Results(settings.results_path)) as results, closing(State(settings.state_path)) as state:
        yield Queries(results, state, listed=listed(settings.bot))


Command = Callable[[argparse.Namespace], None]
COMMANDS: Mapping[str, Command] = {
    command.__name__: command
    for command in (demo, init, check, retrain, evaluate, serve, chat, run, link, forget, rollback, backup)
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="matinee", description="Retention and movie recommendations, answered in Telegram."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    parsers = {}
    for name, command in COMMANDS.items():
        summary = (command.__doc__ or "").strip()
        parsers[name] = commands.add_parser(name, help=summary, description=summary)
        if name != "demo":
            parsers[name].add_argument(
                "--config", type=Path, default=Path(FILE_NAME), help=f"the configuration ({FILE_NAME})"
            )
    parsers["demo"].add_argument("--folder", type=Path, default=Path("matinee-demo"), help="where to keep it")
    parsers["init"].add_argument("folder", type=Path, help="your files")
    parsers["init"].add_argument("--force", action="store_true", help="replace a configuration that is there")
    parsers["evaluate"].add_argument(
        "--page", type=Path, default=Path("matinee-report.html"), help="HTML file"
    )
    parsers["run"].add_argument("job", help="digest, alerts or retrain")
    for name in ("link", "forget"):
        parsers[name].add_argument("customer", help="the customer's id, as it stands in your data")
    parsers["forget"].add_argument("--yes", action="store_true", help="do it, not only say what it means")
    parsers["rollback"].add_argument("run", nargs="?", help="a run's id; the one before, if left out")
    parsers["backup"].add_argument("folder", type=Path, help="where the copies go")
    return parser


def _refused(command: str, error: OSError) -> None:
    """The disk or the rights are at fault, not Matinee: a full disk, a folder that may not be written."""
    where = f"{error.filename}: " if error.filename else ""
    print(
        f"matinee {command}: {where}{error.strerror or error}. Is it the right place, may it be written, "
        "and is there room?",
        file=sys.stderr,
    )
    sys.exit(2)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; a mistake that a person can mend is one message and exit code 2."""
    options = _parser().parse_args(arguments)
    try:
        COMMANDS[options.command](options)
    except (MatineeError, SettingsError, StoreError) as error:
        print(f"matinee {options.command}: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # “matinee check | head”: whoever read us has seen enough; nothing may be flushed at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _refused(options.command, error)


if __name__ == "__main__":
    main()
