"""Which release of Sourcier this is."""

from __future__ import annotations

from typing import Final

NO_RELEASE: Final = "0+checkout"
"""The version of what runs without having been installed, in the form of PEP 440."""


def release() -> str:
    """Return the version of the distribution."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sourcier")
    except PackageNotFoundError:
        return NO_RELEASE
