"""`hotline400 settings`: every setting with its default and meaning; docs/settings.md is its output."""

from __future__ import annotations

import argparse

from app.settings import Settings, reference


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It has none."""


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    print(reference())
    return 0
