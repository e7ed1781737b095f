//! The search engine `tantivy`: words within a few letters, ranked by BM25.

use crate::{Case, Measured, Registered};

/// Says how to have this peer measured.
#[cfg(not(feature = "tantivy"))]
pub(crate) fn answers(_: &[Registered], _: &[Case]) -> Measured {
    Err("compile it in with --features tantivy".into())
}

#[cfg(feature = "tantivy")]
pub(crate) use with_tantivy::answers;

#[cfg(feature = "tantivy")]
mod with_tantivy {
    use std::error::Error;
    use std::time::Instant;

    use tantivy::collector::TopDocs;
    use tantivy::query::{BooleanQuery, FuzzyTermQuery, Occur, Query, TermQuery};
    use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TEXT, Value};
    use tantivy::{Index, Searcher, TantivyDocument, Term, doc};

    use crate::{Answer, Case, Measured, Registered};

    /// Words up to so many letters may differ in one, longer ones in two: what search engines do by default.
    const SHORT: usize = 5;

    /// Memory of the writer, in bytes.
    const WRITER: usize = 100_000_000;

    struct Fields {
        id: Field,
        name: Field,
    }

    /// The best business of each account.
    pub(crate) fn answers(names: &[Registered], cases: &[Case]) -> Measured {
        let mut schema = Schema::builder();
        let fields = Fields {
            id: schema.add_text_field("id", STRING | STORED),
            name: schema.add_text_field("name", TEXT),
        };
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, WRITER)?;
        for n in names {
            let id = n.external_id.as_str();
            writer.add_document(doc!(fields.id => id, fields.name => n.name.as_str()))?;
        }
        writer.commit()?;
        let searcher = index.reader()?.searcher();
        let started = Instant::now();
        let answers: Result<Vec<Answer>, _> = (cases.iter())
            .map(|case| best(&index, &searcher, &fields, &case.name))
            .collect();
        let ms = started.elapsed().as_secs_f64() * 1e3 / cases.len().max(1) as f64;
        Ok((answers?, ms))
    }

    fn best(
        index: &Index,
        searcher: &Searcher,
        fields: &Fields,
        name: &str,
    ) -> Result<Answer, Box<dyn Error>> {
        let mut words: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        index
            .tokenizer_for_field(fields.name)?
            .token_stream(name)
            .process(&mut |token| {
                let term = Term::from_field_text(fields.name, &token.text);
                let letters = 1 + u8::from(token.text.chars().count() > SHORT);
                let exact = TermQuery::new(term.clone(), IndexRecordOption::WithFreqs);
                let near = FuzzyTermQuery::new(term, letters, true);
                words.push((Occur::Should, Box::new(exact)));
                words.push((Occur::Should, Box::new(near)));
            });
        let query = BooleanQuery::new(words);
        let found = searcher.search(&query, &TopDocs::with_limit(1).order_by_score())?;
        let Some(&(score, at)) = found.first() else {
            return Ok(None);
        };
        let document: TantivyDocument = searcher.doc(at)?;
        let id = document.get_first(fields.id).and_then(|v| v.as_str());
        Ok(id.map(|id| (id.to_owned(), f64::from(score))))
    }
}
