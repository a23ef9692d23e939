"""Small parts of YAML, Jinja and SQL, written so that any name a file has is read back as it is."""

import json
import re
import textwrap

PLAIN = re.compile(r"[A-Za-z_](?:[\w .%/-]*[\w%/])?", re.ASCII)
# Words that YAML reads as something else.
WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf"}
WIDTH = 100


def quoted(text: str) -> str:
    """A text in YAML's double quotes, which are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def scalar(text: str) -> str:
    """A text as YAML writes it: plain where it is read back as that text, else in quotes."""
    if PLAIN.fullmatch(text) and text.lower() not in WORDS:
        return text
    return quoted(text)


def sentence(text: str) -> str:
    """A sentence as YAML writes it as the value of a key, which commas do not end."""
    is_plain = PLAIN.fullmatch(text.replace(", ", " ").removesuffix("."))
    return text if is_plain else quoted(text)


def jinja(text: str) -> str:
    """A text as a string of Jinja."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def sql(text: str) -> str:
    """A text as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def folded(text: str, indent: int) -> str:
    """A text as YAML's folded block, each line indented by so many blanks."""
    lines = textwrap.wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return ">\n" + "\n".join(" " * indent + line for line in lines)
