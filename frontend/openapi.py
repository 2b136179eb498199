"""Prints the API's OpenAPI description, which src/api/schema.d.ts is generated from; needs no database."""

import sys

from carbon_nexus.app import create_app
from carbon_nexus.kit.plain import json_bytes
from carbon_nexus.settings import Settings


def description() -> bytes:
    """The description as JSON, whatever the settings of this machine are."""
    return json_bytes(create_app(Settings(_env_file=None), "postgresql://nowhere/nothing").openapi())


if __name__ == "__main__":
    sys.stdout.buffer.write(description())
