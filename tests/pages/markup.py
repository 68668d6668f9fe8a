"""What a page consists of, as a parser sees it."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True)
class Element:
    tag: str
    attributes: dict[str, str | None]
    text: str

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name) or ""

    def __contains__(self, name: str) -> bool:
        return name in self.attributes


class Reader(HTMLParser):
    """Elements in their order; the text of scripts and styles is theirs."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), ""))
        self.open = tag

    def handle_endtag(self, tag: str) -> None:
        del tag
        self.open = None

    def handle_data(self, data: str) -> None:
        if self.open is not None:
            last = self.elements[-1]
            self.elements[-1] = Element(last.tag, last.attributes, last.text + data)


def elements_of(html: str) -> list[Element]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.elements
