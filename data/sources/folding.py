"""The fold that data/word_frequency.tsv.gz, given_names.tsv.gz and places.tsv share, and how they are written."""

import gzip
import pathlib
import unicodedata

DATA = pathlib.Path(__file__).resolve().parent.parent


def accents():
    """Latin letters with strokes, and ligatures, which NFD does not take apart: ł → l, ø → o, ß → ss."""
    table = {}
    for line in (DATA / "confusables.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, target, kind = line.split("\t")
            if kind == "accent":
                table[int(code, 16)] = target
    return table


ACCENTS = accents()


def is_latin(character):
    return unicodedata.name(character, "").startswith(("LATIN ", "MODIFIER LETTER"))


def fold(text):
    """NFKC, lower case, white space collapsed; in Latin script without accents. Other scripts keep their marks."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    out = []
    for character in text:
        decomposed = unicodedata.normalize("NFD", character)
        if is_latin(decomposed[0]):
            out.append("".join(ACCENTS.get(ord(c), c) for c in decomposed if not unicodedata.combining(c)))
        elif unicodedata.combining(character) and out and out[-1] and is_latin(out[-1][-1]):
            continue
        else:
            out.append(character)
    return " ".join("".join(out).replace("’", "'").split())


def write(name, header, rows):
    """Writes sorted rows of strings under a '#' header; gzip without a time stamp, so that equal input gives equal bytes."""
    lines = [f"# {line}" for line in header.strip().splitlines()]
    lines += ["\t".join(row) for row in sorted(rows)]
    data = ("\n".join(lines) + "\n").encode()
    path = DATA / name
    path.write_bytes(gzip.compress(data, 9, mtime=0) if name.endswith(".gz") else data)
    print(name, len(lines), "lines", path.stat().st_size, "bytes")
