//! Cue settings and regions (W3C WebVTT, 6.2 "region settings" and 6.3 "cue settings").

/// Where a cue stands and how its text is aligned.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The region, an index into the file's regions.
    pub region: Option<usize>,
    /// Which way the lines run.
    pub vertical: Vertical,
    /// The line: a number of lines, from the end where negative, or a share of the picture; `None` for the player to
    /// choose.
    pub line: Option<Line>,
    /// Which edge of the cue lies there.
    pub line_align: Edge,
    /// Where along the line, in hundredths; `None` for the player to choose.
    pub position: Option<f64>,
    /// Which edge of the cue lies there; `None` for the one that goes with the text's alignment.
    pub position_align: Option<Edge>,
    /// How much of the picture's width the cue may take, in hundredths.
    pub size: f64,
    /// How the text is aligned.
    pub align: Align,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            region: None,
            vertical: Vertical::Horizontal,
            line: None,
            line_align: Edge::Start,
            position: None,
            position_align: None,
            size: 100.0,
            align: Align::Center,
        }
    }
}

/// Which way the lines run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vertical {
    /// From side to side.
    Horizontal,
    /// From top to bottom, the first line at the right.
    RightToLeft,
    /// From top to bottom, the first line at the left.
    LeftToRight,
}

/// Where a cue's first line is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    /// So many lines from the start, or from the end where negative.
    Number(f64),
    /// A share of the picture, in hundredths.
    Percent(f64),
}

/// An edge of the cue's box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The upper or left one.
    Start,
    /// The middle.
    Center,
    /// The lower or right one.
    End,
}

/// How text is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Where its script begins.
    Start,
    /// In the middle.
    Center,
    /// Where its script ends.
    End,
    /// Left.
    Left,
    /// Right.
    Right,
}

/// A part of the picture for cues.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// What cues call it.
    pub id: String,
    /// Its width, in hundredths of the picture's.
    pub width: f64,
    /// How many lines are shown.
    pub lines: u32,
    /// The point of the region, in hundredths of it, that lies at `viewport_anchor`.
    pub region_anchor: (f64, f64),
    /// A point of the picture, in hundredths.
    pub viewport_anchor: (f64, f64),
    /// Whether lines move up as others come.
    pub scroll_up: bool,
}

impl Default for Region {
    fn default() -> Region {
        Region {
            id: String::new(),
            width: 100.0,
            lines: 3,
            region_anchor: (0.0, 100.0),
            viewport_anchor: (0.0, 100.0),
            scroll_up: false,
        }
    }
}

/// The names and values of settings; what is not written as one is passed over.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts = text.split(|c: char| c.is_ascii_whitespace());
    parts.filter_map(|part| part.split_once(':')).filter(|(name, value)| !name.is_empty() && !value.is_empty())
}

/// Reads the settings that stand behind a cue's times.
pub(super) fn parse(text: &str, regions: &[Region]) -> Settings {
    let mut settings = Settings::default();
    for (name, value) in pairs(text) {
        match name {
            "region" => settings.region = regions.iter().rposition(|region| region.id == value),
            "vertical" => match value {
                "rl" => settings.vertical = Vertical::RightToLeft,
                "lr" => settings.vertical = Vertical::LeftToRight,
                _ => {}
            },
            "line" => set_line(&mut settings, value),
            "position" => set_position(&mut settings, value),
            "size" => settings.size = percentage(value).unwrap_or(settings.size),
            "align" => match value {
                "start" => settings.align = Align::Start,
                "center" => settings.align = Align::Center,
                "end" => settings.align = Align::End,
                "left" => settings.align = Align::Left,
                "right" => settings.align = Align::Right,
                _ => {}
            },
            _ => {}
        }
    }
    if settings.line.is_some() || settings.size != 100.0 || settings.vertical != Vertical::Horizontal {
        settings.region = None;
    }
    settings
}

fn set_line(settings: &mut Settings, value: &str) {
    let (place, edge) = value.split_once(',').map_or((value, None), |(place, edge)| (place, Some(edge)));
    let line = match place.strip_suffix('%') {
        Some(_) => percentage(place).map(Line::Percent),
        None => line_number(place).map(Line::Number),
    };
    let edge = match edge {
        None => Some(settings.line_align),
        Some("start") => Some(Edge::Start),
        Some("center") => Some(Edge::Center),
        Some("end") => Some(Edge::End),
        Some(_) => None,
    };
    if let (Some(line), Some(edge)) = (line, edge) {
        (settings.line, settings.line_align) = (Some(line), edge);
    }
}

/// Digits, one minus before them, one point between them.
fn line_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    is_decimal(digits).then(|| text.parse().ok()).flatten()
}

fn set_position(settings: &mut Settings, value: &str) {
    let (place, edge) = value.split_once(',').map_or((value, None), |(place, edge)| (place, Some(edge)));
    let edge = match edge {
        None => Some(settings.position_align),
        Some("line-left") => Some(Some(Edge::Start)),
        Some("center") => Some(Some(Edge::Center)),
        Some("line-right") => Some(Some(Edge::End)),
        Some(_) => None,
    };
    if let (Some(place), Some(edge)) = (percentage(place), edge) {
        (settings.position, settings.position_align) = (Some(place), edge);
    }
}

/// Digits, perhaps with one point between them, and `%`; from 0 to 100.
fn percentage(text: &str) -> Option<f64> {
    let number = text.strip_suffix('%').filter(|number| is_decimal(number))?;
    number.parse().ok().filter(|value| (0.0..=100.0).contains(value))
}

fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}

/// Reads the settings of a region.
pub(super) fn region(text: &str) -> Region {
    let mut region = Region::default();
    for (name, value) in pairs(text) {
        match name {
            "id" => region.id = value.into(),
            "width" => region.width = percentage(value).unwrap_or(region.width),
            "lines" => {
                let digits = value.bytes().all(|byte| byte.is_ascii_digit());
                region.lines = value.parse().ok().filter(|_| digits).unwrap_or(region.lines);
            }
            "regionanchor" => region.region_anchor = anchor(value).unwrap_or(region.region_anchor),
            "viewportanchor" => region.viewport_anchor = anchor(value).unwrap_or(region.viewport_anchor),
            "scroll" if value == "up" => region.scroll_up = true,
            _ => {}
        }
    }
    region
}

fn anchor(text: &str) -> Option<(f64, f64)> {
    let (x, y) = text.split_once(',')?;
    Some((percentage(x)?, percentage(y)?))
}
