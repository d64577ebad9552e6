//! The picture as PNG: the SVG in pixels, with the fonts of this machine.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Family, Query, Style, Weight};
use resvg::usvg::roxmltree::Document;
use resvg::usvg::{Group, Node, Options, Tree};
use thiserror::Error;

use crate::formats::Note;

/// Pixels of the PNG to one of the SVG, so that small text is crisp.
const SCALE: f32 = 2.0;
/// Most pixels of a PNG, four bytes each while it is drawn; a picture of a whole day is drawn at a lower scale.
const MOST_PIXELS: f32 = 48_000_000.0;

/// Why a picture could not be turned into pixels.
#[derive(Debug, Error)]
pub enum PngError {
    /// The SVG is none; a fault of zimu.
    #[error("the picture could not be drawn: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// There is no room for the pixels.
    #[error("a picture of {width} × {height} pixels could not be drawn: write .svg")]
    Size {
        /// How wide it would be.
        width: u32,
        /// How high it would be.
        height: u32,
    },
    /// The pixels could not be packed.
    #[error("the picture could not be packed as PNG: {0}")]
    Encode(Box<dyn Error + Send + Sync>),
}

/// The PNG of an SVG, and the characters that no font has.
///
/// # Errors
/// [`PngError`].
pub fn png(svg: &str) -> Result<(Vec<u8>, Vec<Note>), PngError> {
    let tree = Tree::from_str(svg, &Options { fontdb: Arc::new(fonts()), ..Options::default() })?;
    let letters = missing(svg, &tree);
    let notes = if letters.is_empty() { vec![] } else { vec![Note::LettersMissing { target: "PNG", letters }] };
    Ok((pixels(&tree)?.encode_png().map_err(|error| PngError::Encode(error.into()))?, notes))
}

fn pixels(tree: &Tree) -> Result<Pixmap, PngError> {
    let size = tree.size();
    let scale = SCALE.min((MOST_PIXELS / (size.width() * size.height())).sqrt());
    let (width, height) = ((size.width() * scale).ceil() as u32, (size.height() * scale).ceil() as u32);
    let mut pixels = Pixmap::new(width, height).ok_or(PngError::Size { width, height })?;
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Ok(pixels)
}

/// The fonts of this machine. Where the usual sans serif is not among them another one takes its place: without it
/// nothing would be written at all, since only what a first font lacks is looked for in the others.
fn fonts() -> Database {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    if fonts.query(&Query { families: &[Family::SansSerif], ..Query::default() }).is_none() {
        let plainest = fonts.faces().min_by_key(|face| (face.style != Style::Normal, face.weight != Weight::NORMAL));
        let family = plainest.and_then(|face| face.families.first()).map(|(name, _)| name.clone());
        family.into_iter().for_each(|family| fonts.set_sans_serif_family(family));
    }
    fonts
}

/// The characters of an SVG's texts that are not in its tree, each once; a text of which nothing can be drawn is not
/// in the tree at all.
fn missing(svg: &str, tree: &Tree) -> String {
    let mut drawn = BTreeSet::new();
    collect_drawn(tree.root(), &mut drawn);
    wanted(svg).difference(&drawn).collect()
}

fn wanted(svg: &str) -> BTreeSet<char> {
    let Ok(document) = Document::parse(svg) else { return BTreeSet::new() };
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    let letters = texts.filter_map(|node| node.text()).flat_map(str::chars);
    letters.filter(|letter| !letter.is_whitespace()).collect()
}

fn collect_drawn(group: &Group, drawn: &mut BTreeSet<char>) {
    for node in group.children() {
        match node {
            Node::Group(group) => collect_drawn(group, drawn),
            Node::Text(text) => {
                let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                // Glyph 0 is the box that stands for what a font lacks.
                drawn.extend(glyphs.filter(|glyph| glyph.id.0 != 0).flat_map(|glyph| glyph.text.chars()));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> String {
        let size = "width='100' height='20'";
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' {size}><text y='15' font-family='sans-serif'>{text}</text></svg>"
        )
    }

    /// Width and height, as the first chunk of the file says.
    fn size(png: &[u8]) -> (u32, u32) {
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    }

    #[test]
    fn it_is_twice_as_fine_as_the_svg() {
        assert_eq!(size(&png(&document("")).unwrap().0), (200, 40));
    }

    #[test]
    fn a_huge_picture_is_drawn_less_fine() {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='1350' height='60000'/>";
        let (width, height) = size(&png(svg).unwrap().0);
        assert!(width < 1350 && width * height < 49_000_000, "{width} × {height}");
    }

    #[test]
    fn letters_that_no_font_has_are_named_once() {
        // A character for private use, which a font would only have by chance.
        let tree =
            |text: &str, fontdb| Tree::from_str(&document(text), &Options { fontdb, ..Options::default() }).unwrap();
        let none = Arc::new(Database::new());
        assert_eq!(missing(&document("湖 湖 lake"), &tree("湖 湖 lake", none)), "aekl湖");
        let fonts = Arc::new(fonts());
        if fonts.is_empty() {
            eprintln!("skipped: there are no fonts here");
            return;
        }
        assert_eq!(missing(&document("lake"), &tree("lake", fonts.clone())), "");
        let private = "\u{10fff0}";
        assert_eq!(missing(&document(private), &tree(private, fonts)), private);
    }
}
