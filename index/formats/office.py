"""Office Open XML (.docx, .pptx, .xlsx): a sound copy of the package for the libraries, and its properties.

ECMA-376, part 2 (Open Packaging Conventions). The libraries read every part without a bound and give up on a package
that names a part which is not there; so they get a copy that holds only the parts with words, each read with a bound.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING

from index.errors import DocumentUnreadable
from index.formats.archive import open_archive, parse_xml, read_entry, refuse_declarations
from index.formats.properties import Properties, read_properties

if TYPE_CHECKING:
    from collections.abc import Collection

    from index.limits import Limits

_ROOT_RELATIONSHIPS = "_rels/.rels"
_CORE_PROPERTIES = "/core-properties"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/([A-Za-z]+)/([A-Za-z]+)")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/\2"  # the namespaces that the libraries know


def sound_copy(content: bytes, limits: Limits) -> tuple[io.BytesIO, Properties]:
    """Return a copy of a package that a library can open without a risk, and what the package tells of itself.

    Images, fonts and embedded files are left out, and so are references to parts that are not there; the namespaces of
    the strict variant become those of the common one. Raises DocumentUnreadable when it is no sound package.
    """
    properties = Properties()
    copy = io.BytesIO()
    with open_archive(content, limits) as archive, zipfile.ZipFile(copy, "w") as written:
        parts = {name.replace("\\", "/"): name for name in archive.namelist() if name.endswith((".xml", ".rels"))}
        if _ROOT_RELATIONSHIPS not in parts:
            raise DocumentUnreadable(reason="it is damaged" if parts else "it is not in the format that its name tells")
        for part, name in parts.items():
            xml = _STRICT.sub(_TRANSITIONAL, read_entry(archive, name, limits) or b"")
            refuse_declarations(xml)
            if part.endswith(".rels"):
                xml = _sound_relationships(part, xml, parts.keys())
            written.writestr(part, xml)
        core = parts.get(_core_properties(read_entry(archive, parts[_ROOT_RELATIONSHIPS], limits) or b""))
        if core is not None:
            properties = read_properties(read_entry(archive, core, limits))
    copy.seek(0)
    return copy, properties


def _sound_relationships(part: str, xml: bytes, parts: Collection[str]) -> bytes:
    """Return the relationships of a part without those to parts that are not in the copy."""
    from lxml import etree

    root = parse_xml(xml)
    for relationship in list(root):
        is_external = relationship.get("TargetMode") == "External"
        if not is_external and _target(part, relationship.get("Target", "")) not in parts:
            root.remove(relationship)
    sound: bytes = etree.tostring(root)
    return sound


def _target(part: str, target: str) -> str:
    """Return the part that a relationship of "a/_rels/b.xml.rels" leads to: its target counts from "a"."""
    base = posixpath.dirname(posixpath.dirname(part))
    return posixpath.normpath(posixpath.join("/", base, target)).lstrip("/")


def _core_properties(relationships: bytes) -> str:
    return next(
        (
            _target(_ROOT_RELATIONSHIPS, relationship.get("Target", ""))
            for relationship in parse_xml(relationships)
            if str(relationship.get("Type", "")).endswith(_CORE_PROPERTIES)
        ),
        "",
    )
