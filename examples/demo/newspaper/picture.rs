//! Pictures of hills under a low sun, painted on demand.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

type Color = [f32; 3];

/// A PNG picture, `width` pixels wide and nine sixteenths as high, in the given hue.
pub fn png(width: u32, hue: f32, seed: u64) -> Vec<u8> {
    let height = width * 9 / 16;
    let mut pixels = Vec::with_capacity((height * (width * 3 + 1)) as usize);
    for y in 0..height {
        // Each row begins with its filter: none.
        pixels.push(0);
        for x in 0..width {
            let color = paint(x as f32 / width as f32, y as f32 / height as f32, hue, seed as f32);
            pixels.extend(color.map(|part| (part.clamp(0.0, 1.0) * 255.0) as u8));
        }
    }
    let mut compressed = ZlibEncoder::new(Vec::new(), Compression::fast());
    compressed.write_all(&pixels).expect("memory takes everything");
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"IDAT", &compressed.finish().expect("memory takes everything"));
    chunk(&mut png, b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(data);
    png.extend((data.len() as u32).to_be_bytes());
    png.extend(name);
    png.extend(data);
    png.extend(sum.sum().to_be_bytes());
}

/// The color at a place, both coordinates from 0 to 1.
fn paint(x: f32, y: f32, hue: f32, seed: f32) -> Color {
    let ridge = |base: f32, swing: f32, waves: f32| {
        base + swing * (x * waves + seed).sin() + swing * 0.4 * (x * waves * 2.7 + seed * 1.7).sin()
    };
    if y > ridge(0.88, 0.03, 5.0) {
        return hsl(hue, 0.45, 0.20);
    }
    if y > ridge(0.74, 0.06, 4.0) {
        return hsl(hue, 0.38, 0.36);
    }
    if y > ridge(0.58, 0.09, 3.0) {
        return hsl(hue, 0.32, 0.55);
    }
    let (sun_x, sun_y) = (0.25 + 0.5 * (seed * 0.7).sin().abs(), 0.28);
    let distance = ((x - sun_x).powi(2) + ((y - sun_y) * 9.0 / 16.0).powi(2)).sqrt();
    if distance < 0.055 {
        return hsl(hue + 40.0, 0.85, 0.78);
    }
    hsl(hue + 25.0 * y, 0.6, 0.80 + 0.14 * y)
}

fn hsl(hue: f32, saturation: f32, lightness: f32) -> Color {
    let reach = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|offset| {
        let k = (offset + hue / 30.0).rem_euclid(12.0);
        lightness - reach * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    })
}
