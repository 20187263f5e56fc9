"""Executing applications on a channel: the dialplan's, and those that the controller asks for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from app.simulator.applications import APPLICATIONS
from app.simulator.channel import Channel


def obey(channel: Channel, message: Mapping[str, str]) -> None:
    """Do what one `sendmsg` says."""
    command = message.get("call-command", "")
    if command == "hangup":
        _hang_up(channel, message.get("hangup-cause", "NORMAL_CLEARING"))
    elif command == "execute" and not channel.down:
        _execute(channel, message)


def _hang_up(channel: Channel, cause: str) -> None:
    if not channel.down:
        channel.tell("switch_hangs_up", cause=cause)
        channel.hang_up(cause)


def _execute(channel: Channel, message: Mapping[str, str]) -> None:
    locked = message.get("event-lock") == "true"
    channel.locks += locked
    channel.set("current_loop", "1")
    channel.set("total_loops", "1")
    argument = message.get("execute-app-arg") or message["_body"]
    run_application(channel, message.get("execute-app-name", ""), argument, message.get("event-uuid", ""))
    channel.set("current_loop", "")
    channel.set("total_loops", "")
    channel.locks -= locked


def run_application(channel: Channel, name: str, argument: str, application_uuid: str = "") -> None:
    """Run one application to its end and report it. One that FreeSWITCH has not hangs the call up."""
    if name not in APPLICATIONS:
        channel.tell("unknown_application", app=name)
        channel.hang_up("DESTINATION_OUT_OF_ORDER")
        return
    if not channel.is_true("app_disable_expand_variables"):
        argument = channel.expanded(argument)
    about = {"Application": name, "Application-Data": argument} if argument else {"Application": name}
    about["Application-UUID"] = application_uuid or str(uuid.uuid4())
    for variable, value in (("", name), ("_data", argument), ("_response", "")):
        channel.set(f"current_application{variable}", value)
    channel.broken = False
    channel.last_application = (name, argument)
    channel.application_log.append((name, argument, channel.clock.wall_us()))
    channel.fire("CHANNEL_EXECUTE", about)
    APPLICATIONS[name](channel, argument)
    response = channel.variable("current_application_response") or "_none_"
    channel.fire("CHANNEL_EXECUTE_COMPLETE", about | {"Application-Response": response})
