"""A calculation as a person writes it down: line by line, every number with its name, unit and source. Pure."""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import e, log1p

from carbon_nexus.factors.model import Factor

PARTS = {"ttw": "direct", "wtt": "upstream"}
"""The parts of an emission, with the names they have in a `Factor`."""


@dataclass(frozen=True, slots=True)
class Line:
    """One step: `text` for people, `expression` for a calculator (numbers, + - * / ** and brackets), its `value`.

    `factor_ids` name the published numbers that enter here for the first time; `value` is in `unit`.
    """

    step: str
    text: str
    expression: str
    value: float
    unit: str
    factor_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """What a line may put in: an input, a published factor, an assumption, or the value of an earlier line."""

    value: float
    unit: str
    label: str
    factor_ids: tuple[str, ...] = ()


class Worksheet:
    """Lines in order. What a line needs is known first: told by `know`, or written by a line before it.

    `used` holds the names that lines have put in.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.used: set[str] = set()
        self._known: dict[str, Number] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def __getitem__(self, name: str) -> float:
        return self._known[name].value

    def know(
        self, name: str, value: float, unit: str = "", *, label: str | None = None, factor_ids: Sequence[str] = ()
    ) -> None:
        """A number that lines may use by its name; shown under its label, which is the name where there is none."""
        self._known[name] = Number(float(value), unit, label or name, tuple(factor_ids))

    def know_factor(self, name: str, factor: Factor, part: str, label: str | None = None) -> None:
        """One part of a published factor, such as "direct" or "value"."""
        self.know(name, getattr(factor, part), factor.unit, label=label, factor_ids=(factor.id,))

    def know_parts(self, name: str, factor: Factor, label: str) -> None:
        """The direct and the upstream part of a published factor, under `name`_ttw and `name`_wtt."""
        for part, word in PARTS.items():
            self.know_factor(f"{name}_{part}", factor, word, label)

    def write(self, step: str, template: str, unit: str, about: str, value: float | None = None) -> None:
        """A line, and its step as a number for the lines after it.

        `template` is arithmetic over known names in braces: "{distance_km} * {per_km_ttw}". `about` says in words
        what the line is. `value` is the estimator's own; without one the line is worked out as it stands.
        """
        put_in = {name: number for name, number in self._known.items() if f"{{{name}}}" in template}
        expression = template.format_map({name: _digits(number.value) for name, number in put_in.items()})
        found = worked_out(expression) if value is None else float(value)
        shown = template.replace("**", "^").replace("*", "x").format_map({n: _told(k) for n, k in put_in.items()})
        text = f"{step}, {about}: {shown} = {_short(found, unit)}"
        ids = tuple(dict.fromkeys(each for number in put_in.values() for each in number.factor_ids))
        self.lines.append(Line(step, text, expression, found, unit, ids))
        self.used |= put_in.keys()
        self.know(step, found, unit)

    def write_parts(
        self, step: str, template: str, unit: str, about: str, values: Mapping[str, float] | None = None
    ) -> None:
        """Two lines, direct and upstream: "@" in `step`, `template` and `about` stands for the part."""
        for part, word in PARTS.items():
            value = None if values is None else values[part]
            self.write(step.replace("@", part), template.replace("@", part), unit, about.replace("@", word), value)

    def write_quadrature(self, step: str, parts: Sequence[str], about: str, value: float | None = None) -> None:
        """A half-width made of independent ones: the root of the sum of squares of their logarithms."""
        if len(parts) == 1:
            self.write(step, f"{{{parts[0]}}}", "", about, value)
            return
        for part in parts:
            self.know(f"ln_{part}", log1p(self[part]), label=f"ln(1 + {_told(self._known[part])})")
        squares = " + ".join(f"{{ln_{part}}} ** 2" for part in parts)
        self.write(f"ln_{step}", f"({squares}) ** 0.5", "", f"{about}, as a logarithm")
        self.know("e", e)
        self.write(step, f"{{e}} ** {{ln_{step}}} - 1", "", about, value)


_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def worked_out(expression: str) -> float:
    """The value of an arithmetic expression of a line. Raises ValueError for anything but numbers and operators."""
    return _value(ast.parse(expression, mode="eval").body)


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _BINARY[type(node.op)](_value(node.left), _value(node.right))
    raise ValueError(f"no arithmetic: {ast.unparse(node)}")


def _digits(value: float) -> str:
    """All digits, so that the line gives what the estimator gave; in brackets below zero."""
    digits = repr(value).removesuffix(".0")
    return f"({digits})" if value < 0 else digits


def _told(number: Number) -> str:
    return f"{number.label} {_short(number.value, number.unit)}"


def _short(value: float, unit: str) -> str:
    return f"{value:.6g} {unit}".rstrip()
