#!/usr/bin/env python3
"""Makes data/word_frequency.tsv.gz from wordfreq.

Usage: pip install wordfreq==3.1.1 && python3 data/sources/word_frequency.py      (Python 3.11)
"""

import wordfreq

from folding import fold, write

# The most frequent words taken of each language.
DEFAULT = 11_000
LIMITS = {"en": 40_000, "de": 16_000, "es": 16_000, "fr": 16_000, "pt": 16_000, "zh": 16_000, "ja": 16_000}
LANGUAGES = (
    "ar bg bn ca cs da de el en es fa fi fil fr he hi hu id it ja ko lt lv mk ms nb nl pl pt ro ru sh sk sl sv ta tr uk "
    "ur vi zh"
).split()

# Languages in which an international word is at least a tenth as frequent as where it is most frequent.
INTERNATIONAL = 20

HEADER = """\
How often words occur in everyday text: zipf value times ten (10 times the base-10 logarithm of occurrences in a
billion words), the highest of 37 languages; 40,000 words of English, 16,000 of de es fr pt zh ja, 11,000 of the others.
Source: wordfreq 3.1.1 by Robyn Speer (code Apache-2.0; data, and therefore this file, CC-BY-SA 4.0), from Wikipedia,
  OpenSubtitles, SUBTLEX, ParaCrawl, the Leeds Internet Corpus, Google Books Ngrams and others: see NOTICE.
Changes: lists merged, folded (NFKC, lower case, Latin letters without accents), words with digits or full stops left out, rounded.
Regenerate: pip install wordfreq==3.1.1 && python3 data/sources/word_frequency.py
Chinese is in simplified characters. Brands that people talk about are in: a high value does not make a word generic.
Columns: word, zipf times ten, "i" for an international word of four letters or more: one that at least 20 of the languages
  use about as often (a tenth, or more) as the one that uses it most, as they do names (amazon, samsung) and unlike
  their own words (closed, delivery)."""


def main():
    highest = {}
    lists = {language: wordfreq.get_frequency_dict(language, wordlist="best") for language in LANGUAGES}
    for language in LANGUAGES:
        # Values straight from the list: zipf_frequency would split the word again, and wants tokenisers for that.
        frequencies = lists[language]
        taken = 0
        for word in wordfreq.iter_wordlist(language, wordlist="best"):
            folded = fold(word)
            if not any(c.isalpha() for c in folded) or any(c.isdigit() or c == "." for c in folded):
                continue
            zipf = round(10 * wordfreq.freq_to_zipf(frequencies[word]))
            highest[folded] = max(zipf, highest.get(folded, 0))
            taken += 1
            if taken == LIMITS.get(language, DEFAULT):
                break
    rows = [(word, str(zipf), international(word, lists)) for word, zipf in highest.items()]
    write("word_frequency.tsv.gz", HEADER, rows)


def international(word, lists):
    """Whether the word is about as frequent in many languages as in the one that uses it most."""
    if len(word) < 4 or not word.isascii():
        return ""
    values = [frequencies.get(word, 0) for frequencies in lists.values()]
    most = max(values)
    return "i" if most and sum(value >= most / 10 for value in values) >= INTERNATIONAL else ""


if __name__ == "__main__":
    main()
