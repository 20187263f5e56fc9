"""Flow documents as YAML text: read untyped, so that 0571… stays a phone number, and without anchors."""

from __future__ import annotations

from typing import Any

import yaml

from app.flow.problems import Problem, error

MAX_TEXT = 256 * 1024  # characters


class _Loader(yaml.BaseLoader):
    """Every scalar stays a string. Anchors are refused: a few of them can stand for gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(
                None,
                None,
                "aliases (*name) are not allowed",
                self.peek_event().start_mark,  # type: ignore[no-untyped-call]
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"{twice[0]} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def parse(text: str) -> tuple[Any, list[Problem]]:
    """The data in a YAML (or JSON) text; None and a problem with its line when it is none."""
    if len(text) > MAX_TEXT:
        return None, [
            error(
                "too_long", "", f"文档最多 {MAX_TEXT} 个字符", f"a document has at most {MAX_TEXT} characters"
            )
        ]
    try:
        return yaml.load(text, _Loader), []  # noqa: S506 - a BaseLoader makes strings, lists and maps only
    except (yaml.YAMLError, RecursionError) as bad:
        mark = getattr(bad, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        why = getattr(bad, "problem", None) or type(bad).__name__
        return None, [
            error(
                "bad_yaml", f"line {line}", f"第 {line} 行读不懂：{why}", f"line {line} cannot be read: {why}"
            )
        ]


def dump(data: Any) -> str:
    """The data as YAML in the order given, Chinese kept as it is."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)
