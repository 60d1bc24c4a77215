"""A draft of the law: read from an archive or from one file's text, checked, and compared with the law in force."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from kernel.errors import DomainError
from kernel.text import Text
from portal.application.policies import LawInForce
from statute.archive import BadLawArchive, load_packed
from statute.collection import gather
from statute.diff import Change, diff
from statute.loader import BadLawData

FILE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,80}\.yaml", re.ASCII)
CHANGES_KEPT_MAX: Final = 5_000
PROBLEMS_SHOWN_MAX: Final = 20

NOT_A_NAME: Final = Text(
    "文件名应为小写字母、数字和连字符, 以 .yaml 结尾, 如 review.yaml",
    "The name is small letters, digits and dashes with .yaml at the end, e.g. review.yaml.",
)
EMPTY: Final = Text("请上传法规包, 或粘贴一个文件的内容", "Upload an archive of law, or paste the text of one file.")
BOTH: Final = Text("法规包与粘贴的内容请只给其一", "Give the archive or the pasted text, not both.")
STANDARD: Final = 9


@dataclass(frozen=True, slots=True)
class Draft:
    """A set of law that was found sound. `changes` holds the first CHANGES_KEPT_MAX of `changes_total`."""

    name: str
    archive: bytes
    bundle_hash: str
    changes: tuple[Change, ...]
    changes_total: int


@dataclass(eq=False)
class BadDraft(Exception):
    """What is wrong with it, by field of the form."""

    field: str
    texts: tuple[Text, ...]


def draft_of_archive(law: LawInForce, name: str, raw: bytes) -> Draft:
    """Raises BadDraft, which names file and line where there are any."""
    return _checked(law, name, raw, "archive")


def draft_of_text(law: LawInForce, file: str, text: str) -> Draft:
    """The law in force with `text` in the place of one file of the province's folder, or as a new one there."""
    if not FILE_NAME.fullmatch(file):
        raise BadDraft("file", (NOT_A_NAME,))
    name = f"{law.policy.province}/{file}"
    return _checked(law, name, _with(law.archive, name, text.encode()), "text")


def files_of(law: LawInForce) -> list[str]:
    """The names of the files in the province's folder."""
    with zipfile.ZipFile(BytesIO(law.archive)) as archive:
        home = f"{law.policy.province}/"
        return [name.removeprefix(home) for name in archive.namelist() if name.startswith(home) and name != home]


def _with(archive: bytes, name: str, content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry), zipfile.ZIP_DEFLATED, STANDARD)
        new.writestr(name, content, zipfile.ZIP_DEFLATED, STANDARD)
    return made.getvalue()


def _checked(law: LawInForce, name: str, raw: bytes, field: str) -> Draft:
    try:
        policy = load_packed(raw, law.policy.province)
    except BadLawData as problem:
        raise BadDraft(field, _every(law, raw) or (problem.text(),)) from problem
    except DomainError as problem:
        raise BadDraft(field, (problem.text(),)) from problem
    except FileNotFoundError as problem:
        lost = BadLawArchive("缺少法规文件夹", "a folder of law is missing")
        raise BadDraft(field, (lost.text(),)) from problem
    changes = diff(law.policy, policy)
    return Draft(name, raw, policy.bundle_hash, tuple(changes[:CHANGES_KEPT_MAX]), len(changes))


def _every(law: LawInForce, raw: bytes) -> tuple[Text, ...]:
    """What is wrong with single entries, the first PROBLEMS_SHOWN_MAX; none where only the whole does not fit together.

    The archive is sound: it was opened before.
    """
    problems: list[BadLawData] = []
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        gather(zipfile.Path(archive), law.policy.province, problems.append)
    return tuple(one.text() for one in problems[:PROBLEMS_SHOWN_MAX])
