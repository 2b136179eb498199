"""Which claims of a language model are believed: those whose sources and numbers were shown to it. Pure.

Nothing here judges whether a sentence is true. A claim is kept when it cites only sources that the model was shown, and
one at least; when each number in it stands in what it cites, or in the given facts; when it tells of no decision that
our own figures do not tell of, as far as its words are among those known here; and when it is a plain sentence.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from carbon_nexus.language.model import Assignment, Claim, Grounded, Source

MOST_CLAIMS = 12
LONGEST_CLAIM = 600  # characters

# a page that renders these would call an address, or run what it is given
_MARKUP = re.compile(r"https?:|www\.|\]\(|<[a-z/!?]|javascript:|data:", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_WORD = re.compile(r"[a-z]+")
_GAS = re.compile(r"co2(?:eq|e)?(?!\d)")  # its digit counts nothing
_IDENTIFIER = re.compile(r"[^\W\d_]+[-_]?\d{1,4}")  # reads as a name also without quotes: WH-07

_UNITS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORTH = {
    "zero": 0.0,
    **{word: float(worth) for worth, word in enumerate(_UNITS.split(), 2)},
    **{word: 10.0 * worth for worth, word in enumerate(_TENS.split(), 2)},
}
_SIZE = re.compile(
    r"\b(half|halv|doubl|twice|thrice|tripl|trebl|quadrupl|quintupl|fold|dozen|hundred|thousand|million|billion|"
    r"trillion|third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?:e[ds]?|y|ing|s|ths?)?\b"
)
# beginnings of words: approval is told by what tells of something approved
_DECISION = re.compile(
    r"\b(approv|reject|implemented|verif|accepted|acceptance|declin|granted|refused|authoris|authoriz|confirmed|"
    r"sign(?:ed|ing)? ?off|turned down|go ahead|green ?li)"
)


def ground(claims: Sequence[Claim], given: Assignment) -> Grounded:
    """The claims that `given` bears out, in order, and how many it does not."""
    sources = {source.id: source for source in given.sources}
    facts = _figures(given.facts, given.names)
    kept = []
    for claim in claims[:MOST_CLAIMS]:
        told = Claim(_CONTROL.sub(" ", claim.text).strip(), tuple(dict.fromkeys(claim.sources)))
        if _is_sentence(told.text) and _is_borne_out(told, sources, facts, given.names):
            kept.append(told)
    return Grounded(tuple(kept), len(claims) - len(kept))


def _is_sentence(text: str) -> bool:
    return 0 < len(text) <= LONGEST_CLAIM and not _MARKUP.search(text)


def _is_borne_out(
    claim: Claim, sources: Mapping[str, Source], facts: frozenset[float | str], names: Sequence[str]
) -> bool:
    if not claim.sources or not all(each in sources for each in claim.sources):
        return False
    cited = [sources[each] for each in claim.sources]
    # beside a figure of ours a number that somebody's document names would pass for ours
    own = [source for source in cited if source.own]
    known = facts | _figures((source.numbers for source in own or cited), names)
    told = _figures_of(_without_quoted(claim.text, names))
    # a document may order a decision, and cannot tell of one
    decided = facts | _figures((source.numbers for source in cited if source.decides), names)
    return told <= known and _decisions(told) <= decided


def _figures(texts: Iterable[str], names: Sequence[str]) -> frozenset[float | str]:
    """All numbers in these texts but those of names: whoever names a route "Saves 999" has not measured it."""
    found: set[float | str] = set()
    for text in texts:
        for name in _longest_first(names):
            text = _alone(name).sub(" ", text)
        found |= _figures_of(text)
    return frozenset(found)


def _without_quoted(text: str, names: Sequence[str]) -> str:
    """The text without the names in it, where they are told from the rest: in quotes, or an identifier."""
    for name in _longest_first(names):
        text = re.sub(rf"[\"“'‘]{re.escape(name)}[\"”'’]", " ", text)
        if _IDENTIFIER.fullmatch(name):
            text = _alone(name).sub(" ", text)
    return text


def _longest_first(names: Sequence[str]) -> list[str]:
    return sorted(filter(None, names), key=len, reverse=True)


def _alone(name: str) -> re.Pattern[str]:
    """The name, and no part of a longer word or number."""
    return re.compile(rf"(?<![\w.,-]){re.escape(name)}(?![\w-]|[.,]\d)")


def _figures_of(text: str) -> set[float | str]:
    """What has to be borne out: values of numbers, in digits or English words, words of size, words of decision."""
    plain = _GAS.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    words = re.sub(r"fold\b", " fold", " ".join(_WORD.findall(plain)))  # tenfold is ten and a word of size
    in_words = {_WORTH[word] for word in words.split() if word in _WORTH}
    told = {found[1] for sort in (_SIZE, _DECISION) for found in sort.finditer(words)}
    return {_value(digits) for digits in _NUMBER.findall(plain)} | in_words | told


def _decisions(told: Iterable[float | str]) -> set[float | str]:
    return {each for each in told if isinstance(each, str) and _DECISION.match(each)}


def _value(digits: str) -> float:
    """1,234.5 with thousands, 12,5 with a decimal comma; several points group thousands."""
    if _GROUPED.fullmatch(digits):
        return float(digits.replace(",", ""))
    whole, *parts = re.split("[.,]", digits)
    return float(f"{whole}.{parts[0]}") if len(parts) == 1 else float(whole + "".join(parts))
