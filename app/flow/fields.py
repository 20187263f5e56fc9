"""The settings of a node kind, declared once.

A node class is a frozen dataclass whose fields are made here. From each declaration come the reading of documents, the
JSON schema, the editor's form and the reference page.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.routing.number_kinds import is_number
from app.words import Words


class BadValue(Exception):
    """A value that a field cannot take; `words` says what it can."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh, en)


@dataclass(frozen=True, slots=True)
class Field:
    """Base of the field types. `required` fields have no default."""

    words: Words
    required: bool = False
    default: Any = None
    help: Words = Words("", "")

    widget = "text"

    def read(self, value: Any) -> Any:
        """The value in its type; BadValue when it cannot be used. Numbers may come as strings (YAML is read untyped)."""
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        """The value as it stands in a document."""
        return value

    def schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def references(self, value: Any) -> Iterator[tuple[str, str]]:
        """The (asset kind, id) pairs that the value refers to."""
        return iter(())


@dataclass(frozen=True, slots=True)
class TextField(Field):
    max_length: int = 200

    def read(self, value: Any) -> str:
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise BadValue("应是文字", "must be text")
        if len(str(value)) > self.max_length:
            raise BadValue(f"最多 {self.max_length} 个字", f"at most {self.max_length} characters")
        return str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.max_length}


@dataclass(frozen=True, slots=True)
class NumberField(Field):
    low: int = 0
    high: int = 0
    unit: Words = Words("", "")

    widget = "number"

    def read(self, value: Any) -> int:
        try:
            number = int(str(value))
        except ValueError:
            number = self.low - 1
        if isinstance(value, bool) or not self.low <= number <= self.high:
            raise BadValue(
                f"应是 {self.low} 到 {self.high} 的整数",
                f"must be a whole number from {self.low} to {self.high}",
            )
        return number

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class ChoiceField(Field):
    options: Mapping[str, Words] = dataclasses.field(default_factory=dict)

    widget = "choice"

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            names = ", ".join(self.options)
            raise BadValue(f"只能是：{names}", f"must be one of: {names}")
        return value

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.options)}


@dataclass(frozen=True, slots=True)
class ChoicesField(ChoiceField):
    """Any of the options, in the options' order."""

    widget = "choices"

    def read(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise BadValue("应是一个列表", "must be a list")
        chosen = {ChoiceField.read(self, item) for item in value}
        return tuple(option for option in self.options if option in chosen)

    def write(self, value: Any) -> Any:
        return list(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"enum": list(self.options)}, "uniqueItems": True}


@dataclass(frozen=True, slots=True)
class DigitsField(TextField):
    """Digits that are kept as they are typed; `secret` ones are for nobody's eyes."""

    min_length: int = 4
    secret: bool = False

    def read(self, value: Any) -> str:
        digits = TextField.read(self, value)
        if not (digits.isascii() and digits.isdigit() and len(digits) >= self.min_length):
            raise BadValue(
                f"应是 {self.min_length} 到 {self.max_length} 位数字",
                f"must be {self.min_length} to {self.max_length} digits",
            )
        return digits

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^[0-9]{{{self.min_length},{self.max_length}}}$"}


@dataclass(frozen=True, slots=True)
class FlagField(Field):
    """Yes or no, a check box."""

    widget = "flag"

    def read(self, value: Any) -> bool:
        if str(value).lower() not in ("true", "false"):
            raise BadValue("只能是 true 或 false", "must be true or false")
        return str(value).lower() == "true"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class RefField(Field):
    """The id of a prompt, group, phone or opening hours."""

    to: str = ""

    widget = "ref"

    def read(self, value: Any) -> str:
        if not isinstance(value, str | int) or isinstance(value, bool) or len(str(value)) > 64:
            raise BadValue("应是一个编号", "must be an id")
        return str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 64}

    def references(self, value: Any) -> Iterator[tuple[str, str]]:
        if value:
            yield self.to, value


@dataclass(frozen=True, slots=True)
class PhonesField(Field):
    """A list of phones: ids of bound phones or typed numbers."""

    max_items: int = 20

    widget = "phones"

    def read(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            raise BadValue("应是一个列表", "must be a list")
        if len(value) > self.max_items:
            raise BadValue(f"最多 {self.max_items} 个电话", f"at most {self.max_items} phones")
        phones = tuple(str(item) for item in value)
        if len(set(phones)) < len(phones):
            raise BadValue("同一个电话出现了两次", "the same phone stands twice")
        return phones

    def write(self, value: Any) -> list[str]:
        return list(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}, "maxItems": self.max_items, "uniqueItems": True}

    def references(self, value: Any) -> Iterator[tuple[str, str]]:
        return (("phone", phone) for phone in value if not is_number(phone))


def declare(spec: Field) -> Any:
    """A dataclass field that carries its declaration; required ones have no default."""
    if spec.required:
        return dataclasses.field(metadata={"spec": spec})
    return dataclasses.field(default=spec.default, metadata={"spec": spec})


def text(zh: str, en: str, *, default: str = "", max_length: int = 200, help: Words = Words("", "")) -> Any:
    return declare(TextField(Words(zh, en), default=default, max_length=max_length, help=help))


def number(
    zh: str,
    en: str,
    *,
    default: int,
    low: int,
    high: int,
    unit: Words = Words("", ""),
    help: Words = Words("", ""),
) -> Any:
    return declare(NumberField(Words(zh, en), default=default, low=low, high=high, unit=unit, help=help))


def choice(zh: str, en: str, options: Mapping[str, Words], *, default: str) -> Any:
    return declare(ChoiceField(Words(zh, en), default=default, options=options))


def choices(zh: str, en: str, options: Mapping[str, Words], *, default: Sequence[str]) -> Any:
    return declare(ChoicesField(Words(zh, en), default=tuple(default), options=options))


def digits(
    zh: str,
    en: str,
    *,
    min_length: int = 4,
    max_length: int = 12,
    secret: bool = False,
    required: bool = True,
    help: Words = Words("", ""),
) -> Any:
    """Digits; "" where they may be left out and are."""
    default = None if required else ""
    return declare(
        DigitsField(
            Words(zh, en),
            required=required,
            default=default,
            min_length=min_length,
            max_length=max_length,
            secret=secret,
            help=help,
        )
    )


def flag(zh: str, en: str, *, default: bool = False, help: Words = Words("", "")) -> Any:
    return declare(FlagField(Words(zh, en), default=default, help=help))


def ref(to: str, zh: str, en: str, *, required: bool = False, help: Words = Words("", "")) -> Any:
    """A reference to an asset; an optional one is "" when it is not set."""
    return declare(
        RefField(Words(zh, en), required=required, default=None if required else "", to=to, help=help)
    )


def phones(zh: str, en: str, *, max_items: int = 20) -> Any:
    return declare(PhonesField(Words(zh, en), default=(), max_items=max_items))


def declared(kind: type) -> dict[str, Field]:
    """The declared fields of a node class, by name, in order; not to be changed."""
    return _declared(kind)


@cache
def _declared(kind: Any) -> dict[str, Field]:
    return {f.name: f.metadata["spec"] for f in dataclasses.fields(kind) if "spec" in f.metadata}


def referring(kind: type) -> tuple[tuple[str, Field], ...]:
    """Those of the declared fields of a node class that can refer to assets."""
    return _referring(kind)


@cache
def _referring(kind: Any) -> tuple[tuple[str, Field], ...]:
    fields = _declared(kind).items()
    return tuple((name, spec) for name, spec in fields if type(spec).references is not Field.references)
