"""Make the virtual environment and run uv inside it the way pip is configured on this machine.

Only the standard library: this is the first thing that runs on a machine with nothing but Python and make.

    python3 requirements/ground.py venv .venv     make (or repair) .venv with uv in it
    .venv/bin/python requirements/ground.py uv …  run uv with pip's mirror, certificates and time limits
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 14)
NO_PYTHON = "需要 Python 3.11 到 3.14，这里只有 {found} · Huying needs Python 3.11 to 3.14; this is {found}"
NO_PIP = (
    "这台机器的 Python 不能建立虚拟环境（缺 ensurepip 和 pip）。Debian/Ubuntu：apt-get install python3-venv，"
    "其他系统请安装带 pip 的 Python，然后重来 · this Python has neither ensurepip nor pip: "
    "install python3-venv (Debian/Ubuntu) or a Python with pip, then run make again"
)
# pip's word → uv's. pip tries all indexes alike; uv stops at the first that knows a package unless told otherwise.
SAME = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS"}

SIDE = ("extra-index-url", "find-links")


def interpreter() -> str:
    """Return a Python of a supported version: this one, else the newest fitting one on the PATH. Exits without."""
    names = [sys.executable, *(f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1))]
    for name in filter(None, map(shutil.which, names)):
        answer = subprocess.run(
            [name, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode == 0 and OLDEST <= tuple(map(int, answer.stdout.split())) <= NEWEST:
            return name
    raise SystemExit(NO_PYTHON.format(found=sys.version.split()[0]))


def works(python: Path) -> bool:
    """Whether this environment's Python starts and has pip. A copied or half-built one does not."""
    if not python.exists():
        return False
    return (
        subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    )


def make_venv(folder: Path) -> None:
    """Make `folder` a virtual environment with the locked uv in it; keep one that works already."""
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip"]
    if not works(python):
        base = interpreter()
        shutil.rmtree(folder, ignore_errors=True)
        made = subprocess.run([base, "-m", "venv", folder], capture_output=True, text=True, check=False)
        if made.returncode != 0:
            # Debian splits ensurepip off into python3-venv. A pip outside can still install into the new environment.
            shutil.rmtree(folder, ignore_errors=True)
            bare = subprocess.run(
                [base, "-m", "venv", "--without-pip", folder], capture_output=True, check=False
            )
            outside = subprocess.run([base, "-m", "pip", "--version"], capture_output=True, check=False)
            if bare.returncode or outside.returncode:
                shutil.rmtree(folder, ignore_errors=True)
                raise SystemExit(NO_PIP)
            pip = [base, "-m", "pip", "--python", str(python)]
    lock = Path(__file__).with_name("uv.txt")
    quiet = ["--quiet", "--disable-pip-version-check"]
    raise_on(
        subprocess.run([*pip, "install", *quiet, "--require-hashes", "-r", lock], check=False).returncode
    )


def pip_settings() -> dict[str, str]:
    """What pip is told by its files and by PIP_* variables, the variables last: {"index-url": "…", …}."""
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    told: dict[str, str] = {}
    # "global.index-url='https://…'"; ":env:." stands for variables and, like "install.", wins over "global.".
    for line in sorted(answer.stdout.splitlines(), key=lambda line: (":env:" in line, "install." in line)):
        name, _, value = line.partition("=")
        told[name.rpartition(".")[2].replace("_", "-")] = value.strip().strip("'\"").replace("\\n", " ")
    for name, value in os.environ.items():
        if name.startswith("PIP_") and value:
            told[name[4:].lower().replace("_", "-")] = value
    return told


def uv_environment(told: dict[str, str], env: dict[str, str]) -> dict[str, str]:
    """Return `env` with what pip is told said in uv's words; what uv is told already stays."""
    ours: dict[str, str] = {"UV_PYTHON_DOWNLOADS": "never"}
    for word, name in SAME.items():
        if told.get(word):
            # uv takes several indexes apart by spaces and several link folders by commas, pip both by spaces.
            ours[name] = ",".join(told[word].split()) if word == "find-links" else told[word]
    if "UV_INDEX" in ours:
        ours["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if told.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        ours["UV_NO_INDEX"] = "1"
    if told.get("trusted-host"):
        ours["UV_INSECURE_HOST"] = told["trusted-host"]
    if told.get("cert"):
        ours["SSL_CERT_FILE"] = told["cert"]
    if told.get("timeout") or told.get("default-timeout"):
        ours["UV_HTTP_TIMEOUT"] = told.get("timeout") or told["default-timeout"]
    return {**ours, **env}


def raise_on(code: int) -> None:
    if code:
        raise SystemExit(code)


def main(words: list[str]) -> None:
    # No newer syntax in this file: an old Python must get as far as being told that it is too old.
    if words[:1] == ["venv"] and len(words) == 2:
        make_venv(Path(words[1]))
    elif words[:1] == ["uv"]:
        told = pip_settings()
        if words[1:3] == ["pip", "compile"]:
            # A lock must hold every platform's hashes; a side index often has the wheels of one machine only.
            told = {word: value for word, value in told.items() if word not in SIDE}
        uv = Path(sys.executable).with_name("uv")
        env = uv_environment(told, {**os.environ, "VIRTUAL_ENV": sys.prefix})
        raise_on(subprocess.run([uv, *words[1:]], env=env, check=False).returncode)
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
