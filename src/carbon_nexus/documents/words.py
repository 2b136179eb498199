"""Words that mean nearly the same, as they are packaged, and the nearest known word of one that is misspelt. Pure."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST_MISSPELT = 5  # letters: of shorter words too many differ by one
ONE_SLIP_BELOW = 8  # letters: a longer word may have two
BEGINNING = 3  # letters that all forms of a word share


@dataclass(frozen=True)
class Phrases:
    """Three columns: phrase i has meaning `meanings[i]` in `languages[i]`; phrases of one meaning stand for another."""

    meanings: list[int]
    languages: list[str]
    phrases: list[str]


def phrases_for(texts: Iterable[str]) -> Phrases:
    """The packaged phrases of every meaning that a text may have, judged by how its words begin."""
    beginnings = {_beginning(word) for text in texts for word in words_of(text)}
    meanings = sorted(set().union(*(_meanings_by_beginning().get(beginning, ()) for beginning in beginnings)))
    rows = [row for meaning in meanings for row in _rows_of(meaning)]
    return Phrases([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])


@cache
def fillers() -> str:
    """Words of asking, of all languages, that say nothing of what is asked for."""
    return " ".join(_packaged()["fillers"].values())


def words_of(text: str) -> list[str]:
    """Its words in lower case, in order."""
    return re.findall(r"\w+", text.lower())


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that `word` is a misspelling of, one slip away or, of a long word, two; None: there is none."""
    if len(word) < SHORTEST_MISSPELT:
        return None
    slips = 1 if len(word) < ONE_SLIP_BELOW else 2
    found = process.extractOne(word, known, scorer=OSA.distance, score_cutoff=slips)
    return None if found is None else str(found[0])


def packaged_words(beginning: str) -> set[str]:
    """Every word of the packaged phrases that begins so."""
    meanings = _meanings_by_beginning().get(_beginning(beginning), ())
    words = (word for meaning in meanings for _, _, phrase in _rows_of(meaning) for word in words_of(phrase))
    return {word for word in words if word.startswith(beginning)}


@cache
def _packaged() -> dict[str, Any]:
    return tomllib.loads(files("carbon_nexus.documents").joinpath("words.toml").read_text(encoding="utf-8"))


def _rows_of(meaning: int) -> list[tuple[int, str, str]]:
    told: dict[str, list[str]] = _packaged()["meanings"][meaning]
    return [(meaning, language, phrase) for language, phrases in told.items() for phrase in phrases]


@cache
def _meanings_by_beginning() -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for number in range(len(_packaged()["meanings"])):
        for _, _, phrase in _rows_of(number):
            for word in words_of(phrase):
                found.setdefault(_beginning(word), set()).add(number)
    return found


def _beginning(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))[:BEGINNING]
