"""Values of the stages as columns: how a Document, a difference, a selection and a machine-written text are stored."""

import sys
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from monitor.types import Document, DocumentDiff, MachineText, Selection

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DOCUMENT = TypeAdapter(Document)
DIFF = TypeAdapter(DocumentDiff)
SELECTION = TypeAdapter(Selection)
MACHINE_TEXT = TypeAdapter(MachineText)


class PackedDocument(TypeDecorator[Document]):
    """A Document as compressed JSON."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Document | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        return None if value is None else zstd.compress(DOCUMENT.dump_json(value))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Document | None:  # noqa: ARG002
        return None if value is None else DOCUMENT.validate_json(zstd.decompress(value))


class PackedDiff(TypeDecorator[DocumentDiff]):
    """A DocumentDiff as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: DocumentDiff | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else DIFF.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> DocumentDiff | None:  # noqa: ARG002
        return None if value is None else DIFF.validate_python(value)


class PackedSelection(TypeDecorator[Selection]):
    """A Selection as JSON."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Selection | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else SELECTION.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Selection | None:  # noqa: ARG002
        return None if value is None else SELECTION.validate_python(value)


class PackedMachineText(TypeDecorator[MachineText]):
    """A MachineText as JSON."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: MachineText | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else MACHINE_TEXT.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> MachineText | None:  # noqa: ARG002
        return None if value is None else MACHINE_TEXT.validate_python(value)
