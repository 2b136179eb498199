"""Run a PostgreSQL server for exactly as long as standard input stays open.

Standalone on purpose (standard library only, started by path): the operating system closes the pipe when the
parent ends for whatever reason, kill -9 included, so the server is always shut down cleanly and never leaks.

Usage: guard.py UID GID POSTGRES [ARG ...], where UID and GID are numbers or "-" to stay the same user.
"""

import os
import signal
import subprocess
import sys
import threading


def main(arguments: list[str]) -> int:
    """Start the server, wait for the pipe to close or the server to end; return the server's exit status."""
    uid, gid, *command = arguments
    identity = {} if uid == "-" else {"user": int(uid), "group": int(gid), "extra_groups": []}
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **identity)  # type: ignore[call-overload]
    signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
    threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    return int(server.wait())


def _stop_at_end_of_input(server: "subprocess.Popen[bytes]") -> None:
    while os.read(0, 1024):  # unbuffered: a buffered reader would be locked at interpreter exit
        pass
    server.send_signal(signal.SIGINT)  # fast shutdown: open transactions roll back, committed rows stay


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
