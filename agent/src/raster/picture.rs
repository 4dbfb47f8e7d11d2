//! QR codes and logos as dots.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::imageops::{self, FilterType};
use image::{ImageFormat, ImageReader, Limits};
use qrcode::{Color, EcLevel, QrCode};

use super::RenderError;
use super::bitmap::Bitmap;

/// Sides of a picture file at most, in pixels.
const PICTURE_SIDE_MAX: u32 = 4_096;

/// White modules above and below a code; at the sides the paper is white anyway.
const QUIET_MODULES: usize = 2;

/// A QR code, at most `side_max` dots wide, in whole dots per module.
pub(super) fn qr(data: &str, side_wanted: usize, side_max: usize) -> Result<Bitmap, RenderError> {
    let code = QrCode::with_error_correction_level(data, EcLevel::M).map_err(|_| RenderError::QrTooLong)?;
    let modules = code.width();
    let dots = (side_wanted / modules).max(3).min(side_max / (modules + 2 * QUIET_MODULES));
    if dots < 2 {
        return Err(RenderError::QrTooLong);
    }
    let mut paper = Bitmap::new(modules * dots, (modules + 2 * QUIET_MODULES) * dots);
    for (at, color) in code.into_colors().into_iter().enumerate() {
        if color == Color::Dark {
            paper.blacken_area(at % modules * dots, (at / modules + QUIET_MODULES) * dots, dots, dots);
        }
    }
    Ok(paper)
}

/// A PNG file as dots, at most `width_max` wide: transparent is white, grey is dithered.
pub(super) fn picture(png_base64: &str, width_max: usize) -> Result<Bitmap, RenderError> {
    let bytes = STANDARD.decode(png_base64.trim()).map_err(|_| RenderError::BadPicture)?;
    let mut reader = ImageReader::with_format(std::io::Cursor::new(bytes), ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_image_width = Some(PICTURE_SIDE_MAX);
    limits.max_image_height = Some(PICTURE_SIDE_MAX);
    limits.max_alloc = Some(128 * 1024 * 1024);
    reader.limits(limits);
    let colored = reader.decode().map_err(|_| RenderError::BadPicture)?.to_luma_alpha8();
    let mut grey = image::GrayImage::from_fn(colored.width(), colored.height(), |x, y| {
        let [luma, alpha] = colored.get_pixel(x, y).0;
        let (luma, alpha) = (u16::from(luma), u16::from(alpha));
        image::Luma([u8::try_from((luma * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)])
    });
    let width_max = u32::try_from(width_max.max(1)).unwrap_or(1);
    if grey.width() > width_max {
        let height = (u64::from(grey.height()) * u64::from(width_max) / u64::from(grey.width())).max(1);
        grey = imageops::resize(&grey, width_max, u32::try_from(height).unwrap_or(1), FilterType::Triangle);
    }
    Ok(dither(&grey))
}

/// Floyd and Steinberg.
fn dither(grey: &image::GrayImage) -> Bitmap {
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let mut paper = Bitmap::new(width, height);
    let mut here = vec![0_i32; width + 2];
    let mut below = vec![0_i32; width + 2];
    for (y, row) in grey.as_raw().chunks(width.max(1)).enumerate() {
        for (x, &luma) in row.iter().enumerate() {
            let wanted = i32::from(luma) + here[x + 1] / 16;
            let black = wanted < 128;
            if black {
                paper.blacken(x, y);
            }
            let error = wanted - if black { 0 } else { 255 };
            here[x + 2] += error * 7;
            below[x] += error * 3;
            below[x + 1] += error * 5;
            below[x + 2] += error;
        }
        std::mem::swap(&mut here, &mut below);
        below.fill(0);
    }
    paper
}
