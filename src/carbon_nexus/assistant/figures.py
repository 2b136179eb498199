"""Which figures a question is about: topics and times by its words, entities by their names. Pure.

English words only: a question in another language still gets passages, and figures by its filters and names.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from rapidfuzz import fuzz, process

from carbon_nexus.assistant.model import Period, Question, Topic, Wanted

USUAL_DAYS = 28
LONGEST_DAYS = 3660
MOST_ENTITIES = 5
LIKE_ENOUGH = 88.0  # of 100: one letter in eight may differ
SHORTEST_LIKE = 5  # characters of a name that may be misspelt
WORDS_READ = 80  # of a question, for names
LONGEST_NAME = 8  # words of a name

End = tuple[tuple[str, ...], int, str]  # digits of a name, and its first or last letter

_TOPICS = {
    Topic.EMISSIONS: r"emissions?|emit\w*|co2e?|co₂e?|carbon|footprint|greenhouse|ghg|kg|tonn?es?",
    Topic.HOTSPOTS: r"hotspots?|anomal\w+|unusual\w*|abnormal\w*|st(?:and|ands|ood) out|incidents?",
    Topic.RECOMMENDATIONS: r"recommend\w*|measures?|sav(?:e|es|ings?)|reduc\w+|actions?|approv\w+|pending|decisions?",
    Topic.FORECAST: r"forecast\w*|predict\w*|tomorrow|ahead|outlook|expect\w*|next (?:few |\d+ )?(?:day|week|month)s?",
}
_TOP = r"top|worst|largest|biggest|highest|most|main|which|what|list|show|why"
_RANKED = r"top|worst|largest|biggest|highest|most"
_EVENT_TYPES = {
    "logistics": r"logistics|trucks?|haulage",
    "delivery": r"deliver(?:y|ies)|last mile",
    "warehouse": r"warehous\w+",
    "factory": r"factor(?:y|ies)|plants?",
}
_GOES_ON = re.compile(r"\s*(?:and|or|but|(?:what|how) about)\b|.*\b(?:it|its|they|there|same)\b", re.DOTALL)
_LAST = re.compile(r"\b(?:last|past|previous) (\d{1,4}) (day|week|month|year)s?\b")
_SPANS = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
_NAMED_SPAN = re.compile(r"\b(?:last|past|this|previous) (week|month|quarter|year)\b")


def wanted(question: Question, names: Sequence[str], today: date) -> Wanted:
    """The figures that this question is about; `names` are the tenant's entities.

    What a question of a conversation leaves out is that of the last one before it: "and last week?".
    """
    asked = [text for who, text in reversed(question.earlier) if who == "user"][:1]
    entities, read_as = _entities(question, names)
    topics = topics_of(question.text)
    if asked and not entities and _goes_on(question.text):
        entities, read_as = entities_in(asked[0], names)
    if asked and not topics and (entities or _goes_on(question.text)):
        topics = topics_of(asked[0])
    return Wanted(
        _filled(topics, bool(entities), bool(question.event_type or question.days)),
        entities,
        question.event_type or (None if entities else _event_type(question.text)),
        period_of(question.text, question.days, today),
        read_as,
    )


def topics_of(text: str) -> frozenset[Topic]:
    """The topics that the words name."""
    plain = text.casefold()
    found = {topic for topic, words in _TOPICS.items() if _has(words, plain)}
    if Topic.HOTSPOTS in found and _has(_TOP, plain):
        found.add(Topic.TOP_HOTSPOTS)
    elif Topic.EMISSIONS in found and _has(_RANKED, plain):
        found.add(Topic.EMITTERS)
    return frozenset(found)


def period_of(text: str, days: int | None, today: date) -> Period:
    """The days asked about: by filter, by the words, else the last 28. All end with today but for yesterday."""
    plain = text.casefold()
    if days is None and _has("yesterday", plain):
        return Period(today - timedelta(days=1), today - timedelta(days=1))
    if days is None and _has("today|right now", plain):
        days = 1
    elif days is None and (counted := _LAST.search(plain)):
        days = min(int(counted[1]) * _SPANS[counted[2]], LONGEST_DAYS)
    elif days is None and (named := _NAMED_SPAN.search(plain)):
        days = _SPANS[named[1]]
    return Period(today - timedelta(days=max(days or USUAL_DAYS, 1) - 1), today)


def entities_in(text: str, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The entities named in a text, at most five, and how a name was read that is not written exactly.

    Names that stand there as they are go before those that are only alike, and a longer one before its parts. Where a
    name has digits they must be the same: route 7 is not route 17.
    """
    spoken = _words(text)[:WORDS_READ]
    by_words: dict[str, str] = {}
    for name in names:
        by_words.setdefault(" ".join(_words(name)), name)
    exact = _exact(spoken, by_words, text)
    if exact:
        return tuple(exact[:MOST_ENTITIES]), ()
    alike = _alike(spoken, by_words)
    read_as = tuple(f'"{said}" was read as "{name}".' for said, name in alike.items())
    return tuple(dict.fromkeys(alike.values())), read_as


def _exact(spoken: Sequence[str], by_words: Mapping[str, str], text: str) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(spoken):
        for length in range(min(LONGEST_NAME, len(spoken) - at), 0, -1):
            name = by_words.get(" ".join(spoken[at : at + length]))
            # a name as short as "A" or "the" has to be written as it is
            if name is not None and (len(name) > 3 or re.search(rf"\b{re.escape(name)}\b", text)):
                found.append(name)
                at += length - 1
                break
        at += 1
    return list(dict.fromkeys(found))


def _alike(spoken: Sequence[str], by_words: Mapping[str, str]) -> dict[str, str]:
    """Of each stretch of words that is like a name the name it is most like: best first, at most five."""
    candidates = [words for words in by_words if len(words) >= SHORTEST_LIKE]
    by_end: dict[End, list[str]] = {}
    for words in candidates:
        for end in _ends(words):
            by_end.setdefault(end, []).append(words)
    longest = max((words.count(" ") + 1 for words in candidates), default=0)
    stretches = [
        " ".join(spoken[at : at + length])
        for at in range(len(spoken))
        for length in range(1, min(longest, LONGEST_NAME, len(spoken) - at) + 1)
    ]
    scored: list[tuple[float, str, str]] = []
    for said in dict.fromkeys(stretches):
        likely = [words for end in _ends(said) for words in by_end.get(end, ())]
        best = process.extractOne(said, likely, scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH)
        if best:
            scored.append((best[1], said, by_words[best[0]]))
    kept: dict[str, str] = {}
    for _, said, name in sorted(scored, reverse=True):
        if name not in kept.values() and len(kept) < MOST_ENTITIES:
            kept[said] = name
    return kept


def _ends(words: str) -> tuple[End, End]:
    """What a name and a misspelling of it have in common at one end at least; most other names have not."""
    digits = tuple(re.findall(r"\d+", words))
    return (digits, 0, words[0]), (digits, -1, words[-1])


def _entities(question: Question, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The entity of the filter, else those in the words; a filter that no name is like stands as it is."""
    if question.entity is None:
        return entities_in(question.text, names)
    if question.entity in names:
        return (question.entity,), ()
    found, read_as = entities_in(question.entity, names)
    return (found[:1] or (question.entity,)), read_as[:1]


def _filled(topics: frozenset[Topic], has_entity: bool, has_filter: bool) -> frozenset[Topic]:
    """Whoever only names an entity wants to know how it is."""
    if topics:
        return topics | {Topic.TOP_HOTSPOTS} if has_entity and Topic.HOTSPOTS in topics else topics
    if has_entity:
        return frozenset({Topic.EMISSIONS, Topic.HOTSPOTS, Topic.TOP_HOTSPOTS})
    return frozenset({Topic.EMISSIONS}) if has_filter else frozenset()


def _goes_on(text: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    return _GOES_ON.match(text.casefold()) is not None


def _event_type(text: str) -> str | None:
    found = [name for name, words in _EVENT_TYPES.items() if _has(words, text.casefold())]
    return found[0] if len(found) == 1 else None


def _has(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w)(?:{words})(?!\w)", text) is not None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
