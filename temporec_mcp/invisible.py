"""Characters that are printable by Python's measure, render as nothing, and could carry hidden words."""

import re

# Unicode's default-ignorable code points that are not format characters already (fillers, joiners, variation selectors,
# tags), and the code points that are none.
IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufffb\ufffe\uffff\ufdd0-\ufdef"
    "\U000e0000-\U000e0fff]"
)


def escaped(text: str) -> str:
    """Give `text` with the number of each such character in its place."""
    return IGNORABLE.sub(lambda found: ascii(found[0])[1:-1], text)
