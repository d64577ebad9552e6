//! ELAN's annotations (EAF 3.0), written only: a tier for what each speaker says, and one below it for the words.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Format, FormatError, Note, Subject, text};
use crate::timeline::{Ms, Segment, Span};

/// ELAN (`.eaf`).
pub(super) struct Eaf;

type Xml<'a> = Writer<&'a mut dyn Write>;

/// An annotation: when, and what stands in it.
type Annotation = (Span, String);

impl Format for Eaf {
    fn name(&self) -> &'static str {
        "ELAN"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["eaf"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let (tiers, untimed) = tiers(subject);
        let mut writer: Xml = Writer::new_with_indent(out, b' ', 2);
        write_document(&mut writer, &subject.timeline.media.path, &tiers)?;
        writeln!(writer.into_inner())?;
        Ok(if untimed > 0 { vec![Note::WordsLeftOut { target: "eaf", count: untimed }] } else { vec![] })
    }
}

/// What one speaker says, and the words of it.
#[derive(Default)]
struct Tier {
    name: String,
    sentences: Vec<Annotation>,
    words: Vec<Annotation>,
}

/// A tier a speaker, and how many words have no time. Names of tiers are unlike one another.
fn tiers(subject: Subject) -> (Vec<Tier>, usize) {
    let mut tiers: BTreeMap<Option<usize>, Tier> = BTreeMap::new();
    let mut untimed = 0;
    for (segment, span) in subject.timeline.spoken().filter(|(_, span)| span.start < span.end) {
        let tier = tiers.entry(segment.speaker).or_default();
        tier.sentences.push((span, text::one_line(&segment.text)));
        untimed += words(segment, span, &mut tier.words);
    }
    let count = tiers.len();
    for (speaker, tier) in &mut tiers {
        let name = subject.timeline.speaker_name(*speaker).map(text::one_line).filter(|name| !name.is_empty());
        let number = speaker.map_or(String::new(), |id| format!(" {}", id + 1));
        tier.name = name.unwrap_or_else(|| format!("sentences{number}"));
        if count > 1 && speaker.is_some() {
            tier.name = format!("{} ({})", tier.name, number.trim());
        }
    }
    (tiers.into_values().collect(), untimed)
}

fn words(segment: &Segment, span: Span, words: &mut Vec<Annotation>) -> usize {
    let mut untimed = 0;
    for (word, text) in text::words(segment) {
        let within = word.span.map(|w| Span::new(w.start.max(span.start), w.end.min(span.end)));
        match within.filter(|within| within.start < within.end) {
            Some(within) => words.push((within, text::one_line(text))),
            None => untimed += 1,
        }
    }
    untimed
}

/// The steps of time that annotations begin and end at: each has a slot of its own.
fn write_document(writer: &mut Xml, media: &str, tiers: &[Tier]) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = writer.create_element("ANNOTATION_DOCUMENT").with_attributes([
        ("AUTHOR", "zimu"),
        ("DATE", "1970-01-01T00:00:00+00:00"),
        ("FORMAT", "3.0"),
        ("VERSION", "3.0"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:noNamespaceSchemaLocation", "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"),
    ]);
    root.write_inner_content(|writer| {
        let header =
            writer.create_element("HEADER").with_attributes([("MEDIA_FILE", ""), ("TIME_UNITS", "milliseconds")]);
        header.write_inner_content(|writer| {
            let property = writer.create_element("PROPERTY").with_attribute(("NAME", "lastUsedAnnotationId"));
            property.write_text_content(BytesText::new(&count(tiers).to_string()))?;
            let property = writer.create_element("PROPERTY").with_attribute(("NAME", "media"));
            property.write_text_content(BytesText::new(&text::one_line(media))).map(|_| ())
        })?;
        write_times(writer, tiers)?;
        write_tiers(writer, tiers)?;
        write_types(writer)
    })?;
    Ok(())
}

fn count(tiers: &[Tier]) -> usize {
    tiers.iter().map(|tier| tier.sentences.len() + tier.words.len()).sum()
}

fn annotations(tiers: &[Tier]) -> impl Iterator<Item = &Annotation> {
    tiers.iter().flat_map(|tier| tier.sentences.iter().chain(&tier.words))
}

/// Two slots an annotation, in the order of the annotations.
fn write_times(writer: &mut Xml, tiers: &[Tier]) -> io::Result<()> {
    writer.create_element("TIME_ORDER").write_inner_content(|writer| {
        let times: Vec<Ms> = annotations(tiers).flat_map(|(span, _)| [span.start, span.end]).collect();
        for (number, time) in (1..).zip(times) {
            let slot =
                writer.create_element("TIME_SLOT").with_attribute(("TIME_SLOT_ID", format!("ts{number}").as_str()));
            slot.with_attribute(("TIME_VALUE", time.0.max(0).to_string().as_str())).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn write_tiers(writer: &mut Xml, tiers: &[Tier]) -> io::Result<()> {
    let mut number = 0;
    for tier in tiers {
        let words = format!("{} words", tier.name);
        write_tier(
            writer,
            [("LINGUISTIC_TYPE_REF", "sentence"), ("TIER_ID", &tier.name)],
            &tier.sentences,
            &mut number,
        )?;
        let attributes = [("LINGUISTIC_TYPE_REF", "word"), ("TIER_ID", &words), ("PARENT_REF", &tier.name)];
        write_tier(writer, attributes, &tier.words, &mut number)?;
    }
    Ok(())
}

fn write_tier<'a>(
    writer: &mut Xml,
    attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
    annotations: &[Annotation],
    number: &mut usize,
) -> io::Result<()> {
    writer.create_element("TIER").with_attributes(attributes).write_inner_content(|writer| {
        for (_, text) in annotations {
            *number += 1;
            let at = *number;
            writer.create_element("ANNOTATION").write_inner_content(|writer| {
                let (id, first, last) = (format!("a{at}"), format!("ts{}", 2 * at - 1), format!("ts{}", 2 * at));
                let annotation = writer.create_element("ALIGNABLE_ANNOTATION").with_attributes([
                    ("ANNOTATION_ID", id.as_str()),
                    ("TIME_SLOT_REF1", first.as_str()),
                    ("TIME_SLOT_REF2", last.as_str()),
                ]);
                annotation.write_inner_content(|writer| {
                    writer.create_element("ANNOTATION_VALUE").write_text_content(BytesText::new(text)).map(|_| ())
                })?;
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(())
}

fn write_types(writer: &mut Xml) -> io::Result<()> {
    let types: [&[(&str, &str)]; 2] = [
        &[("GRAPHIC_REFERENCES", "false"), ("LINGUISTIC_TYPE_ID", "sentence"), ("TIME_ALIGNABLE", "true")],
        &[
            ("CONSTRAINTS", "Included_In"),
            ("GRAPHIC_REFERENCES", "false"),
            ("LINGUISTIC_TYPE_ID", "word"),
            ("TIME_ALIGNABLE", "true"),
        ],
    ];
    for attributes in types {
        writer.create_element("LINGUISTIC_TYPE").with_attributes(attributes.iter().copied()).write_empty()?;
    }
    let description = "Time alignable annotations within the parent annotation's time interval, gaps are allowed";
    let constraint = [("DESCRIPTION", description), ("STEREOTYPE", "Included_In")];
    writer.create_element("CONSTRAINT").with_attributes(constraint).write_empty()?;
    Ok(())
}
