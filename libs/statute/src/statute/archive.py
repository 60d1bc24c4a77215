"""A whole set of law as one file: what a draft travels in, and what a policy bundle can be loaded from again."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import ClassVar, Final

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text
from statute.assembly import Assembly
from statute.bundle import PolicyBundle
from statute.collection import NATION, SHIPPED_DATA, UNITS_FILE, gather, home, law_files
from statute.loader import bundle_of

ARCHIVE_BYTES_MAX: Final = 896 * 1024
"""Five times what is shipped; it fits into one message."""
LAW_BYTES_MAX: Final = 8 * 1024 * 1024
"""Of all files together, unpacked."""
FILES_ENTRIES_MAX: Final = 512

_NAME: Final = re.compile(r"[a-z_]{1,40}/([a-z0-9][a-z0-9._-]{0,80}\.yaml)?", re.ASCII)
"""A file, or the folder itself."""
_WRITTEN: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can tell: the same law makes the same bytes, whenever it is packed."""
_LEVEL: Final = 9
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1
UNSOUND: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError)
"""What the reader of zips raises at bytes that are none."""


@dataclass(eq=False)
class BadLawArchive(DomainError):
    """Bytes that are no archive of law. Nothing of them is loaded then."""

    kind: ClassVar = ErrorKind.INVALID
    reason: ClassVar = "BAD_LAW_ARCHIVE"

    zh: str
    en: str

    def text(self) -> Text:
        return Text(zh=f"法规包有误: {self.zh}", en=f"The archive of law cannot be taken: {self.en}")


def packed(province: str, data: Path | None = None) -> bytes:
    """The law of a province as `load_bundle` would read it, as a zip; the same law gives the same bytes.

    Raises FileNotFoundError for a province without a folder.
    """
    folder = data or SHIPPED_DATA
    files = {UNITS_FILE: (home(folder, UNITS_FILE) / UNITS_FILE).read_bytes()}
    for root, name in ((home(folder, NATION), NATION), (folder, province)):
        files[f"{name}/"] = b""
        files.update({f"{name}/{path.name}": path.read_bytes() for path in law_files(root, name)})
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _WRITTEN)
            # Who packs it on which system makes no difference either.
            entry.create_system = 0
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, _LEVEL)
    return buffer.getvalue()


def load_packed(raw: bytes, province: str) -> PolicyBundle:
    """The bundle that was packed. Raises BadLawArchive, and BadLawData which names file and line."""
    if len(raw) > ARCHIVE_BYTES_MAX:
        raise BadLawArchive(f"大于 {ARCHIVE_BYTES_MAX} 字节", f"it is larger than {ARCHIVE_BYTES_MAX} bytes")
    with _sound(raw, province) as archive:
        try:
            collection = gather(zipfile.Path(archive), province)
        except RecursionError as problem:
            raise BadLawArchive("文件嵌套过深", "a file is nested too deep") from problem
    return bundle_of(province, collection, Assembly(collection))


def _sound(raw: bytes, province: str) -> zipfile.ZipFile:
    """Reads every file once, so that a broken one is found here. None gives more than its head says."""
    try:
        archive = zipfile.ZipFile(BytesIO(raw))
        for problem in _problems(archive.infolist(), province):
            raise problem
        broken = archive.testzip()
    except UNSOUND as problem:
        raise BadLawArchive(f"不是完整的 zip 文件: {problem}", f"it is no sound zip: {problem}") from problem
    if broken is not None:
        raise BadLawArchive(f"{broken} 已损坏", f"{broken} is damaged")
    return archive


def _problems(entries: list[zipfile.ZipInfo], province: str) -> Iterator[BadLawArchive]:
    if len(entries) > FILES_ENTRIES_MAX:
        yield BadLawArchive(f"多于 {FILES_ENTRIES_MAX} 个文件", f"it has more than {FILES_ENTRIES_MAX} files")
    names = [entry.filename for entry in entries]
    for name in names:
        if name != UNITS_FILE and not _NAME.fullmatch(name):
            shown = name[:100]
            yield BadLawArchive(f"文件名 {shown!r} 不是 文件夹/名称.yaml", f"{shown!r} is not named folder/name.yaml")
    if len(set(names)) < len(names):
        yield BadLawArchive("有重名文件", "two files have one name")
    if any(entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS for entry in entries):
        yield BadLawArchive("文件已加密, 或压缩方式不是 deflate", "a file is encrypted, or not deflated")
    if sum(entry.file_size for entry in entries) > LAW_BYTES_MAX:
        yield BadLawArchive(f"解包后大于 {LAW_BYTES_MAX} 字节", f"unpacked it is larger than {LAW_BYTES_MAX} bytes")
    if not any(name.startswith(f"{province}/") for name in names):
        yield BadLawArchive(f"没有省级文件夹 {province}", f"it has no folder {province}")
