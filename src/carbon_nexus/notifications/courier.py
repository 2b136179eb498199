"""A process of its own that hands one message to Apprise: `python -m carbon_nexus.notifications.courier`.

Apprise speaks to some 180 services through libraries that open their own connections, look names up by themselves and
follow redirects, and an address may name files to read. So the check stands where none of them gets past it: in the
interpreter's audit events. And a process that hangs can be ended, which a thread cannot.

Standard input is one JSON object: `url`, `allow_private`, and `title` and `text`, or neither to check the address
only. Standard output is another: `problem` (null: sent, or the address is good), `final`, `http_status`.
"""

import os
import re
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apprise
import orjson
from apprise.manager_plugins import NotificationManager
from apprise.plugins import url_to_dict

from carbon_nexus.notifications.addresses import why_refused

LOCAL = "{schema}://"  # the address of a service that is this machine: its desktop, its syslog
STATUS = re.compile(r"error=(\d{3})\b")  # how Apprise logs the status of an answer
# certificates and time zones; everything else that is read comes with Python and its packages
READABLE = ("/usr/share/zoneinfo", "/usr/share/ca-certificates", "/usr/lib/ssl", "/etc/ssl", "/etc/pki", "/dev/urandom")
NEVER = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "syslog.")

A_FILE = "names a file, and files are not sent"
THIS_MACHINE = "would be this machine itself, not a service"


class Refused(PermissionError):
    """Apprise wanted to do what no message needs. An OSError, which every library takes for a failed connection."""


def guard(*, allow_private: bool) -> list[str]:
    """From now on this process reads no files but its program, starts no programs, and connects to public addresses.

    There is no way back. Returns the list to which every refusal is added, in words.
    """
    refusals: list[str] = []
    readable = tuple(os.path.realpath(each) + os.sep for each in (*_own_directories(), *READABLE))

    def watch(event: str, given: Sequence[Any]) -> None:
        why = None
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and not allow_private:
            why = _why_not_there(given[1])
        elif event == "open":
            why = _why_not_read(given[0], given[2], readable)
        elif event.startswith(NEVER):
            why = THIS_MACHINE
        if why is not None:
            refusals.append(why)
            raise Refused(why)

    sys.dont_write_bytecode = True  # it would be refused, and told as a refusal
    sys.addaudithook(watch)
    return refusals


def carry(question: dict[str, Any]) -> dict[str, Any]:
    """Check the address, and send the message if there is one."""
    services = NotificationManager()  # type: ignore[no-untyped-call]
    services.load_modules()  # type: ignore[no-untyped-call]
    refusals = guard(allow_private=question["allow_private"])
    parts = url_to_dict(question["url"])  # type: ignore[no-untyped-call]
    if parts is None:
        return _answer("is no address of a service that Apprise knows")
    if LOCAL in services[parts["schema"]].templates:
        return _answer(THIS_MACHINE)
    service = apprise.Apprise.instantiate(question["url"])
    if service is None:
        return _answer(next(iter(refusals), f"is no {parts['schema']}:// address that Apprise takes"))
    return _send(service, question, refusals) if question["text"] else _answer(None)


def _send(service: apprise.NotifyBase, message: dict[str, Any], refusals: list[str]) -> dict[str, Any]:
    sender = apprise.Apprise(service)
    sent = sender.notify(message["text"], title=message["title"], body_format=apprise.NotifyFormat.TEXT)
    if sent:
        return _answer(None)
    if refused := next((why for why in refusals if why != A_FILE), None):
        return _answer(refused)  # a file may also be one that a library looks for and does without
    status = next((int(found[1]) for entry in sent.logs() if (found := STATUS.search(entry.message))), None)
    told = f"the service answered {status}" if status else "the service could not be reached, or refused"
    return _answer(told, final=False, http_status=status)


def _answer(problem: str | None, *, final: bool = True, http_status: int | None = None) -> dict[str, Any]:
    return {"problem": problem, "final": final, "http_status": http_status}


def _why_not_there(address: Any) -> str | None:
    if not isinstance(address, tuple):  # a path: a socket of this machine
        return THIS_MACHINE
    return why_refused(str(address[0]))


def _why_not_read(path: Any, flags: int, readable: tuple[str, ...]) -> str | None:
    if isinstance(path, int):  # already open
        return None
    name = os.path.realpath(os.fsdecode(path))
    written = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if not written and (name + os.sep).startswith(readable):
        return None
    return A_FILE


def _own_directories() -> list[str]:
    trusted = ssl.get_default_verify_paths()
    own = [sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]), trusted.cafile, trusted.capath]
    return [each for each in (*own, os.environ.get("REQUESTS_CA_BUNDLE"), os.environ.get("SSL_CERT_FILE")) if each]


def _main() -> None:
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # what a library prints is no answer
    question = orjson.loads(sys.stdin.buffer.read())
    answers.write(orjson.dumps(carry(question)))


if __name__ == "__main__":
    _main()
