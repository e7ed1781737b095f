#!/usr/bin/env python3
"""Makes data/sample_registry.jsonl.gz: a few thousand businesses that people know and impostors imitate.

Usage: python3 data/sources/select_sample.py MERGED.jsonl

MERGED.jsonl is a registry in the import format, merged from the name-suggestion-index (BSD-3-Clause, `source: nsi`),
datenanfragen/data (CC0-1.0) and 2factorauth/twofactorauth (MIT; both `source: dir`); 27,900 lines. It is
not in this repository. Python 3.11, no packages. The same input gives the same bytes.

Chosen are (1) every entry that bears a name of WELL_KNOWN, and (2) of each sector below and each country the best few
by `fame`, which counts what the entry itself shows: social profiles, aliases, phones, scripts, no single country, a low
Wikidata number. Nothing is added or reworded; left out are

- the fields `youtube_channel` (an identifier that nobody reads) and whatever the import format does not know;
- aliases that repeat a name but for case, have fewer than two characters (`3`), are Wikidata numbers or carry a
  language prefix (`FR:STAR`);
- aliases in GENERIC (`bank`, `post office`, `atm`): they name a trade, not a business;
- aliases in FORMER: the name of a former owner or franchiser that is alive elsewhere (Deutsche Telekom had `deutsche
  post`, PNC `bbva`), so that an account of that name would count as this business.
"""

import collections
import gzip
import json
import math
import pathlib
import re
import sys
import unicodedata

OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "sample_registry.jsonl.gz"

FIELDS = [
    "external_id", "name", "aliases", "phones", "websites", "emails", "handles", "sender_ids", "country",
    "category", "address", "description", "hours", "source",
]

# How many of each country are taken, by category (a prefix) of the two kinds of source.
SECTORS = [
    (45, "bank", ["amenity/bank", "banking", "finance", "credit", "office/financial", "shop/money_lender"]),
    (40, "payment", ["payments", "amenity/money_transfer", "amenity/payment_terminal", "amenity/bureau_de_change",
                     "amenity/payment_centre", "cryptocurrencies", "investing"]),
    (25, "post", ["amenity/post_", "amenity/parcel_locker", "postal", "shop/outpost", "office/courier", "office/logistics"]),
    (25, "telecom", ["shop/mobile_phone", "shop/telecommunication", "office/telecommunication", "telecommunication",
                     "telecom", "amenity/telephone"]),
    (20, "insurance", ["office/insurance", "insurance"]),
    (40, "online", ["social media", "social", "communication", "email", "identity", "security", "gaming", "cloud",
                    "backup", "vpn", "domains", "hosting", "retail", "commerce", "entertainment", "food", "crowdfunding",
                    "tickets", "office/it", "office/company", "creativity", "remote", "task", "developer"]),
    (20, "travel", ["travel", "shop/travel_agency", "tourism/hotel", "transport", "amenity/car_rental", "amenity/car_sharing"]),
    (12, "government", ["office/government", "government", "public body", "office/tax", "office/visa"]),
    (12, "utility", ["utilities", "utility", "power/plant", "office/energy", "office/water"]),
    (14, "grocery", ["shop/supermarket", "shop/convenience", "shop/wholesale", "shop/chemist", "amenity/pharmacy"]),
    (14, "shop", ["shop/department_store", "shop/electronics", "shop/furniture", "shop/doityourself", "shop/clothes",
                  "shop/shoes", "shop/sports", "shop/cosmetics", "shop/perfumery", "shop/jewelry", "shop/watches",
                  "shop/books", "shop/toys", "shop/mall", "shop/computer", "shop/variety_store", "shop/optician",
                  "shop/bookmaker", "shop/lottery", "shop/catalogue", "shop/houseware", "shop/bag", "shop/pet"]),
    (8, "car", ["shop/car", "shop/tyres", "shop/motorcycle", "man_made/charge_point"]),
    (10, "food", ["amenity/fast_food", "amenity/cafe", "amenity/restaurant", "amenity/fuel", "amenity/ice_cream"]),
    (4, "health", ["amenity/hospital", "amenity/clinic", "amenity/doctors", "healthcare", "health"]),
    (4, "learning", ["amenity/university", "amenity/language_school", "universities", "education"]),
    (4, "leisure", ["leisure/fitness_centre", "amenity/cinema", "amenity/casino", "leisure/adult_gaming_centre"]),
    (4, "office", ["office/employment_agency", "office/estate_agent", "office/lawyer", "office/tax_advisor", "office/energy_supplier"]),
]
# So that the many local institutions of one country do not fill the list.
FLOOR = {"US": 7.5, "DE": 5.5, "GB": 4.5, "FR": 4.5, "CA": 4.5, "JP": 3.0, "AU": 4.5}
DEFAULT_FLOOR = 2.0

WELL_KNOWN = """
1&1 Internet; 7-Eleven; ABN AMRO; Absa; Access Bank; Adidas; Adobe; Advanzia Bank; Aeroflot; Aeromexico;
Afterpay; AIA; Air France; Air India; AirAsia; Airbnb; Airtel; Airtel Africa; Airtel Money; Akbank;
Al Rajhi Bank; Aldi; Alibaba; AlibabaCloud; AliExpress; Alipay; Allegro; Allianz; Amazon; Amazon Europe Core;
Ameli; American Airlines; American Express; American Express Europe; Americanas; An Post; ANA; ANZ; AOK; Apple;
Aramex; Asda; AT&T; Attijariwafa bank; au; Auchan; Australia Post; Avianca; AXA; Axis Bank; Baidu AI cloud;
Banamex; Banco de Chile; Banco de la Nación; Banco do Brasil; Banco Galicia; Banco Sabadell; BancoEstado;
Bancolombia; Bangkok Bank; Bank Hapoalim; Bank Leumi; Bank Mandiri; Bank of America; Bank of China; Banorte;
Barclays; BBVA; BBVA Bancomer; BCA; BCP; BDO; Bell; Best Buy; BIDV; Biedronka; Big C; Binance; Bitfinex;
Bitstamp; bKash; BMO; BMW; BNI; BNP Paribas; Bolt; Booking.com; Bouygues Telecom; BP; BPI; bpost; Bradesco; BRI;
British Airways; BSNL; BT; Bundeszentralamt für Steuern; Burger King; Bybit; Caisse d'Allocations Familiales;
Caixa Econômica Federal; CaixaBank; Canada Post; Capital One; Capitec Bank; Careem; Carrefour; Cash App;
Cathay Pacific; Cell C; Charles Schwab; Chase; Checkers; China Mobile; China Post; Chronopost; CIB; CIBC; CIMB;
Citibanamex; Citibank; CJ대한통운; Claro; Coinbase; Coles; Colissimo; Comcast; comdirect; Commerzbank;
Commonwealth Bank; Conad; Coop; Correios; Correos; Costco; Credit Suisse; Crypto.com; Crédit Agricole; CTT;
Danske Bank; Davivienda; DBS; Decathlon; Deliveroo; Delivery Hero; Dell; Delta; Deutsche Bank;
Deutsche Kreditbank; Deutsche Post; Deutsche Rentenversicherung; Deutsche Telekom; DHL; Didi;
Die Schweizerische Post; Digicel; Discord; Disney+; Djezzy; dm; DNB; DoorDash; DPD; Dropbox; Dutch-Bangla Bank;
Dutch-Bangla Bank Limited; DVLA; easyJet; eBay; EcoCash; Econet; Edeka; EE; El Corte Inglés; Emirates;
Emirates NBD; Emirates Post; Entel; Epic Games; Equity Bank; Erste Bank; Ethio telecom; Ethiopian Airlines;
Etihad; Etisalat; eToro; Etsy; Evri; Expedia; Facebook; Falabella; FamilyMart; FedEx; Fidelity; Finanzamt;
First Bank of Nigeria; Flipkart; Flow; FNB; foodpanda; Free; Garanti BBVA; GCash; Geek Squad; GEICO; Gemini;
Generali; GitHub; Glo; Globe; Glovo; GLS; Gojek; Google; GoPay; Grab; GTBank; Gucci; H&M; Halifax; HBL; HBO Max;
HDFC Bank; Hepsiburada; Hermes; HKT; HMRC; Home Depot; HP; HSBC; Huawei; Hulu; Iberia; IBM International Group;
ICBC; ICICI Bank; iFood; IKEA; Iliad; Impots; India Post; IndiGo; ING; InPost; Instagram; Intel; Interac;
Interactive Brokers; Interbank; Internal Revenue Service; Intesa Sanpaolo; IRS; Itaú; Japan Airlines; JD.com;
JetBlue; Jio; Jollibee; Jumia; Just Eat; Kakao; KakaoTalk; Kasikornbank; Kaspi Bank; Kaufland; KBC; KB국민은행; KCB;
Kenya Airways; KFC; Klarna; KLM Royal Dutch Airlines; Korean Air; Kotak Mahindra Bank; KPN; Kraken; KT; KuCoin;
La Banque Postale; La Poste; LATAM Airlines; Lazada; Leboncoin; Leclerc; Ledger; Ledger SAS; Lenovo; LG; LIC;
Lidl; Line; LINE; LinkedIn; Lloyds Bank; Lotus's; Louis Vuitton; Lufthansa; Lyft; M-Pesa; Magazine Luiza;
Magyar Posta; Maroc Telecom; Mastercard; Mastercard Europe; Maybank; mBank; McAfee; MCB; McDonald's; MediaMarkt;
Mercado Libre; Mercadona; Mercari; Mercari [JP]; Mercedes-Benz; Meta; Meta Platforms Ireland; MetaMask;
Metrobank; Microsoft; Microsoft Teams; Migros; Mobilis; Mobily; Mondial Relay; MoneyGram; Moniepoint; monobank;
Monzo; Movistar; MTCH Technology Services; MTN; N26; NAB; National Bank of Egypt; Nationwide; NatWest; Naver;
Nedbank; Nequi; Netflix; NHS; Nike; Nintendo; Noon; Nordea; Norton; NTTドコモ; Nubank; NZ Post; O2; OCBC; OKX; OLX;
Ooredoo; OPay; Oppo; Optus; Oracle; Oracle Corporation; Orange; Orange Money; OTP Bank; Otto; Outlook;
Outlook.com; OXXO; Ozon; PalmPay; Payoneer; PayPal; PayPay; Paytm; Personal; PhonePe; Pick n Pay; Ping An;
Pinterest; PKO Bank Polski; PNC Bank; Poczta Polska; Postbank; Poste Italiane; Posti; PostNL; PostNord;
ProtonMail; Proximus; Prudential; PTT; Punjab National Bank; Qantas; Qatar Airways; Qatar National Bank; QNB;
Rabobank; Raiffeisen; Rakuten; Rakuten Mobile; Rappi; RBC; Reddit; Remitly; Revolut; Rewe; Robinhood; Roblox;
Rogers; Rolex; Rossmann; Royal Bank of Canada; Royal Mail; Rozetka; Ryanair; Safaricom; Sainsbury's; Samsung;
Santander; Saturn; Sberbank; SBI; SCB; Scotiabank; SEUR; SF Express; SFR; Shein; Shell; Shoprite; Signal;
Singapore Airlines; Singapore Post; Singtel; Skrill; Sky; SK텔레콤; Slack; Smart; Snapchat;
Social Security Administration; Société Générale; Sony; Sony Interactive Entertainment Europe; Souq;
Southwest Airlines; Sparkasse; Spectrum; Spotify; Square; Standard Bank; Standard Chartered; Starbucks;
Starling Bank; State Bank of India; State Farm; STC; Steam; Stripe; Subway; Swedbank; Swiggy; Swiss Post; T-Bank;
T-Mobile; Takealot; Taobao; Target; TD Bank; TD Canada Trust; Techcombank; Telcel; Telefónica; Telegram; Telekom;
Telenor; Telia; Telkom; Telstra; Telus; Temu; Tencent; Tesco; Tesla; Three; Tigo; TikTok; TIM; TNT; Tokopedia;
Toyota; Trendyol; Trezor; Trust Wallet; Turkcell; Turkish Airlines; Twitch; Twitter; Twitter International;
Türk Telekom; Türkiye İş Bankası; UBA; Uber; Uber Eats; UBS; UniCredit; Uniqlo; United Airlines;
United States Postal Service; UOB; UPS; US Bank; USPS; Vanguard; Venmo; Verizon; Viber; Vietcombank; VietinBank;
Viettel; Viettel Store; Vinted; Visa; Visa Europe; Vivo; VK; Vodacom; Vodafone; Volksbank; Volkswagen; Walmart;
Wave; WeChat; Wells Fargo; Western Union; Westpac; WhatsApp; Wildberries; WINDTRE; Wise; Woolworths; WorldRemit;
Xbox Live; Xfinity; Xiaomi; Yahoo; YANDEX; Yandex; Yape; Yapı Kredi; Yodel; YouTube; Zain; Zalando; Zara;
Zenith Bank; Ziggo; Ziraat Bankası; Zomato; Zoom; Zurich; Österreichische Post; Česká pošta; Żabka;
Ελληνικά Ταχυδρομεία; Альфа-Банк; Билайн; ВТБ; Київстар; Магнит; Мегафон; МТС; Нова Пошта; Почта России;
ПриватБанк; Пятёрочка; Сбербанк; Сільпо; Тинькофф; Укрпошта; Яндекс; Яндекс.Маркет; みずほ銀行; ゆうちょ銀行; ソフトバンク; ヤマト運輸;
三井住友銀行; 三菱UFJ銀行; 中国农业银行; 中国工商银行; 中国建设银行; 中国电信; 中国移动; 中国联通; 中国邮政; 中国银行; 中國信託; 中華郵政; 交通银行; 京东; 京东物流; 佐川急便; 全家;
國泰世華; 微信; 恒生銀行; 抖音; 招商银行; 拼多多; 支付宝; 日本郵便; 淘宝; 百度; 美团; 蝦皮店到店; 顺丰速运; 香港郵政; 신한은행; 우리은행; 우체국; 카카오뱅크; 쿠팡; 하나은행
""".replace("\n", " ").strip().split("; ")

# Aliases that name a trade. A brand that is such a word (Correos, Metro) keeps it.
GENERIC = set("""
atm; atms; bank; banks; bankomat; geldautomat; cashpoint; post; postamt; post office; the post office; post office ltd;
post office limited; post box; postal service; postal department; mail; parcel; parcel locker; courier; telecom; telekom;
telekom ag; telecommunications; shop; store; stores; market; mart; mini-mart; supermarket; supermarkt; hypermarket;
hotel; hotels; inn; restaurant; cafe; coffee; pizza; fast food; pharmacy; apotheke; pharmacie; farmacia; аптека; gas station;
petrol station; station-service; fuel; hospital; clinic; school; university; library; city; government; ministry; police;
insurance; credit union; savings bank; national bank; national savings bank; government savings bank; state bank;
the state bank; international bank; first bank; union bank; commercial bank; sparkasse; sparkassen; volksbank; raiffeisenbank;
raiffeisenkasse; банк; почта; пошта; супермаркет; 銀行; 银行; 郵局; 邮局; 郵便局; 便利店; 超市; 은행; بنك; بانک; بريد; בנק; דואר;
bus; metro bus; train; tram; taxi; hospital authority; national water authority; national insurance company limited
""".replace("\n", " ").strip().split("; "))


FORMER = {
    "Q9396": "deutsche post; deutsche post ag",  # Deutsche Telekom
    "Q38928": "bbva; bbva compass; bbva usa",  # PNC Bank
    "Q835283": "caixabank",  # Caixa Econômica Federal
    "Q705417": "citibank; occb; 華僑銀行",  # DBS Taiwan
    "Q110716465": "coles; coles express",  # Shell
    "Q7592214": "shell",  # St1
    "Q115565889": "BP",  # RD Petroleum
    "Q7283807": "crédit agricole",  # Raiffeisen banka, Serbia
    "Q28966957": "dnb",  # Luminor
    "Q5322942": "orange; t-mobile",  # EE
    "Q735261": "hsbc; hsbc bank canada",  # RBC
    "Q7887555": "raiffeisen; raiffeisenbank; райфайзен; райфайзенбанк",  # UBB
    "Q3442874": "kfc",  # Rostic's
    "Q7238870": "intesa sanpaolo",  # Pravex Bank
    "Q16691757": "alfa-bank; альфа-банк",  # Sense Bank
    "Q806624": "альфа; альфа-банк",  # Bank CenterCredit
    "Q2288463": "beeline; білайн",  # Kyivstar
    "Q4044421": "beeline; билайн",  # Cellfie
    "Q89560313": "tim; ted",  # Fluo Grand Est
    "Q117236699": "starbucks; старбакс",  # Stars Coffee
    "Q118149500": "mcdonald's; макдоналдс",  # Mak.by
    "Q118149812": "mcdonald's; mcdonald's canada; макдоналдс",  # I'm
    "Q112406961": "mcdonald's; макдоналдс; макдональдс",  # Vkusno i tochka
    "Q4787755": "hsbc; эйдж-эс-би-си; էյչ-էս-բի-սի",  # Ardshinbank
    "Q3006195": "hsbc; hsbc france",  # CCF
    "Q3488352": "société générale; société générale الشركة العامة; société générale سوسيتيه جنرال; سوسيتيه جنرال",
    "Q5206146": "société générale; societe generale експресбанк",  # DSK Bank
    "Q4153367": "сбер; сбербанк",  # Bereke Bank
    "Q140398878": "carrefour market",  # Uni-Prosperity, Taiwan
    "Q136774386": "carrefour",  # Prosperity Plaza, Taiwan
    "Q116748340": "billa; білла",  # Novus
    "Q4258608": "billa; obi; оби",  # Lenta
    "Q6332131": "vodafone",  # Telsim
    "Q7939291": "vodafone; Vodafone [NZ]",  # One NZ
    "Q268578": "telenor",  # Yettel Hungary
    "Q1780171": "telenor; теленор",  # Yettel Serbia
    "Q55138816": "state farm",  # Desjardins Insurance
    "Q124021408": "mbank",  # Nicolet National Bank
    "Q1783168": "royal mail",  # Post Office
    "Q13031624": "idea bank; идея банк; ідэя банк",  # MTBank
}


def fold(text):
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^\w]", "", "".join(c for c in decomposed if not unicodedata.combining(c)))


def scripts(row):
    text = row["name"] + " ".join(row.get("aliases", []))
    return {unicodedata.name(c, "?").split(" ")[0] for c in text if c.isalpha()}


def fame(row):
    score = min(len(row.get("handles", {})), 7) + min(len(row.get("aliases", [])), 8) / 2
    score += (2 if "phones" in row else 0) + (1.5 if scripts(row) - {"LATIN"} else 0)
    if row["external_id"].startswith("Q"):
        score += max(-2.0, (7.5 - math.log10(int(row["external_id"][1:]))) * 1.5)
        score += 2.5 if "country" not in row else 0
    else:
        score += 2
    return round(score, 3)


def sector(row):
    category = row.get("category", "")
    for limit, name, prefixes in SECTORS:
        for prefix in prefixes:
            exact = category == prefix or category == prefix.replace("-", " ")
            if exact or ("/" in prefix and category.startswith(prefix)):
                return limit, name
    return 0, None


def well_known(rows):
    """For each name the entries that bear it as name, else as alias; of many the most famous."""
    bearers = collections.defaultdict(list)
    for row in rows:
        for place, name in enumerate([row["name"], *row.get("aliases", [])]):
            key = (0 if place == 0 else 1, fold(name))
            if not bearers[key] or bearers[key][-1] is not row:
                bearers[key].append(row)
    chosen, missing = {}, []
    folded = [(fold(row["name"]), row) for row in rows]
    for name in WELL_KNOWN:
        name = name.strip()
        named, also = bearers[0, fold(name)], bearers[1, fold(name)]
        prefix = [] if named or also or len(name) < 6 else [r for f, r in folded if f.startswith(fold(name))]
        best = sorted(named or also or prefix, key=lambda r: (-fame(r), r["external_id"]))[:3]
        if named and also:
            best += sorted(also, key=lambda r: (-fame(r), r["external_id"]))[:1]
        for row in best:
            chosen[row["external_id"]] = row
        if not best:
            missing.append(name)
    print("not in the input:", "; ".join(missing), file=sys.stderr)
    return chosen


def by_sector(rows, chosen):
    groups = collections.defaultdict(list)
    for row in rows:
        limit, name = sector(row)
        if limit and fame(row) >= FLOOR.get(row.get("country"), DEFAULT_FLOOR):
            groups[name, limit, row.get("country", "")].append(row)
    for (name, limit, country), members in groups.items():
        limit = limit * 3 if country == "" else limit
        for row in sorted(members, key=lambda r: (-fame(r), r["external_id"]))[:limit]:
            chosen[row["external_id"]] = row
    return chosen


def cleaned(chosen):
    dropped = collections.Counter()
    for row in chosen.values():
        former = FORMER.get(row["external_id"], "").split("; ")
        seen, aliases = {fold(row["name"])}, []
        # Of two spellings the one with capitals is kept.
        for alias in sorted(row.get("aliases", []), key=lambda a: a == a.lower()):
            if fold(alias) in seen:
                reason = "repeated"
            elif len(fold(alias)) < 2 or re.fullmatch(r"q\d+", fold(alias)) or re.fullmatch(r"[A-Z]{2}:\S+", alias):
                reason = "not a name"
            elif alias.casefold() in GENERIC:
                reason = "generic"
            elif alias in former:
                reason = "former"
            else:
                aliases.append(alias)
                seen.add(fold(alias))
                continue
            dropped[reason] += 1
            if reason != "repeated":
                print(f"{reason}: {alias!r} of {row['name']!r}", file=sys.stderr)
        handles = {k: v for k, v in row.get("handles", {}).items() if k != "youtube_channel"}
        out = {**row, "aliases": sorted(aliases, key=row.get("aliases", []).index), "handles": handles}
        yield {field: out[field] for field in FIELDS if out.get(field)}
    print(dict(dropped), file=sys.stderr)


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    chosen = by_sector(rows, well_known(rows))
    entries = sorted(cleaned(chosen), key=lambda row: row["external_id"])
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in entries)
    OUTPUT.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(len(entries), "businesses", OUTPUT.stat().st_size, "bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
