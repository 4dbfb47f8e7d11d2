//! Pictures of goods, drawn: a tile in the colour of the category, a plain shape, the initials.

use std::io::Cursor;

use ab_glyph::{Font as _, FontRef, Glyph, ScaleFont as _, point};
use anyhow::Context as _;
use image::{ImageFormat, Rgb, RgbImage};

use super::goods::Good;

const SIDE: u32 = 320;
const FONT: &[u8] = include_bytes!("../../../agent/fonts/DejaVuSansMono-Bold.ttf");

/// The picture as PNG.
///
/// # Errors
/// When the colour is none.
pub fn picture(good: &Good) -> anyhow::Result<Vec<u8>> {
    let strong = colour(&good.color)?;
    // Neighbours of a category differ a little, so that a shelf of tiles is not a wall.
    let shade = f32::from(good.name.bytes().fold(0_u8, u8::wrapping_add) % 48) / 48.0;
    let ground = mixed(mixed(strong, [255.0; 3], 0.78), [255.0; 3], shade * 0.3);
    let body = mixed(strong, [255.0; 3], 0.06 + shade * 0.16);
    let mut picture = RgbImage::new(SIDE, SIDE);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let at = [(x as f32 + 0.5) / SIDE as f32 - 0.5, (y as f32 + 0.5) / SIDE as f32 - 0.5];
        let cover = (0.5 - distance(&good.shape, at) * SIDE as f32).clamp(0.0, 1.0);
        let shadow = (0.5 - distance(&good.shape, [at[0] - 0.015, at[1] - 0.022]) * SIDE as f32 / 6.0).clamp(0.0, 1.0);
        *pixel = rgb(mixed(mixed(ground, strong, shadow * 0.22), body, cover));
    }
    write_initials(&mut picture, &initials(&good.name))?;
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}

fn colour(text: &str) -> anyhow::Result<[f32; 3]> {
    let value = u32::from_str_radix(text, 16).with_context(|| format!("the colour {text}"))?;
    Ok([16, 8, 0].map(|shift| ((value >> shift) & 0xff) as f32))
}

fn mixed(one: [f32; 3], other: [f32; 3], share: f32) -> [f32; 3] {
    std::array::from_fn(|at| one[at] + (other[at] - one[at]) * share)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn rgb(colour: [f32; 3]) -> Rgb<u8> {
    Rgb(colour.map(|part| part.round().clamp(0.0, 255.0) as u8))
}

/// How far a point is from the shape, in sides of the picture; below zero is inside.
///
/// Shapes stay within the middle of the height, because tiles show a wide cut of the picture.
fn distance(shape: &str, at: [f32; 2]) -> f32 {
    const SMALLER: f32 = 1.4;
    let at = at.map(|part| part * SMALLER);
    let join = |parts: &[f32]| parts.iter().copied().fold(f32::INFINITY, f32::min);
    let far = match shape {
        "loaf" => join(&[slab(at, [0.0, 0.06], [0.30, 0.15], 0.09), slab(at, [0.0, -0.06], [0.32, 0.11], 0.11)]),
        "carton" => join(&[slab(at, [0.0, 0.05], [0.17, 0.26], 0.02), slab(at, [0.0, -0.25], [0.11, 0.06], 0.02)]),
        "bottle" => join(&[
            slab(at, [0.0, 0.10], [0.13, 0.24], 0.06),
            slab(at, [0.0, -0.19], [0.06, 0.12], 0.03),
            slab(at, [0.0, -0.30], [0.07, 0.025], 0.01),
        ]),
        "round" => join(&[disc(at, [0.0, 0.04], 0.27), slab(at, [0.03, -0.26], [0.015, 0.07], 0.01)]),
        "wedge" => slab([at[0] + at[1] * 0.35, at[1]], [0.0, 0.02], [0.28, 0.18], 0.03),
        "steak" => join(&[disc(at, [-0.09, -0.02], 0.22), disc(at, [0.12, 0.07], 0.19)]),
        "cup" => join(&[slab(at, [-0.04, 0.05], [0.21, 0.20], 0.06), (disc(at, [0.20, 0.03], 0.11)).max(-disc(at, [0.20, 0.03], 0.065))]),
        "sweet" => {
            join(&[disc(at, [0.0, 0.0], 0.19), slab(at, [-0.26, 0.0], [0.07, 0.11], 0.02), slab(at, [0.26, 0.0], [0.07, 0.11], 0.02)])
        }
        "spray" => join(&[
            slab(at, [0.0, 0.10], [0.17, 0.23], 0.05),
            slab(at, [0.0, -0.18], [0.07, 0.08], 0.01),
            slab(at, [-0.05, -0.27], [0.14, 0.04], 0.01),
        ]),
        "pencil" => slab([at[0] * 0.8 + at[1] * 0.6, at[1] * 0.8 - at[0] * 0.6], [0.0, 0.0], [0.10, 0.34], 0.03),
        "star" => disc(at, [0.0, 0.0], 0.24 + 0.05 * (at[1].atan2(at[0]) * 5.0).sin()),
        _ => slab(at, [0.0, 0.02], [0.23, 0.26], 0.03),
    };
    far / SMALLER
}

fn disc(at: [f32; 2], centre: [f32; 2], radius: f32) -> f32 {
    (at[0] - centre[0]).hypot(at[1] - centre[1]) - radius
}

/// A rectangle with round corners.
fn slab(at: [f32; 2], centre: [f32; 2], half: [f32; 2], corner: f32) -> f32 {
    let [x, y]: [f32; 2] = std::array::from_fn(|i| (at[i] - centre[i]).abs() - half[i] + corner);
    x.max(0.0).hypot(y.max(0.0)) + x.max(y).min(0.0) - corner
}

/// The first letters of the first two words.
fn initials(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1);
    words.take(2).filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

fn write_initials(picture: &mut RgbImage, text: &str) -> anyhow::Result<()> {
    let font = FontRef::try_from_slice(FONT).context("the font")?;
    let scaled = font.as_scaled(60.0);
    let width: f32 = text.chars().map(|letter| scaled.h_advance(scaled.glyph_id(letter))).sum();
    let mut x = (SIDE as f32 - width) / 2.0;
    let y = SIDE as f32 * 0.52 + scaled.ascent() / 3.0;
    for letter in text.chars() {
        let id = scaled.glyph_id(letter);
        let glyph: Glyph = id.with_scale_and_position(60.0, point(x, y));
        x += scaled.h_advance(id);
        let Some(outline) = font.outline_glyph(glyph) else { continue };
        let bounds = outline.px_bounds();
        outline.draw(|dx, dy, cover| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the picture")]
            let (px, py) = (bounds.min.x as u32 + dx, bounds.min.y as u32 + dy);
            if px < SIDE && py < SIDE {
                let below = picture.get_pixel(px, py).0.map(f32::from);
                picture.put_pixel(px, py, rgb(mixed(below, [255.0; 3], cover * 0.92)));
            }
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::goods::goods;

    #[test]
    fn every_good_has_a_picture_with_its_letters() {
        assert_eq!(initials("Хлеб пшеничный «Бидай» 500 г"), "ХП");
        assert_eq!(initials("Қымыз 0.5 л"), "Қ");
        let mut shapes: Vec<_> = goods();
        shapes.dedup_by(|a, b| a.shape == b.shape);
        for good in shapes {
            let png = picture(&good).unwrap();
            let drawn = image::load_from_memory(&png).unwrap().to_rgb8();
            assert_ne!(drawn.get_pixel(2, 2), drawn.get_pixel(SIDE / 2, SIDE * 5 / 8), "{}", good.shape);
        }
    }
}
