"""Cutting a controller's bytes into commands."""

from __future__ import annotations

import pytest

from app.simulator.commands import MAX_BYTES, CommandReader, TooLong, atoi

STREAM = (
    b"connect\n\n\n\nfilter Unique-ID a-b\r\n\r\n"
    b"sendmsg\ncall-command: execute\nExecute-App-Name:  set\ncontent-length: 7\n\na=1\n\nb2"
    b"exit\n\n"
)


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_commands_are_cut_wherever_the_bytes_are_torn(size: int) -> None:
    reader = CommandReader()
    commands = [
        command for at in range(0, len(STREAM), size) for command in reader.feed(STREAM[at : at + size])
    ]
    assert [command.line for command in commands] == ["connect", "filter Unique-ID a-b", "sendmsg", "exit"]
    assert commands[2].headers == {
        "call-command": "execute",
        "execute-app-name": "set",
        "content-length": "7",
        "_body": "a=1\n\nb2",
    }


def test_a_command_without_an_end_is_given_up() -> None:
    reader = CommandReader()
    with pytest.raises(TooLong):
        list(reader.feed(b"x" * (MAX_BYTES + 1)))


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), (" 7x", 7), ("-3", -3), ("", 0), ("x1", 0), ("9" * 30, int("9" * 18))]
)
def test_numbers_are_read_as_c_reads_them(text: str, number: int) -> None:
    assert atoi(text) == number
