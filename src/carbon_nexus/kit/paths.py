"""A path parameter that is a database id, so that other words on the same path are other routes, or none."""

from starlette.convertors import Convertor, register_url_convertor


class IdConvertor(Convertor[int]):
    """Up to 19 digits, as of a bigint: `/hotspots/{hotspot_id:id}` does not take `/hotspots/scan`."""

    regex = "[0-9]{1,19}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("id", IdConvertor())
