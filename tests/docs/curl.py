"""What the pages use of curl, for systems that have none: a request, its body on standard output, retries.

Arguments as curl's: [-s] [-X METHOD] [-H HEADER]... [-d BODY] [-o FILE] [--retry N] [--retry-delay S]
[--retry-connrefused] URL
"""

import argparse
import sys
from pathlib import Path

import httpx


def main(arguments: list[str]) -> int:
    """Send the request; 7, as curl has it, when nobody listens."""
    given = _arguments().parse_args(arguments)
    headers = dict(header.split(": ", 1) for header in given.H)
    method = given.X or ("POST" if given.d is not None else "GET")
    with httpx.Client(transport=httpx.HTTPTransport(retries=given.retry), timeout=30) as client:
        try:
            answer = client.request(method, given.url, headers=headers, content=given.d)
        except httpx.ConnectError as problem:
            sys.stderr.write(f"{problem}\n")
            return 7
    if given.o:
        Path(given.o).write_bytes(answer.content)
    else:
        sys.stdout.write(answer.text)
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-X")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("-o")
    parser.add_argument("--retry", type=int, default=0)
    parser.add_argument("--retry-delay", type=float)
    parser.add_argument("--retry-connrefused", action="store_true")
    parser.add_argument("url")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
