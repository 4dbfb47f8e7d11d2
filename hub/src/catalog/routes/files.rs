//! Pictures go up and come back; what is no picture is refused.

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::catalog::FILE_MISSING;
use crate::catalog::photos::{self, MOST_BYTES};
use crate::hub::App;
use crate::web::{Access, Answer, Json, NOT_FOUND, Problem, Route, TOO_LARGE};

pub(super) fn routes() -> Vec<Route> {
    let edit = Access::NeedsAny(&["catalog.edit", "settings.edit"]);
    vec![
        Route::post("/api/files", edit, "Upload a picture (multipart, field file)", upload).gives::<FileShape>(),
        Route::get("/api/files/{hash}", Access::Device, "A picture", show).query::<SizeQuery>(),
    ]
}

/// The one file of an upload.
#[derive(Debug, Clone)]
pub struct FileUpload {
    /// The name it has at its owner's.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// An upload of at most so many mebibytes.
#[derive(Debug, Clone)]
pub struct Upload<const MEBIBYTES: usize>(pub FileUpload);

impl<const MEBIBYTES: usize> FromRequest<App> for Upload<MEBIBYTES> {
    type Rejection = Problem;

    async fn from_request(mut request: Request, state: &App) -> Result<Self, Problem> {
        let too_large = || TOO_LARGE.refuse().with("limit", format!("{MEBIBYTES} MiB"));
        // A little more for the wrapping of the parts.
        DefaultBodyLimit::max((MEBIBYTES << 20) + 65_536).apply(&mut request);
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| FILE_MISSING.refuse())?;
        loop {
            let part = parts.next_field().await.map_err(|error| if error.status() == 413 { too_large() } else { FILE_MISSING.refuse() })?;
            let Some(part) = part else { return Err(FILE_MISSING.refuse().into()) };
            if part.name() == Some("file") {
                let name = part.file_name().unwrap_or("").chars().take(200).collect();
                let bytes = part.bytes().await.map_err(|error| if error.status() == 413 { too_large() } else { FILE_MISSING.refuse() })?;
                if bytes.len() > MEBIBYTES << 20 {
                    return Err(too_large().into());
                }
                return Ok(Self(FileUpload { name, bytes }));
            }
        }
    }
}

/// A picture that is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UploadedFile)]
struct FileShape {
    hash: String,
    mime: String,
    width: u32,
    height: u32,
}

async fn upload(State(app): State<App>, Upload(file): Upload<{ MOST_BYTES >> 20 }>) -> Answer<FileShape> {
    let keeping = app.clone();
    let kept = app
        .aside(move || -> Result<FileShape, Problem> {
            let photo = photos::prepare(&file.bytes)?;
            let hash = keeping.files.keep(&photo.bytes)?;
            Ok(FileShape { hash, mime: photo.mime.to_owned(), width: photo.width, height: photo.height })
        })
        .await;
    Ok(Json(kept.unwrap_or_else(|_| Err(crate::catalog::NOT_AN_IMAGE.refuse().into()))?))
}

/// How large.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SizeQuery {
    /// `full` or `thumb`.
    size: Option<String>,
}

async fn show(State(app): State<App>, Path(hash): Path<String>, Query(query): Query<SizeQuery>) -> Result<Response, Problem> {
    let small = query.size.as_deref() == Some("thumb");
    let reading = app.clone();
    let read = app
        .aside(move || -> Result<Option<Vec<u8>>, Problem> {
            let Some(bytes) = reading.files.read(&hash)? else { return Ok(None) };
            if !small {
                return Ok(Some(bytes));
            }
            Ok(Some(photos::thumb(&reading.config.data.join("thumbs"), &hash, bytes)))
        })
        .await;
    let bytes = read.unwrap_or(Ok(None))?.ok_or_else(|| NOT_FOUND.refuse())?;
    let mime = photos::mime(&bytes);
    let mut response = Body::from(bytes).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
    Ok(response)
}
