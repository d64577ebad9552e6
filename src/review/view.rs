//! What the page is shown of a project, as JSON. Times are seconds.

use std::collections::VecDeque;
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};

use super::doubts::{Doubt, Kind, doubts, sentence_of};
use super::draft::{Draft, key};
use super::edit::word_at;
use super::letters::{Letter, Letters};
use crate::cues::{self, Style};
use crate::formats::demands::Site;
use crate::formats::plot::UNCERTAIN;
use crate::formats::{Demands, chapters};
use crate::timeline::{Chapter, Correction, Decision, Gap, Ms, SettledCue, Timeline};

/// Where a project stands.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct State {
    /// How many acts there were: the page asks for what is newer.
    pub acts: u64,
    /// Acts that are not saved yet.
    pub unsaved: u64,
    /// Whether there is something to take back.
    pub undo: bool,
    /// Whether something was taken back that can be made again.
    pub redo: bool,
}

/// What happened since the page asked last.
#[derive(Debug, Serialize)]
pub struct News<'a> {
    /// Where the project stands now.
    pub state: State,
    /// What each act changed; `None` where nobody knows any more, and the page has to be loaded anew.
    pub patches: Option<Vec<&'a Patch>>,
}

/// What an act changed in what is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Patch {
    /// The cues that others take the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    cues: Option<CuePatch>,
    /// Other parts, whole.
    #[serde(flatten)]
    parts: Map<String, Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct CuePatch {
    at: usize,
    removed: usize,
    added: Vec<Value>,
}

/// What is shown of a draft, and how it changed.
pub struct Shown {
    cues: Vec<Value>,
    parts: Map<String, Value>,
    /// How many acts there were before the first of the patches.
    first: u64,
    /// The last of them, [`KEPT`] at most.
    patches: VecDeque<Patch>,
}

/// Patches that are kept: a page that has slept through more is loaded anew.
const KEPT: usize = 64;

impl Shown {
    /// That of a draft after so many acts of its history.
    pub fn of(draft: &Draft, acts: u64, by: &ShownBy) -> Shown {
        let (cues, parts) = show(draft, by);
        Shown { cues, parts, first: acts, patches: VecDeque::new() }
    }

    /// Shows what the next act made of it.
    pub fn follow(&mut self, draft: &Draft, by: &ShownBy) {
        let (cues, parts) = show(draft, by);
        let mut changed = Map::new();
        for (name, part) in &parts {
            if self.parts.get(name) != Some(part) {
                changed.insert(name.clone(), part.clone());
            }
        }
        if self.patches.len() == KEPT {
            self.patches.pop_front();
            self.first += 1;
        }
        self.patches.push_back(Patch { cues: between(&self.cues, &cues), parts: changed });
        (self.cues, self.parts) = (cues, parts);
    }

    /// All of it.
    pub fn whole(&self) -> Map<String, Value> {
        let mut whole = self.parts.clone();
        whole.insert("cues".into(), Value::Array(self.cues.clone()));
        whole
    }

    /// The patches after so many acts.
    pub fn after(&self, acts: u64) -> Option<Vec<&Patch>> {
        let known = acts.checked_sub(self.first).filter(|known| *known <= self.patches.len() as u64)?;
        Some(self.patches.range(known as usize..).collect())
    }
}

/// What a draft is shown by.
pub struct ShownBy {
    /// The guide that cues are held to.
    pub style: Style,
    /// What sites take.
    pub demands: Demands,
    /// The name of the recording, where it can be played.
    pub media: Option<String>,
}

fn between(old: &[Value], new: &[Value]) -> Option<CuePatch> {
    if old == new {
        return None;
    }
    let before = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[before..], &new[before..]);
    let after = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let added = new[..new.len() - after].to_vec();
    Some(CuePatch { at: before, removed: old.len() - after, added })
}

/// The cues and the other parts. What is shown is plain data, which always makes JSON.
fn show(draft: &Draft, by: &ShownBy) -> (Vec<Value>, Map<String, Value>) {
    let cues = cues::cut(&draft.timeline, &by.style);
    let doubts = doubts(&draft.timeline, &cues, &by.style);
    let json = |value: serde_json::Result<Value>| value.unwrap_or_default();
    let shown = cue_views(draft).iter().map(|cue| json(serde_json::to_value(cue))).collect();
    let parts = json(serde_json::to_value(View::of(draft, &doubts, by)));
    (shown, parts.as_object().cloned().unwrap_or_default())
}

/// All but the cues.
#[derive(Debug, Serialize)]
struct View<'a> {
    language: &'static str,
    duration: Ms,
    media: Option<&'a str>,
    limits: LimitsView,
    speakers: Vec<SpeakerView<'a>>,
    chapters: Vec<ChapterView<'a>>,
    sites: [SiteView; 2],
    gaps: Vec<GapView>,
    unspoken: Vec<UnspokenView<'a>>,
    corrections: Vec<CorrectionView<'a>>,
    /// The worst first.
    doubts: Vec<DoubtView<'a>>,
}

/// What a cue may have: columns of a line, lines, columns a second.
#[derive(Debug, Serialize)]
struct LimitsView {
    columns: usize,
    lines: usize,
    speed: f64,
}

/// What a site takes of the chapters.
#[derive(Debug, Serialize)]
struct SiteView {
    name: &'static str,
    /// How many stand in its list; `None` where it would refuse any.
    taken: Option<usize>,
    /// The longest title, in characters.
    title: usize,
}

#[derive(Debug, Serialize)]
struct SpeakerView<'a> {
    name: &'a str,
    title: Option<&'a str>,
    /// How long, in all.
    time: Ms,
}

#[derive(Debug, Serialize)]
struct CueView<'a> {
    start: Ms,
    end: Ms,
    lines: &'a [String],
    speaker: Option<usize>,
    /// How sure its words' times are, the mean.
    confidence: Option<f32>,
    /// The words whose times are not sure: line, first character, end.
    weak: Vec<(usize, usize, usize)>,
}

#[derive(Debug, Serialize)]
struct ChapterView<'a> {
    start: Ms,
    end: Ms,
    title: &'a str,
    level: u8,
    speaker: Option<usize>,
}

#[derive(Debug, Serialize)]
struct GapView {
    start: Ms,
    end: Ms,
    kind: crate::timeline::GapKind,
}

#[derive(Debug, Serialize)]
struct UnspokenView<'a> {
    line: u32,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct CorrectionView<'a> {
    key: String,
    line: u32,
    wrong: &'a str,
    right: &'a str,
    tier: &'static str,
    reason: String,
    before: &'a str,
    after: &'a str,
    applied: bool,
    decision: Option<&'a Decision>,
    start: Option<Ms>,
    end: Option<Ms>,
}

#[derive(Debug, Serialize)]
struct DoubtView<'a> {
    key: &'a str,
    kind: Kind,
    start: Ms,
    end: Ms,
    about: &'a str,
    correction: Option<usize>,
    open: bool,
}

impl<'a> View<'a> {
    fn of(draft: &'a Draft, doubts: &'a [Doubt], by: &'a ShownBy) -> View<'a> {
        let timeline = &draft.timeline;
        let speakers = timeline.speakers.iter().zip(timeline.speaking_times());
        let unspoken = timeline.segments.iter().filter(|segment| segment.span.is_none());
        let Demands { bilibili, youtube, .. } = &by.demands;
        let site = |name, file: &str, site: &Site| SiteView {
            name,
            taken: taken(timeline, Path::new(file), &by.demands),
            title: site.chapters.title,
        };
        let Style { columns, lines, speed, .. } = by.style;
        View {
            language: timeline.language.code(),
            duration: timeline.duration(),
            media: by.media.as_deref(),
            limits: LimitsView { columns, lines, speed },
            speakers: speakers
                .map(|(speaker, (time, _))| SpeakerView { name: &speaker.name, title: speaker.title.as_deref(), time })
                .collect(),
            chapters: timeline.chapters.iter().map(chapter_view).collect(),
            sites: [
                site("Bilibili", "chapters.bilibili.txt", bilibili),
                site("YouTube", "chapters.youtube.txt", youtube),
            ],
            gaps: timeline
                .gaps
                .iter()
                .map(|Gap { span, kind }| GapView { start: span.start, end: span.end, kind: *kind })
                .collect(),
            unspoken: unspoken
                .map(|segment| UnspokenView { line: segment.source.start.line, text: &segment.text })
                .collect(),
            corrections: timeline.corrections.iter().map(|made| correction_view(made, timeline)).collect(),
            doubts: doubts.iter().map(|doubt| doubt_view(doubt, draft)).collect(),
        }
    }
}

/// How many of the chapters a site's list has room for; a line each.
fn taken(timeline: &Timeline, file: &Path, demands: &Demands) -> Option<usize> {
    let (list, _) = chapters::list(chapters::for_path(file)?, timeline, demands).ok()?;
    Some(list?.lines().count())
}

fn chapter_view(chapter: &Chapter) -> ChapterView<'_> {
    let Chapter { span, title, level, speaker } = chapter;
    ChapterView { start: span.start, end: span.end, title, level: *level, speaker: *speaker }
}

fn correction_view<'a>(made: &'a Correction, timeline: &Timeline) -> CorrectionView<'a> {
    let span = sentence_of(made, timeline).and_then(|sentence| timeline.segments[sentence].span);
    CorrectionView {
        key: key(made),
        line: made.line,
        wrong: &made.wrong,
        right: &made.right,
        tier: made.tier.name(),
        reason: made.why(),
        before: &made.before,
        after: &made.after,
        applied: made.applied,
        decision: made.decision.as_ref(),
        start: span.map(|span| span.start),
        end: span.map(|span| span.end),
    }
}

fn doubt_view<'a>(doubt: &'a Doubt, draft: &Draft) -> DoubtView<'a> {
    let Doubt { key, kind, span, about, correction, .. } = doubt;
    let open = doubt.is_open(draft);
    DoubtView { key, kind: *kind, start: span.start, end: span.end, about, correction: *correction, open }
}

/// The cues with the confidence of their words.
fn cue_views(draft: &Draft) -> Vec<CueView<'_>> {
    let letters = Letters::of(draft);
    let view = |(number, cue)| cue_view(cue, &sure(draft, letters.of_cue(number)));
    draft.cues().iter().enumerate().map(view).collect()
}

/// The letters of a cue that belong to words: line, character, how sure the word's time is.
fn sure(draft: &Draft, letters: &[Letter]) -> Vec<(usize, usize, f32)> {
    let sure = |letter: &Letter| Some((letter.line, letter.at, word_at(draft, letter.of?)?.probability));
    letters.iter().filter_map(sure).collect()
}

fn cue_view<'a>(cue: &'a SettledCue, sure: &[(usize, usize, f32)]) -> CueView<'a> {
    let mut weak = Vec::<(usize, usize, usize)>::new();
    for &(line, at, _) in sure.iter().filter(|(.., probability)| *probability < UNCERTAIN) {
        match weak.last_mut().filter(|last| last.0 == line && last.2 == at) {
            Some(last) => last.2 = at + 1,
            None => weak.push((line, at, at + 1)),
        }
    }
    let sum: f32 = sure.iter().map(|(.., probability)| probability).sum();
    let confidence = (!sure.is_empty()).then(|| sum / sure.len() as f32);
    CueView { start: cue.span.start, end: cue.span.end, lines: &cue.lines, speaker: cue.speaker, confidence, weak }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::fixtures::draft;

    fn by() -> ShownBy {
        ShownBy { style: Style::bilibili(), demands: Demands::default(), media: None }
    }

    #[test]
    fn words_that_are_not_sure_are_marked() {
        let mut draft = draft(&["听，见声音"], &["听 见|声音"]);
        let words = &mut draft.timeline.segments[0].words;
        words.iter_mut().zip([1.0, 0.2, 0.4, 0.8]).for_each(|(word, probability)| word.probability = probability);
        let views = cue_views(&draft);
        assert_eq!(views[0].weak, [(0, 2, 3), (1, 0, 1)]);
        assert!((views[0].confidence.unwrap() - 0.6).abs() < 1e-6);
    }

    #[test]
    fn what_changes_is_told_to_whoever_saw_it_before() {
        let old = draft(&["听见声音", "大家好"], &["听见", "声音", "大家好"]);
        let mut shown = Shown::of(&old, 7, &by());
        let mut new = old.clone();
        new.cues_mut()[1].lines[0].push('！');
        shown.follow(&new, &by());
        let patches = shown.after(7).unwrap();
        let cues = patches[0].cues.as_ref().unwrap();
        assert_eq!((cues.at, cues.removed, &cues.added[0]["lines"][0]), (1, 1, &Value::from("声音！")));
        assert!(!patches[0].parts.contains_key("chapters"));
        assert_eq!(shown.after(8), Some(vec![]));
        assert_eq!((shown.after(6), shown.after(9)), (None, None));
        // Who has slept through too much has to look at all of it.
        (0..KEPT).for_each(|_| shown.follow(&new, &by()));
        assert_eq!(shown.after(7), None);
        assert_eq!(shown.after(8).unwrap().len(), KEPT);
    }
}
