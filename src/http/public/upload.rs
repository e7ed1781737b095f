//! A form with files of somebody who need not be signed in. Files are read one by one, so that no more than one of them is in
//! memory.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode, header};
use multer::{Constraints, Field, Multipart, SizeLimit};

use crate::domain::{AnswerLanguage, FileKind};
use crate::http::language::wanted;
use crate::http::pages::Fields;
use crate::http::signed_in::{From, require_same_origin};
use crate::http::{HttpState, Problem};
use crate::service::people::Device;

/// Longest text of a field, in bytes.
const TEXT: usize = 64 * 1024;
/// Most fields that are read; our forms have fewer.
const FIELDS: usize = 40;
/// Largest form: as many files as a report takes, and a mebibyte for the rest.
const WHOLE: usize = FileKind::MAX_FILES * FileKind::MAX_BYTES + 1024 * 1024;

/// A form with files.
pub(super) struct Upload {
    /// Where it is sent from.
    pub(super) device: Device,
    /// The language to speak.
    pub(super) language: AnswerLanguage,
    /// All that stands in the request's head.
    pub(super) headers: HeaderMap,
    /// Every field before the first file.
    pub(super) fields: Fields,
    form: Multipart<'static>,
    waiting: Option<Field<'static>>,
}

/// A file as it comes.
pub(super) struct Sent {
    /// What it is called.
    pub(super) name: String,
    /// What it says to be.
    pub(super) declared: Option<String>,
    /// What is in it; none where it is larger than any file that is taken.
    pub(super) bytes: Option<Vec<u8>>,
}

impl FromRequest<HttpState> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        require_same_origin(&parts, state)?;
        let Ok(From(device)) = From::from_request_parts(&mut parts, state).await;
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|v| v.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(kind).map_err(|_| {
            let detail = "This address takes a form as multipart/form-data.";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            Problem::new(status, "unsupported_media_type", detail)
        })?;
        let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(WHOLE as u64));
        let stream = body.into_data_stream();
        let mut upload = Self {
            device,
            language: wanted(&parts.headers),
            headers: parts.headers,
            fields: Fields::default(),
            form: Multipart::with_constraints(stream, boundary, limits),
            waiting: None,
        };
        upload.read_fields().await?;
        Ok(upload)
    }
}

impl Upload {
    async fn read_fields(&mut self) -> Result<(), Problem> {
        let mut pairs = Vec::new();
        for _ in 0..FIELDS {
            let Some(mut field) = self.form.next_field().await.map_err(unreadable)? else {
                break;
            };
            if field.file_name().is_some() {
                self.waiting = Some(field);
                break;
            }
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = read(&mut field, TEXT).await?.ok_or_else(too_large)?;
            pairs.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
        self.fields = Fields::of(pairs);
        Ok(())
    }

    /// The next file, if there is one. A field for files in which none was chosen has none.
    pub(super) async fn next_file(&mut self) -> Result<Option<Sent>, Problem> {
        loop {
            let field = match self.waiting.take() {
                Some(field) => Some(field),
                None => self.form.next_field().await.map_err(unreadable)?,
            };
            let Some(mut field) = field else {
                return Ok(None);
            };
            let name = field.file_name().unwrap_or_default().to_owned();
            let declared = field.content_type().map(ToString::to_string);
            let bytes = read(&mut field, FileKind::MAX_BYTES).await?;
            if !name.is_empty() && bytes.as_ref().is_none_or(|b| !b.is_empty()) {
                return Ok(Some(Sent {
                    name,
                    declared,
                    bytes,
                }));
            }
        }
    }

    /// Reads what is left and forgets it: a browser that is still sending takes no answer.
    pub(super) async fn finish(&mut self) {
        while let Ok(Some(_)) = self.next_file().await {}
    }
}

/// Reads a field; none where it is larger than a limit, of which no more is kept.
async fn read(field: &mut Field<'static>, limit: usize) -> Result<Option<Vec<u8>>, Problem> {
    let mut bytes = Vec::new();
    let mut fits = true;
    while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
        fits = fits && bytes.len() + chunk.len() <= limit;
        if fits {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
    }
    Ok(fits.then_some(bytes))
}

fn too_large() -> Problem {
    let detail = "The form is larger than what is taken here: five files of 5 MB.";
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
}

fn unreadable(error: multer::Error) -> Problem {
    match error {
        multer::Error::StreamSizeExceeded { .. } => too_large(),
        error => {
            let detail = format!("The form could not be read: {error}.");
            Problem::new(StatusCode::BAD_REQUEST, "unreadable", detail)
        }
    }
}
