"""`hotline400 doctor`: looks at everything an installation needs and says what to mend, and how."""

from __future__ import annotations

from app.processes.doctor import data, folders, installation, network, switch
from app.processes.doctor.finding import Finding, State
from app.settings import Settings

CHECKS = (
    installation.python,
    installation.packages,
    installation.front_end,
    data.home,
    data.database,
    data.redis,
    folders.recordings,
    folders.prompts,
    network.ports,
    switch.freeswitch,
)


def run(settings: Settings) -> int:
    """Print all findings; 1 when something is wrong, 0 when there are at most warnings."""
    findings = examine(settings)
    for finding in findings:
        print(finding)
    wrong = sum(finding.state is State.WRONG for finding in findings)
    print(f"\n{wrong} 项有问题 · {wrong} wrong" if wrong else "\n一切正常 · all is well")
    return 1 if wrong else 0


def examine(settings: Settings) -> list[Finding]:
    """What all checks found, in their order."""
    return [finding for check in CHECKS for finding in check(settings)]
