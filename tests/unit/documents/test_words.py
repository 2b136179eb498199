"""Words that stand for each other, misspelt words, two rankings made one."""

import pytest

from carbon_nexus.documents.fuse import fuse
from carbon_nexus.documents.model import Language
from carbon_nexus.documents.words import fillers, nearest, packaged_words, phrases_for


def test_a_text_brings_the_meanings_its_words_may_have() -> None:
    found = phrases_for(["Our trucks idle"])
    assert {"lorry", "LKW", "engine shutdown"} <= set(found.phrases)
    assert "solar" not in found.phrases
    assert set(found.languages) <= set(Language)
    assert len(found.meanings) == len(found.languages) == len(found.phrases)


def test_forms_and_accents_do_not_hide_a_meaning() -> None:
    assert "Kühlhaus" in phrases_for(["kuhlhauser"]).phrases
    assert phrases_for(["", "zzz"]).phrases == []


@pytest.mark.parametrize(
    ("word", "meant"),
    [("refridgerant", "refrigerant"), ("batery", "battery"), ("mlieage", None), ("tyer", None), ("xyzzyx", None)],
)
def test_a_misspelt_word_is_read_as_the_nearest(word: str, meant: str | None) -> None:
    assert nearest(word, packaged_words(word[:3])) == meant


def test_fillers_are_not_subjects() -> None:
    assert {"want", "bitte"} <= set(fillers().split())
    assert "freezer" not in fillers().split()


def test_what_both_rankings_have_comes_first_and_words_count_more() -> None:
    assert list(fuse([1, 2, 3], [4, 2])) == [2, 1, 3, 4]
    assert list(fuse([], [4])) == [4]
