"""Ask the advisory service whether anything that is pinned here has a known weakness.

    .venv/audit/bin/python requirements/audit.py

Ends with 0 when nothing is known, 1 when something is, 2 when not everything could be asked about: that is no good
news. Only the standard library beside pip-audit, which runs in an environment of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOCKS = ("run", "dev", "uv", "audit")
HERE = Path(__file__).parent
ASK = (str(Path(sys.executable).with_name("pip-audit")), "--progress-spinner", "off", "--format", "json")


@dataclass
class Answer:
    """What is known by now: packages asked about, their weaknesses (a line each), and those nobody could judge."""

    asked: set[str] = field(default_factory=set)
    weak: dict[str, None] = field(default_factory=dict)
    unjudged: set[str] = field(default_factory=set)

    def add(self, said: str) -> None:
        """Take in what pip-audit wrote. Raises ValueError when it is no answer."""
        try:
            packages = json.loads(said)["dependencies"]
        except (KeyError, TypeError) as wrong:
            raise ValueError(said[:100]) from wrong
        for package in packages:
            self.asked.add(package["name"])
            # A service that cannot be reached through a mirror says "not found", for every package alike.
            if "skip_reason" in package:
                self.unjudged.add(package["name"])
            for flaw in package.get("vulns", ()):
                fixed = "、".join(flaw["fix_versions"]) or "还没有修好的版本 · no fix yet"
                self.weak[f"{package['name']} {package['version']}\t{flaw['id']}\t{fixed}"] = None


def main(ask: Sequence[str] = ASK) -> int:
    answer, trouble = Answer(), ""
    for lock in LOCKS:
        command = [*ask, "--disable-pip", "--require-hashes", "-r", str(HERE / f"{lock}.txt")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        try:
            answer.add(done.stdout)
        except ValueError:
            trouble = (done.stderr.strip().splitlines() or [f"pip-audit {done.returncode}"])[-1][:200]
    for line in answer.weak:
        print(line)
    if answer.weak:
        print(f"{len(answer.weak)} 个已知漏洞 · known weaknesses")
        return 1
    if trouble or answer.unjudged or not answer.asked:
        judged = f"{len(answer.asked - answer.unjudged)}/{len(answer.asked)}"
        print(
            f"没有查成：漏洞库查不到（{judged}），什么也没有证明 · not audited: the advisory service could not be "
            f"asked, or not about everything ({judged} judged) {trouble}".rstrip(),
            file=sys.stderr,
        )
        return 2
    print(f"查过 {len(answer.asked)} 个包，没有已知漏洞 · {len(answer.asked)} packages, no known weakness")
    return 0


if __name__ == "__main__":
    sys.exit(main())
