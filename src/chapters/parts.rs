//! A recording that is shown as several videos.

use super::place::close;
use crate::timeline::{Chapter, Ms, Span};

/// The chapters of each video, on its own clock, where a recording of length `duration` is cut at these times. A chapter
/// that goes on in the next video is a chapter there too.
pub fn split(chapters: &[Chapter], cuts: &[Ms], duration: Ms) -> Vec<(Ms, Vec<Chapter>)> {
    let starts = [Ms::ZERO].into_iter().chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([duration]);
    starts.zip(ends).map(|(start, end)| (end - start, part_of(chapters, Span::new(start, end)))).collect()
}

fn part_of(chapters: &[Chapter], part: Span) -> Vec<Chapter> {
    let own = |chapter: &Chapter| {
        let span = chapter.span.overlap(part)?;
        let span = Span::new(span.start - part.start, span.end - part.start);
        Some(Chapter { span, ..chapter.clone() }).filter(|chapter| chapter.span.length() > Ms::ZERO)
    };
    let mut chapters: Vec<Chapter> = chapters.iter().filter_map(own).collect();
    close(&mut chapters, part.length());
    chapters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_video_has_its_own_clock() {
        let chapter = |start, end, title: &str| Chapter {
            span: Span::new(Ms(start), Ms(end)),
            title: title.into(),
            level: 1,
            speaker: None,
        };
        let whole = [chapter(0, 40, "开场"), chapter(40, 100, "演讲"), chapter(100, 120, "闭幕")];
        let parts = split(&whole, &[Ms(60)], Ms(120));
        let titles: Vec<Vec<_>> = parts
            .iter()
            .map(|(_, part)| part.iter().map(|c| (c.span.start.0, c.span.end.0, c.title.as_str())).collect())
            .collect();
        assert_eq!(titles[0], [(0, 40, "开场"), (40, 60, "演讲")]);
        assert_eq!(titles[1], [(0, 40, "演讲"), (40, 60, "闭幕")]);
    }
}
