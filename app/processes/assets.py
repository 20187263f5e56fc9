"""The front-end files of the console: copied from node_modules to app/web/static/vendor, so no page needs Node.

`python -m app.processes.assets` after `npm ci`; `make setup` does both.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "web" / "static" / "vendor"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler-icons.json": "@tabler/icons/tabler-nodes-outline.json",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "sortable.min.js": "sortablejs/Sortable.min.js",
    "echarts.min.js": "echarts/dist/echarts.simple.min.js",
    "logicflow.min.js": "@logicflow/core/dist/index.min.js",
    "logicflow.min.css": "@logicflow/core/dist/index.css",
    "dagre.min.js": "@dagrejs/dagre/dist/dagre.min.js",
}


def copy(node_modules: Path = NODE_MODULES, vendor: Path = VENDOR) -> None:
    """Make `vendor` hold exactly FILES. FileNotFoundError when a package does not have what we expect."""
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    for name, source in FILES.items():
        shutil.copyfile(node_modules / source, vendor / name)


def missing(vendor: Path = VENDOR) -> list[str]:
    """The files that are not there."""
    return [name for name in FILES if not (vendor / name).is_file()]


if __name__ == "__main__":
    copy()
    print(f"{len(FILES)} files in {VENDOR}", file=sys.stderr)
