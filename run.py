"""The one way to set up, run and check Holdfast from a checkout: `python3 run.py COMMAND`.

It knows how to make `.venv` from the hash-pinned lock files and how to start everything else inside it.
It uses the standard library only and refuses to know anything about Holdfast itself.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

try:
    import fcntl
except ImportError:
    sys.exit("Holdfast runs on Linux and macOS; on Windows use the Windows Subsystem for Linux.")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / "bin"
PYTHON = SCRIPTS / "python"
LOCKS = {"run": ROOT / "requirements" / "run.lock", "dev": ROOT / "requirements" / "dev.lock"}
OLDEST = (3, 11)


def main(arguments: Sequence[str]) -> int:
    """Run one command; further arguments go to the tool behind it."""
    if sys.version_info < OLDEST:
        print(f"Holdfast needs Python {OLDEST[0]}.{OLDEST[1]} or later; this is {sys.version.split()[0]}.")
        return 2
    if not arguments or arguments[0] not in COMMANDS:
        print("usage: python3 run.py COMMAND [ARGUMENTS]\n")
        for name, command in COMMANDS.items():
            print(f"  {name:<9} {(command.__doc__ or '').strip()}")
        return 0 if not arguments or arguments[0] in {"-h", "--help", "help"} else 2
    os.chdir(ROOT)
    try:
        return COMMANDS[arguments[0]](list(arguments[1:]))
    except KeyboardInterrupt:
        return 130


# --- the environment -------------------------------------------------------------------------------------------


def stamp(lock: str) -> str:
    """What the environment must have been made from: the lock's bytes, the interpreter and this very folder."""
    digest = hashlib.sha256(LOCKS[lock].read_bytes())
    digest.update(sys.version.encode())
    digest.update(str(ROOT).encode())  # its scripts name the folder: a checkout that was moved needs a new one
    return digest.hexdigest()


def is_ready(lock: str) -> bool:
    """True when `.venv` was made from this lock; the larger set serves for the smaller one."""
    wanted = ["dev"] if lock == "dev" else ["run", "dev"]
    for name in wanted:
        mark = VENV / f"holdfast-{name}.stamp"
        if PYTHON.exists() and mark.exists() and mark.read_text() == stamp(name):
            return True
    return False


def ensure(lock: str) -> None:
    """Make or renew `.venv` when the lock or the interpreter has changed, else return at once."""
    with Path(__file__).open(encoding="utf-8") as own:
        # Two commands started at once must not fill the same folder: the second waits here and finds it done.
        fcntl.flock(own, fcntl.LOCK_EX)
        if not is_ready(lock):
            make(lock)


def make(lock: str) -> None:
    """Fill `.venv` from the lock by the first way that works here."""
    print(f"Holdfast: preparing .venv from requirements/{LOCKS[lock].name}; this happens once.", flush=True)
    if interpreter() not in {None, sys.version}:
        shutil.rmtree(VENV)
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    for mark in VENV.glob("holdfast-*.stamp"):
        mark.unlink()
    if not any(attempt(LOCKS[lock], environment) for attempt in (with_uv, with_venv, without_ensurepip)):
        sys.exit(
            "Holdfast could not make its Python environment. On Debian or Ubuntu install python3-venv and"
            " python3-pip (or put uv on PATH), then run the same command again."
        )
    install_package()
    (VENV / f"holdfast-{lock}.stamp").write_text(stamp(lock))


def interpreter() -> str | None:
    """The version of the interpreter that `.venv` was made with, if there is one that runs."""
    if not PYTHON.exists():
        return None
    asked = [str(PYTHON), "-c", "import sys; print(sys.version, end='')"]
    return subprocess.run(asked, capture_output=True, text=True).stdout


def quietly(command: Sequence[str | Path], environment: dict[str, str]) -> bool:
    """Run one step of an attempt; its output is shown only when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        print(f"  {' '.join(str(part) for part in command)}\n{done.stdout}", flush=True)
    return done.returncode == 0


def with_uv(lock: Path, environment: dict[str, str]) -> bool:
    """uv is ten times faster than pip and is used when it is there; it is never required."""
    uv = shutil.which("uv")
    if uv is None:
        return False
    if not PYTHON.exists() and not quietly([uv, "venv", "-q", "-p", sys.executable, VENV], environment):
        return False
    install: list[str | Path] = [uv, "pip", "sync", "-q", "-p", PYTHON, "--require-hashes", "--only-binary=:all:", lock]
    return quietly(install, environment)


def with_venv(lock: Path, environment: dict[str, str]) -> bool:
    """The ordinary way: venv with its own pip."""
    has_pip = PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0
    if not has_pip and not quietly([sys.executable, "-m", "venv", "--clear", VENV], environment):
        return False
    return quietly([PYTHON, "-m", "pip", *PIP_INSTALL, "-r", lock], environment)


def without_ensurepip(lock: Path, environment: dict[str, str]) -> bool:
    """Debian's python without ensurepip: an empty venv, filled by the pip outside it."""
    if not quietly([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV], environment):
        return False
    return quietly([sys.executable, "-m", "pip", "--python", PYTHON, *PIP_INSTALL, "-r", lock], environment)


PIP_INSTALL = ["install", "-q", "--require-hashes", "--only-binary=:all:"]


def install_package() -> None:
    """Put `src` on the environment's path and its command in the environment: no build, no network."""
    purelib = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.run([PYTHON, "-c", purelib], check=True, capture_output=True, text=True).stdout.strip())
    (site / "holdfast.pth").write_text(f"{ROOT / 'src'}\n")
    script = SCRIPTS / "holdfast"
    # /bin/sh and not the interpreter itself: a path with a space in it, or a long one, is no valid "#!" line.
    script.write_text(f'#!/bin/sh\nexec "{PYTHON}" -m holdfast "$@"\n')
    script.chmod(0o755)


# --- the commands ----------------------------------------------------------------------------------------------


def call(*command: str | Path) -> int:
    """Run a tool of the environment in the foreground and pass its exit code on."""
    scripts = f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}"
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, env={**os.environ, "PATH": scripts})
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # Ctrl-C reaches the child as well; it stops cleanly and we wait for it.
            continue


def in_turn(*commands: Sequence[str | Path]) -> int:
    """Run every command even when one fails, and fail if any did."""
    return max([call(*command) for command in commands], default=0)


def setup(_: list[str]) -> int:
    """make .venv with everything that running, testing and checking need"""
    ensure("dev")
    return 0


def demo(arguments: list[str]) -> int:
    """start a filled marketplace on this machine; ONCE=1 or --once plays its story and stops"""
    ensure("run")
    if os.environ.get("ONCE", "") not in {"", "0"} and "--once" not in arguments:
        arguments = [*arguments, "--once"]
    return call(PYTHON, "-m", "holdfast", "demo", *arguments)


def up(arguments: list[str]) -> int:
    """start database, web server and worker"""
    ensure("run")
    return call(PYTHON, "-m", "holdfast", "up", *arguments)


# On all cores, each beginning with a row of neighbours: what a file of tests sets up once is set up by one core only.
SPREAD = (PYTHON, "-m", "pytest", "-n", "auto", "--dist", "worksteal")


def test(arguments: list[str]) -> int:
    """run the tests, all but those marked browser or long"""
    ensure("dev")
    if arguments:
        return call(PYTHON, "-m", "pytest", "-m", "not browser and not long", *arguments)
    return in_turn(
        [*SPREAD, "-m", "not browser and not long and not alone"],
        [PYTHON, "-m", "pytest", "-m", "alone"],
    )


def browser(arguments: list[str]) -> int:
    """run the browser tests (needs Chromium)"""
    ensure("dev")
    if arguments:
        return call(PYTHON, "-m", "pytest", "-m", "browser", *arguments)
    return call(*SPREAD, "-m", "browser", ROOT / "tests" / "browser")


def long(arguments: list[str]) -> int:
    """run the long tests: simulation, kill and recovery, load"""
    ensure("dev")
    if arguments:
        return call(PYTHON, "-m", "pytest", "-m", "long", *arguments)
    drills = ROOT / "tests" / "drills"
    return in_turn(
        [*SPREAD, "-m", "long", "--ignore", drills],
        # These run whole installations, kill parts of them and watch the clock: one at a time.
        [PYTHON, "-m", "pytest", "-m", "long", drills],
    )


def lint(_: list[str]) -> int:
    """ruff, its formatter, the import contract, and that the client is fresh"""
    ensure("dev")
    return in_turn(
        [PYTHON, "-m", "ruff", "check"],
        [PYTHON, "-m", "ruff", "format", "--check"],
        [SCRIPTS / "lint-imports"],
        [PYTHON, ROOT / "clients" / "python" / "generate.py", "--check"],
    )


def types(_: list[str]) -> int:
    """mypy, strict where the rules are"""
    ensure("dev")
    package = ROOT / "clients" / "python"
    return in_turn(
        [PYTHON, "-m", "mypy"],
        # The client is a package of its own and strict throughout; none of our settings is to help it.
        [PYTHON, "-m", "mypy", "--config-file", package / "pyproject.toml", package / "src", package / "generate.py"],
    )


def style(_: list[str]) -> int:
    """put the code into house format"""
    ensure("dev")
    return in_turn([PYTHON, "-m", "ruff", "check", "--fix"], [PYTHON, "-m", "ruff", "format"])


def client(arguments: list[str]) -> int:
    """write the Python client anew from the API's description; --check writes nothing"""
    ensure("dev")
    return call(PYTHON, ROOT / "clients" / "python" / "generate.py", *arguments)


def bench(arguments: list[str]) -> int:
    """measure; ONLY=NAME measures one thing"""
    ensure("dev")
    only = os.environ.get("ONLY", "")
    return call(PYTHON, "-m", "benchmarks", *([only] if only else []), *arguments)


def lock(_: list[str]) -> int:
    """write the lock files anew from requirements/*.in (needs the registry)"""
    with tempfile.TemporaryDirectory() as folder:
        uv: str | Path | None = shutil.which("uv")
        if uv is None:
            place = Path(folder) / "uv"
            subprocess.run([sys.executable, "-m", "venv", place], check=True)
            subprocess.run([place / "bin" / "python", "-m", "pip", "install", "-q", "uv"], check=True)
            uv = place / "bin" / "uv"
        for name, constraint in (("run", []), ("dev", ["-c", LOCKS["run"]])):
            options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
            # Where a package came from is the machine's business: no address may stand in a lock file.
            options += ["--no-emit-index-url", "--no-annotate", *(str(part) for part in constraint)]
            source = ROOT / "requirements" / f"{name}.in"
            subprocess.run([uv, "pip", "compile", "-q", *options, source, "-o", LOCKS[name]], check=True)
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "setup": setup,
    "demo": demo,
    "up": up,
    "test": test,
    "browser": browser,
    "long": long,
    "lint": lint,
    "types": types,
    "style": style,
    "client": client,
    "bench": bench,
    "lock": lock,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
