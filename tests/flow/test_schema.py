"""The schema and the reference follow from the kinds; a new kind is one file and is in all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.flow import kinds, nodes
from app.flow.check import check
from app.flow.reference import reference
from app.flow.schema import document_schema
from tests.flow.cases import all_cases
from tests.flow.company import ASSETS, FLOW, flow_of

ROOT = Path(__file__).parents[2]
GATE = '''
    from dataclasses import dataclass
    from typing import ClassVar
    from app.flow.commands import Collect
    from app.flow.fields import number, ref
    from app.flow.nodes.base import Call, Exit, Node, Run
    from app.words import Words

    @dataclass(frozen=True, kw_only=True)
    class Gate(Node):
        """Lets the caller through when he presses 7."""
        kind: ClassVar[str] = "gate"
        words: ClassVar[Words] = Words("口令键", "Gate")
        prompt: str = ref("prompt", "语音", "Prompt", required=True)
        tries: int = number("最多试", "Tries", default=3, low=1, high=5)

        @classmethod
        def ways_out(cls) -> tuple[Exit, ...]:
            return (Exit("passed", Words("通过", "let through")), Exit("refused", Words("被拒", "refused")))

        def run(self, call: Call) -> Run:
            for _ in range(self.tries):
                if (yield Collect((self.prompt,))).digits == "7":
                    return "passed"
            return "refused"
'''


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One more file in the folder of kinds."""
    (tmp_path / "gate.py").write_text(dedent(GATE))
    monkeypatch.setattr(nodes, "__path__", [*nodes.__path__, str(tmp_path)])
    found = kinds.find()
    monkeypatch.setitem(kinds.KINDS, "gate", found["gate"])
    yield
    sys.modules.pop("app.flow.nodes.gate")


def errors(data: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(document_schema()).iter_errors(data)]


def test_the_schema_is_one_and_takes_every_good_flow() -> None:
    Draft202012Validator.check_schema(document_schema())
    assert errors(FLOW) == []
    for case in all_cases():
        assert errors(flow_of(**case.data["nodes"])) == [], case.says


@pytest.mark.parametrize(
    "node",
    [
        {"kind": "teleport"},
        {"kind": "menu"},
        {"kind": "menu", "prompt": "welcome", "tries": 99},
        {"kind": "menu", "prompt": "welcome", "exits": {"11": "a"}},
        {"kind": "hunt", "strategy": "loudest"},
        {"kind": "hangup", "colour": "red"},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(node: dict[str, Any]) -> None:
    assert errors(flow_of(a=node))
    assert check(flow_of(a=node), ASSETS)[0] is None


def test_a_new_kind_is_one_file(gate: None) -> None:
    flow = flow_of(a={"kind": "gate", "prompt": "closed", "tries": 2, "exits": {"passed": "13800138000"}})
    document, problems = check(flow, ASSETS)
    assert document is not None
    assert problems == []
    assert errors(flow) == []
    assert "Lets the caller through when he presses 7." in reference()


def test_the_reference_in_docs_is_up_to_date() -> None:
    assert (ROOT / "docs" / "nodes.md").read_text() == reference()
