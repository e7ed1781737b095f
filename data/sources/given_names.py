#!/usr/bin/env python3
"""Makes data/given_names.tsv.gz from the person providers of faker.

Usage: pip install Faker==40.54.0 && python3 data/sources/given_names.py      (Python 3.11)
"""

import importlib
import pkgutil

import faker.providers.person

from folding import fold, write

HEADER = """\
First and family names of people in {locales} locales, native scripts and, where the source has them, romanised.
Source: Faker 40.54.0 (MIT), the lists of all its person providers.
Changes: merged, folded (NFKC, lower case, Latin letters without accents), single ASCII letters and digits left out.
Regenerate: pip install Faker==40.54.0 && python3 data/sources/given_names.py
Many of them are ordinary words, places or brands too ('rose', 'paris', 'ford').
Columns: name, kind (given, family, both)."""


def spellings(names):
    """The strings in a list, a weighted table or a list of pairs of spellings."""
    for name in names:
        if isinstance(name, str):
            yield name
        elif isinstance(name, (tuple, list)):
            yield from (part for part in name if isinstance(part, str))


def main():
    kinds = {}
    locales = [m.name for m in pkgutil.iter_modules(faker.providers.person.__path__) if m.ispkg]
    for locale in locales:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for ancestor in provider.__mro__:
            for attribute, names in vars(ancestor).items():
                if not isinstance(names, (tuple, list, dict)) or "language" in attribute or "format" in attribute:
                    continue
                if attribute.startswith(("first_", "middle_")):
                    kind = "given"
                elif attribute.startswith("last_") or attribute.endswith("_last_names"):
                    kind = "family"
                else:
                    continue
                for name in spellings(names):
                    name = fold(name).strip(" .-'")
                    plain = name.isascii() and len(name) < 2
                    if name and not plain and not any(c.isdigit() or c in "{}" for c in name):
                        kinds.setdefault(name, set()).add(kind)
    rows = [(name, "both" if len(kind) == 2 else min(kind)) for name, kind in kinds.items()]
    write("given_names.tsv.gz", HEADER.format(locales=len(locales)), rows)


if __name__ == "__main__":
    main()
