//! Pictures: what is no picture is refused, what is large is made smaller; the camera's turn is applied and everything
//! else that a file says of its maker is dropped.

use std::io::Cursor;
use std::path::Path;

use duken_kernel::Refusal;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::{IMAGE_TOO_LARGE, NOT_AN_IMAGE};

/// The most bytes of an upload.
pub const MOST_BYTES: usize = 16 << 20;
/// The most pixels of an upload.
const MOST_PIXELS: u64 = 50_000_000;
/// The longer side of a kept picture.
const SIDE: u32 = 1_200;
/// The longer side of its small form.
const THUMB_SIDE: u32 = 240;
const QUALITY: u8 = 84;
/// The longer side of a picture on paper: half of an 80 mm tape, in dots.
const PAPER_SIDE: u32 = 288;

/// A picture ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Its file.
    pub bytes: Vec<u8>,
    /// `image/jpeg`, or `image/webp` where something is transparent.
    pub mime: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Makes an upload ready.
///
/// # Errors
/// `file.not_an_image`, `file.image_too_large`.
pub fn prepare(bytes: &[u8]) -> Result<Photo, Refusal> {
    let picture = decode(bytes)?;
    let picture = if picture.width().max(picture.height()) > SIDE {
        picture.resize(SIDE, SIDE, image::imageops::FilterType::Lanczos3)
    } else {
        picture
    };
    let (width, height) = (picture.width(), picture.height());
    let (bytes, mime) = encode(&picture).ok_or_else(|| NOT_AN_IMAGE.refuse())?;
    Ok(Photo { bytes, mime, width, height })
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, Refusal> {
    let refused = |_| NOT_AN_IMAGE.refuse();
    let too_large = || IMAGE_TOO_LARGE.refuse().with("limit", "50 MP");
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| NOT_AN_IMAGE.refuse())?;
    if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) {
        return Err(NOT_AN_IMAGE.refuse());
    }
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(too_large());
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_PIXELS * 8);
    decoder.set_limits(limits).map_err(|_| too_large())?;
    let turn = decoder.orientation().map_err(refused)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    picture.apply_orientation(turn);
    Ok(picture)
}

fn encode(picture: &DynamicImage) -> Option<(Vec<u8>, &'static str)> {
    let mut bytes = Vec::new();
    let transparent = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < 255);
    if transparent {
        picture.to_rgba8().write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).ok()?;
        return Some((bytes, "image/webp"));
    }
    picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY)).ok()?;
    Some((bytes, "image/jpeg"))
}

/// The small form of a kept picture, made once and kept in a folder that may be deleted at any time.
#[must_use]
pub fn thumb(folder: &Path, hash: &str, full: Vec<u8>) -> Vec<u8> {
    let path = folder.join(hash);
    if let Ok(bytes) = std::fs::read(&path) {
        return bytes;
    }
    let Some((bytes, _)) = decode(&full).ok().and_then(|picture| encode(&picture.thumbnail(THUMB_SIDE, THUMB_SIDE))) else { return full };
    keep(folder, hash, &bytes);
    bytes
}

/// A kept picture as paper takes it: a grey PNG, what is transparent white, as large as half a tape; printers make dots of
/// it. Made once, kept beside the small forms. Nothing when the file cannot be read as a picture.
#[must_use]
pub fn for_paper(folder: &Path, hash: &str, full: impl FnOnce() -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let name = format!("{hash}.paper");
    if let Ok(bytes) = std::fs::read(folder.join(&name)) {
        return Some(bytes);
    }
    let picture = decode(&full()?).ok()?;
    let picture = if picture.width().max(picture.height()) > PAPER_SIDE {
        picture.resize(PAPER_SIDE, PAPER_SIDE, image::imageops::FilterType::Triangle)
    } else {
        picture
    };
    let colored = picture.to_luma_alpha8();
    let grey = image::GrayImage::from_fn(colored.width(), colored.height(), |x, y| {
        let [luma, alpha] = colored.get_pixel(x, y).0;
        let (luma, alpha) = (u16::from(luma), u16::from(alpha));
        image::Luma([u8::try_from((luma * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)])
    });
    let mut bytes = Cursor::new(Vec::new());
    grey.write_to(&mut bytes, ImageFormat::Png).ok()?;
    let bytes = bytes.into_inner();
    keep(folder, &name, &bytes);
    Some(bytes)
}

fn keep(folder: &Path, name: &str, bytes: &[u8]) {
    let partial = folder.join(format!("{name}.partial"));
    let kept = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&partial, bytes))
        .and_then(|()| std::fs::rename(&partial, folder.join(name)));
    if let Err(error) = kept {
        tracing::warn!(%error, "a small picture could not be kept");
    }
}

/// The type of a kept picture.
#[must_use]
pub fn mime(bytes: &[u8]) -> &'static str {
    match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => "image/jpeg",
        Ok(ImageFormat::Png) => "image/png",
        Ok(ImageFormat::WebP) => "image/webp",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_large_picture_is_made_smaller_and_a_transparent_one_stays_so() {
        let photo = prepare(&png(&DynamicImage::new_rgb8(3_000, 1_500))).unwrap();
        assert_eq!((photo.width, photo.height, photo.mime, mime(&photo.bytes)), (1_200, 600, "image/jpeg", "image/jpeg"));
        let logo = prepare(&png(&DynamicImage::new_rgba8(100, 50))).unwrap();
        assert_eq!((logo.width, logo.height, logo.mime), (100, 50, "image/webp"));
        let again = prepare(&logo.bytes).unwrap();
        assert_eq!(again.mime, "image/webp");
        let folder = tempfile::tempdir().unwrap();
        let small = thumb(folder.path(), "abc", photo.bytes.clone());
        assert_eq!(decode(&small).unwrap().width(), 240);
        assert_eq!(thumb(folder.path(), "abc", Vec::new()), small, "made once");
    }

    #[test]
    fn paper_takes_a_grey_png_no_wider_than_half_a_tape_and_never_what_is_no_picture() {
        let folder = tempfile::tempdir().unwrap();
        let photo = prepare(&png(&DynamicImage::new_rgb8(1_000, 500))).unwrap();
        assert_eq!(photo.mime, "image/jpeg");
        let paper = for_paper(folder.path(), "abc", || Some(photo.bytes)).unwrap();
        assert_eq!(mime(&paper), "image/png");
        let picture = decode(&paper).unwrap();
        assert_eq!((picture.width(), picture.height(), picture.color()), (288, 144, image::ColorType::L8));
        assert_eq!(for_paper(folder.path(), "abc", || None), Some(paper), "made once");
        let clear = prepare(&png(&DynamicImage::new_rgba8(10, 10))).unwrap();
        let white = decode(&for_paper(folder.path(), "def", || Some(clear.bytes)).unwrap()).unwrap();
        assert!(white.to_luma8().pixels().all(|pixel| pixel.0 == [255]), "what is transparent is not printed");
        assert_eq!(for_paper(folder.path(), "ghi", || Some(b"no picture".to_vec())), None);
        assert_eq!(for_paper(folder.path(), "jkl", || None), None);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let cases: &[&[u8]] = &[b"", b"hello", b"\x89PNG\r\n\x1a\n broken", b"GIF89a....", b"<svg xmlns='http://www.w3.org/2000/svg'/>"];
        for bytes in cases {
            assert_eq!(prepare(bytes).unwrap_err().code, NOT_AN_IMAGE);
        }
        let mut bomb = png(&DynamicImage::new_luma8(8, 8));
        bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        let refusal = prepare(&bomb).unwrap_err().code;
        assert!(refusal == IMAGE_TOO_LARGE || refusal == NOT_AN_IMAGE, "{}", refusal.code);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), head in 0_usize..4) {
            let heads: [&[u8]; 4] = [b"", b"\x89PNG\r\n\x1a\n", b"\xFF\xD8\xFF\xE0", b"RIFF\x00\x10\x00\x00WEBPVP8 "];
            let _any = prepare(&[heads[head], &bytes].concat());
        }
    }
}
