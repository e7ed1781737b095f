//! `data/legal_forms.tsv`: the legal forms that businesses write after, before or within their names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use unicode_script::{Script, UnicodeScript};

const HEADER: &str = "\
# Legal forms as they occur in the names of businesses, and the countries that use them.
# Source: ISO 20275 (GLEIF Entity Legal Forms code list 1.4.1, data/sources/elf-codes-1.4.1.csv.gz), names and
#   abbreviations of all forms; rigour (OpenSanctions, MIT, data/sources/rigour_org_types.yml.gz), aliases; and
#   data/sources/legal_forms_added.tsv, written for Bonafide (Apache-2.0).
# Regenerate: UPDATE_GENERATED=1 cargo test --release generated
# Forms are NFKC, lower-cased, accents kept: fold them like the names they are compared with. A form with dots is
#   followed by the same without dots ('s.a. de c.v.', 'sa de cv').
# Left out:
#   - words that are ordinary, or brands or authorities, on their own ('bank', 'trust', 'region', 'others', 'up'):
#     data/sources/legal_forms_dropped.txt;
#   - Latin, Greek and Cyrillic forms of up to three letters unless legal_forms_added.tsv has them: most are initials
#     of a register and mean something else in a name ('son', 'per', 'sap', 'gen', 'tub');
#   - forms of more than six words or 48 characters, with brackets or digits: they describe a form and are not written;
#   - names in ISO 20275 that hold no word for company (funds, authorities, churches, schools, parties), and headings
#     of a register ('domestic …', 'foreign …'); its abbreviations for Slovakia and Switzerland, which are codes;
#   - rigour's Cyrillic aliases of four words or more (misspellings of one name) and of one word that ISO 20275 lacks
#     (schools and offices).
#   What legal_forms_added.tsv has is always in.
# Columns: form, countries (ISO 3166-1 alpha-2, commas; empty where no source says), sources.
";

/// Form → countries and sources.
type Forms = BTreeMap<String, (BTreeSet<String>, BTreeSet<&'static str>)>;

fn add(forms: &mut Forms, form: &str, countries: &str, source: &'static str) {
    let form = form.trim_matches(|c: char| c == ',' || c == ';' || c == '-' || c.is_whitespace());
    for form in [form.to_owned(), form.replace('.', "")] {
        let form = form.split_whitespace().collect::<Vec<_>>().join(" ");
        if form.chars().count() < 2 {
            continue;
        }
        let (in_countries, sources) = forms.entry(form).or_default();
        in_countries.extend(
            countries
                .split(',')
                .filter(|c| !c.is_empty())
                .map(str::to_owned),
        );
        sources.insert(source);
    }
}

/// What a name of ISO 20275 contains if it is that of a company: other names are those of funds, authorities, schools …
const COMPANY: &str = "company companies limited liability corporat incorporat partnership cooperative co-operative \
    gesellschaft genossenschaft selskab selskap bolag förening sociedad sociedade sociedad société societe compagnie \
    società societa societate compañ compagn companhia corpora limitad anónim vennootschap maatschap coöperatie \
    spółka spółdzieln společnost spoločnos družst družba društvo drustvo дружество друштво общество товарищество \
    таварыства товариство предприятие εταιρ eteria etería osakeyhtiö yhtiö osuuskunta hlutafélag félag ühing ühistu aktsia sabiedrīb \
    bendrov társaság szövetkezet şirket ortaq cəmiyyət kooperatif berhad perseroan persekutuan 会社 公司 회사 株式 \
    hoesa kaisha gaisya 合夥 公司 شركة sharik sharak shoqëri soċjetà soċjetajiet kumpanija cuideachta rownd cyfyngedig \
    ក្រុមហ៊ុន kromhoun empresa entreprise unternehm holding";

/// What it contains if it is a heading of a register, which nobody writes in a name.
const HEADING: &str = "domestic foreign extraprovincial alberta exempt statutory unregistered for-profit auslän étrang \
    чужд buitenlands farm/ranch municipal trust loan fiduc prêt church ecclesias religious";

/// Registers whose abbreviations are statistical codes or translations: 'Org.jedn.pol.strany', 'Ent. pub. cantonale'.
const CODED: [&str; 2] = ["SK", "CH"];

fn names_a_company(name: &str) -> bool {
    let holds = |stems: &str| stems.split_whitespace().any(|stem| name.contains(stem));
    holds(COMPANY) && !holds(HEADING)
}

fn is_alphabet(c: char) -> bool {
    matches!(c.script(), Script::Latin | Script::Greek | Script::Cyrillic)
}

/// Whether a form found in a source is short enough to be written, and long enough, or checked, to mean nothing else.
fn is_written(form: &str, checked: &Forms) -> bool {
    let letters = form.chars().filter(|c| c.is_alphanumeric()).count();
    form.split_whitespace().count() <= 6
        && form.chars().count() <= 48
        && !form.contains(['(', ')', '"', '#'])
        && !form.chars().any(|c| c.is_ascii_digit())
        && !form.contains(" or ")
        && !form.starts_with("or ")
        && (letters > 3 || !form.chars().any(is_alphabet) || checked.contains_key(form))
}

fn iso_20275(forms: &mut Forms) {
    let text = super::read("sources/elf-codes-1.4.1.csv.gz");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().expect("a header").clone();
    let column = |start: &str| {
        headers
            .iter()
            .position(|title| title.starts_with(start))
            .unwrap_or_else(|| panic!("a column {start}"))
    };
    let country = column("Country Code");
    let names = [
        column("Entity Legal Form name Local"),
        column("Entity Legal Form name Trans"),
    ];
    let abbreviations = [column("Abbreviations Local"), column("Abbreviations trans")];
    for row in reader.records() {
        let row = row.expect("a row of CSV");
        for name in names.map(|column| super::normalise(&row[column])) {
            if is_written(&name, forms) && names_a_company(&name) {
                add(forms, &name, &row[country], "iso20275");
            }
        }
        if CODED.contains(&&row[country]) {
            continue;
        }
        for list in abbreviations.map(|column| super::normalise(&row[column])) {
            for form in list.split([';', ',']).map(str::trim) {
                if is_written(form, forms) {
                    add(forms, form, &row[country], "iso20275");
                }
            }
        }
    }
}

/// The aliases of the YAML file, which is regular enough to be read by the line.
fn rigour(forms: &mut Forms) {
    let text = super::read("sources/rigour_org_types.yml.gz");
    let aliases = text
        .lines()
        .filter_map(|line| line.strip_prefix("      - "));
    for alias in aliases {
        let alias = alias.split(" # ").next().unwrap_or(alias);
        let form = super::normalise(alias.trim_matches(['"', '\'']));
        let cyrillic = form.chars().any(|c| c.script() == Script::Cyrillic);
        let latin = form.chars().any(|c| c.script() == Script::Latin);
        let words = form.split_whitespace().count();
        let misspelt = cyrillic && (words >= 4 || latin);
        let office = cyrillic && words == 1 && !forms.contains_key(&form);
        if is_written(&form, forms) && !misspelt && !office {
            add(forms, &form, "", "rigour");
        }
    }
}

fn legal_forms() -> Forms {
    let mut forms = Forms::new();
    for row in super::rows(&super::read("sources/legal_forms_added.tsv")) {
        let [countries, added] = row[..] else {
            panic!("two columns: {row:?}")
        };
        for form in added.split(" | ") {
            add(&mut forms, &super::normalise(form), countries, "bonafide");
        }
    }
    let added = forms.clone();
    iso_20275(&mut forms);
    rigour(&mut forms);
    for dropped in super::rows(&super::read("sources/legal_forms_dropped.txt")) {
        let form = dropped[0];
        assert!(
            !added.contains_key(form),
            "{form:?} is both added and dropped"
        );
        assert!(forms.remove(form).is_some(), "no source has {form:?}");
    }
    forms
}

#[test]
fn legal_forms_are_what_the_sources_give() {
    let mut text = HEADER.to_owned();
    for (form, (countries, sources)) in legal_forms() {
        let countries = countries.into_iter().collect::<Vec<_>>().join(",");
        let sources = sources.into_iter().collect::<Vec<_>>().join(",");
        writeln!(text, "{form}\t{countries}\t{sources}").expect("a string takes all");
    }
    super::check("legal_forms.tsv", &text);
}
