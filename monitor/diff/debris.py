"""Markup that a page prints as text: HTML tags and attributes, entities, Markdown link references, labels of links (`rules/debris.yaml`)."""

import html
import re
from functools import cache

from monitor.diff.rule_files import table

_TAGS = (
    "a|abbr|article|b|big|blockquote|body|br|center|cite|code|col|dd|details|div|dl|dt|em|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|li|main|mark|meta|nav|ol|p|pre"
    "|q|s|script|section|small|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|wbr"
)
_ATTRIBUTES = "href|target|rel|class|style|id|src|alt|title|name|lang|dir|align|width|height|colspan|rowspan|type|role|data-[a-z-]{1,40}|aria-[a-z-]{1,40}"
_QUOTED = r"(?:\"[^\"<>\n]{0,400}\"|'[^'<>\n]{0,400}'|“[^”<>\n]{0,400}”|”[^”<>\n]{0,400}”)"
_DEBRIS = re.compile(
    rf"""
    <!--.{{0,400}}?-->                                               # a comment
    | </?(?:{_TAGS})(?:\s(?=[^<>=]{{0,60}}=)[^<>]{{0,600}}|\s)?/?>    # a tag
    | <(?:{_TAGS})\s(?=(?:{_ATTRIBUTES})=)                           # a tag that was cut off: its attributes follow
    | <(?:{_TAGS})\s(?:{_ATTRIBUTES})(?![\w=])                       # or not even these
    | (?<!\S)(?:{_ATTRIBUTES})\s?=\s?{_QUOTED}(?:\s?/?>)?            # an attribute
    | (?<=\])\s?\[[\w.:/\#-]{{1,60}}\]                                # [text][reference]
    | (?<=\])\((?:https?:|mailto:|tel:|/|\#|www\.)[^()\s]{{0,400}}\) # [text](target)
    | ^\s{{0,8}}\[[^\[\]\n]{{1,60}}\]:\s(?:https?:|mailto:|www\.|\.{{0,2}}/|\#)\S{{0,400}} # [reference]: target
    | \{{[:\#.][^{{}}\n]{{0,60}}\}}                                  # {{#anchor}}, {{: .class}}
    | \[\^[^\[\]\n]{{1,20}}\]                                        # [^note]
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_ENTITY = re.compile(r"&(?:amp;)?(?:#\d{1,6}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_TARGET = re.compile(
    r"(?:https?://|www\.)([^/\s\"'<>()]{1,255})|([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})", re.IGNORECASE
)


def without_debris(text: str) -> str:
    """The text as it was meant to be read."""
    return _link_label().sub(" ", _DEBRIS.sub(" ", _read(text)))


def targets(text: str) -> frozenset[str]:
    """The hosts and e-mail addresses that stand in the debris, and so not in what was meant to be read."""
    found = (_TARGET.findall(match[0]) for match in _DEBRIS.finditer(_read(text)))
    return frozenset((host or address).casefold().removeprefix("www.") for pairs in found for host, address in pairs)


def _read(text: str) -> str:
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    """Twice, because `&amp;nbsp;` is what became of `&nbsp;`; what no entity is stays."""
    return html.unescape(html.unescape(entity[0]))


@cache
def _link_label() -> re.Pattern[str]:
    """A label in brackets, wherever it stands."""
    labels = (label for labels in table("debris", "link_labels").values() for label in labels)
    either = "|".join(re.escape(label).replace("'", "['’]") for label in labels)
    return re.compile(rf"[(\[]\s?(?:{either})\s?[)\]]", re.IGNORECASE)
