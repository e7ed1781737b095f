#!/usr/bin/env python3
"""Makes data/word_frequency.tsv.gz from wordfreq and the English spelling lists of Debian.

Usage: pip install wordfreq==3.1.1 && apt-get install wamerican-large wbritish-large && python3 data/sources/word_frequency.py
(Python 3.11)
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

DICTIONARIES = ("/usr/share/dict/american-english-large", "/usr/share/dict/british-english-large")

# An international word is at least a tenth as frequent in so many languages as where it is most frequent.
INTERNATIONAL = 20
# A name is no English dictionary word in small letters, and at least a thirtieth as frequent in so many languages.
NAME = 12

HEADER = """\
How often words occur in everyday text: zipf value times ten (10 times the base-10 logarithm of occurrences in a
billion words), the highest of 37 languages; 40,000 words of English, 16,000 of de es fr pt zh ja, 11,000 of the others.
Source: wordfreq 3.1.1 by Robyn Speer (code Apache-2.0; data, and therefore this file, CC-BY-SA 4.0), from Wikipedia,
  OpenSubtitles, SUBTLEX, ParaCrawl, the Leeds Internet Corpus, Google Books Ngrams and others: see NOTICE.
Changes: lists merged, folded (NFKC, lower case, Latin letters without accents), words with digits or full stops left out, rounded.
Regenerate: pip install wordfreq==3.1.1 && python3 data/sources/word_frequency.py
Chinese is in simplified characters. Brands that people talk about are in: a high value does not make a word generic.
Columns: word, zipf times ten, and of words of four letters or more a mark: "n" for a name, which at least 12 of the languages
  use about as often (a thirtieth, or more) as the one that uses it most and which no English spelling list (SCOWL, as
  packaged by Debian: wamerican-large, wbritish-large) has in small letters: netflix, lufthansa, toronto, connor; "i" for another
  international word, which at least 20 languages use about as often (a tenth, or more): amazon, apple, pizza."""


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
    spelt = small_letter_words()
    rows = [(word, str(zipf), mark(word, zipf, lists, spelt)) for word, zipf in highest.items()]
    write("word_frequency.tsv.gz", HEADER, rows)


def small_letter_words():
    """Words that English spelling lists have in small letters: no names."""
    words = set()
    for path in DICTIONARIES:
        with open(path, encoding="utf-8") as lines:
            words.update(fold(line.strip()) for line in lines if line == line.lower())
    return words


def mark(word, zipf, lists, spelt):
    """Whether many languages use a word alike, as they do names and unlike words of their own."""
    if len(word) < 4 or not word.isascii():
        return ""
    values = [frequencies.get(word, 0) for frequencies in lists.values()]
    # The spelling with accents counts as well: a word of one language may be a rare one without.
    most = max(*values, 10 ** (zipf / 10 - 9))
    if word not in spelt and sum(value >= most / 30 for value in values) >= NAME:
        return "n"
    return "i" if sum(value >= most / 10 for value in values) >= INTERNATIONAL else ""


if __name__ == "__main__":
    main()
