"""The identity of a wording: what must be equal for two documents to say the same words in the same order."""

from hashlib import sha256

from monitor.types import Document
from monitor.words import comparison_key


def fingerprint(document: Document) -> str:
    """SHA-256 over the comparison keys of the blocks; markup, typography and numbering do not count."""
    keys = "\n".join(comparison_key(block.text) for block in document.blocks)
    return sha256(keys.encode()).hexdigest()


def combine(documents: tuple[Document, ...]) -> Document:
    """One document of a policy whose text stands on several pages, in their order. The first one's stated dates hold."""
    first = documents[0]
    if len(documents) == 1:
        return first
    dated = next(
        (document for document in documents if document.stated.last_updated or document.stated.effective), first
    )
    return Document(
        title=first.title,
        language=first.language,
        blocks=tuple(block for document in documents for block in document.blocks),
        text="\n\n".join(document.text for document in documents),
        stated=dated.stated,
        beside="\n".join(document.beside for document in documents),
        markup_dates=tuple(one for document in documents for one in document.markup_dates),
    )
