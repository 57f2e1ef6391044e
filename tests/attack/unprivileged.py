"""pytest without privileges: what this program is given are its arguments."""

from __future__ import annotations

import sys

import pytest

from tests.privileges import give_up_privileges

if __name__ == "__main__":
    give_up_privileges()
    sys.exit(pytest.main(sys.argv[1:]))
