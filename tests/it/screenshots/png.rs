//! A picture as PNG, for places that show no SVG: drawn from the SVG with a font of its own, so that it looks
//! alike everywhere. It carries the hash of the SVG it was drawn from; that says whether it is stale, since
//! two machines may round a pixel differently.
use std::path::Path;
use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use sha2::{Digest as _, Sha256};

/// Sharp on a screen with twice the pixels, and still small.
const SCALE: f32 = 1.5;
/// The text chunk that holds the hash.
const SOURCE: &str = "Source";

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(include_bytes!("fonts/DejaVuSansMono.ttf").to_vec());
    fonts.load_font_data(include_bytes!("fonts/DejaVuSansMono-Bold.ttf").to_vec());
    Arc::new(fonts)
});

fn hash(svg: &str) -> String {
    hex::encode(Sha256::digest(svg))
}

/// Draws it.
pub(super) fn of(svg: &str) -> Vec<u8> {
    let options = Options { fontdb: Arc::clone(&FONTS), ..Options::default() };
    let tree = Tree::from_str(svg, &options).unwrap();
    let size = tree.size().to_int_size().scale_by(SCALE).unwrap();
    let mut pixels = Pixmap::new(size.width(), size.height()).unwrap();
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());

    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size.width(), size.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_compression(png::Compression::High);
    encoder.add_text_chunk(SOURCE.to_owned(), hash(svg)).unwrap();
    let mut writer = encoder.write_header().unwrap();
    let straight: Vec<u8> = pixels
        .pixels()
        .iter()
        .flat_map(|pixel| {
            let it = pixel.demultiply();
            [it.red(), it.green(), it.blue(), it.alpha()]
        })
        .collect();
    writer.write_image_data(&straight).unwrap();
    writer.finish().unwrap();
    bytes
}

/// Whether the picture in this file was drawn from this SVG.
pub(super) fn is_of(file: &Path, svg: &str) -> bool {
    let Ok(file) = std::fs::File::open(file) else { return false };
    let Ok(reader) = png::Decoder::new(std::io::BufReader::new(file)).read_info() else { return false };
    let hash = hash(svg);
    reader.info().uncompressed_latin1_text.iter().any(|it| it.keyword == SOURCE && it.text == hash)
}
