//! Who has the floor: walks through the formulas heard and lays out turns and announcements.
//!
//! The host holds the floor until an introduction ends; the guest then holds it until the host is heard again: by
//! thanks that mean this guest or praise the talk, by a new introduction, or by the next part of the event. What a
//! guest says in between, quotes and thanks included, changes nothing.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::grammar::{self, Heard, Says};
use super::lead;
use super::names::{self, Named, pattern};
use super::panel::{self, Said};
use super::parts;
use super::people::People;
use super::{Hold, Kind};

/// A place between two characters: sentence and byte.
pub(super) type Spot = (usize, usize);

/// Someone who was heard of; without a name, someone whose name was not heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Person {
    pub name: Option<String>,
    pub office: Option<String>,
}

/// An announcement, its speaker an index into [`Stage::people`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub at: Spot,
    pub kind: Kind,
    pub person: Option<usize>,
    pub title: Option<String>,
}

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Stage {
    pub people: Vec<Person>,
    /// Where somebody takes the floor, in order, and how; the first at the very beginning.
    pub borders: Vec<(Spot, usize, Hold)>,
    pub drafts: Vec<Draft>,
}

impl Stage {
    /// Writes everybody the way that the user does. Two who turn out to be one become one.
    pub fn respell(&mut self, people: &People) {
        if let Some(host) = self.people.first_mut().filter(|host| host.name.is_none()) {
            *host = people.host().unwrap_or_default();
        }
        self.people.iter_mut().for_each(|person| people.respell(person));
        let first = |at: usize| {
            let name = &self.people[at].name;
            self.people.iter().position(|person| name.is_some() && person.name == *name).unwrap_or(at)
        };
        let firsts: Vec<usize> = (0..self.people.len()).map(first).collect();
        self.borders.iter_mut().for_each(|(_, person, _)| *person = firsts[*person]);
        self.drafts.iter_mut().filter_map(|draft| draft.person.as_mut()).for_each(|person| *person = firsts[*person]);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Host,
    Guest,
    Panel,
}

/// Sentences at the start of a talk in which thanks go to whoever spoke before, and in which a guest may say a name.
const FIRST_WORDS: usize = 5;
/// Sentences after a guest's last words within which the host is expected.
const AFTER_FAREWELL: usize = 2;

struct Walk<'t> {
    texts: &'t [String],
    stage: Stage,
    mode: Mode,
    host: usize,
    moderator: usize,
    holder: usize,
    since: Spot,
    /// The sentence of the last farewell in this turn.
    farewell: Option<usize>,
    /// Where the host's present words begin to look forward; `None` in the opening.
    lead: Option<usize>,
    /// Where each conversation begins, and who leads it.
    panels: Vec<(Spot, usize)>,
}

/// Walks through the sentences.
pub(super) fn walk(texts: &[String]) -> Stage {
    let stage = Stage { people: vec![Person::default()], borders: vec![((0, 0), 0, Hold::Floor)], drafts: Vec::new() };
    let mut walk = Walk {
        texts,
        stage,
        mode: Mode::Host,
        host: 0,
        moderator: 0,
        holder: 0,
        since: (0, 0),
        farewell: None,
        lead: None,
        panels: Vec::new(),
    };
    for (sentence, text) in texts.iter().enumerate() {
        for heard in grammar::hear(text) {
            walk.take_in(sentence, heard);
        }
    }
    walk.finish()
}

impl Walk<'_> {
    fn take_in(&mut self, sentence: usize, heard: Heard) {
        let start = (sentence, heard.bytes.start);
        if start < self.since && !self.just_passed(sentence) {
            return;
        }
        match heard.says {
            Says::Introduce { who, several, roster, kind, title } => {
                if several && self.host_may_speak(sentence) {
                    roster.into_iter().for_each(|named| _ = self.person(Some(named)));
                }
                self.introduce(sentence, heard.bytes, who, several, kind, title);
            }
            Says::Part { title } if self.host_may_speak(sentence) => self.part(sentence, title),
            Says::Segment { kind, title, moderator } if self.host_may_speak(sentence) || kind == Kind::Ceremony => {
                self.segment(sentence, kind, title, moderator);
            }
            Says::Thank { who, praise } => self.thank(start, &who, praise),
            Says::Farewell if self.mode != Mode::Host => self.farewell = Some(sentence),
            Says::Myself { name, host } => self.myself(start, name, host),
            Says::Close if self.host_may_speak(sentence) => {
                self.return_to_host(sentence);
                let from = self.closing_from(sentence);
                self.announce((from, 0), Kind::Closing, Some(self.host), None);
            }
            _ => {}
        }
    }

    /// Whether the floor was passed just before this sentence, so that these may still be the host's words.
    fn just_passed(&self, sentence: usize) -> bool {
        self.mode == Mode::Guest && self.since.0 >= sentence && self.stage.borders.len() > 1
    }

    fn host_may_speak(&self, sentence: usize) -> bool {
        self.mode == Mode::Host
            || self.just_passed(sentence)
            || self.farewell.is_some_and(|said| sentence - said <= AFTER_FAREWELL)
    }

    fn introduce(
        &mut self,
        sentence: usize,
        bytes: Range<usize>,
        who: Option<Named>,
        several: bool,
        kind: Kind,
        title: Option<String>,
    ) {
        let named =
            who.as_ref().and_then(|who| Some(self.texts[sentence][bytes.clone()].find(&who.name)? + who.name.len()));
        let end = named.map_or(bytes.end, |named| bytes.start + named);
        let full = who.as_ref().is_some_and(|named| named.full);
        let believed = full || several && self.mode == Mode::Guest;
        if !believed && !self.host_may_speak(sentence) {
            return;
        }
        if self.just_passed(sentence) {
            self.again(sentence, end, who, title);
            return;
        }
        let open = self.stage.drafts.last().filter(|draft| {
            matches!(draft.kind, Kind::Panel | Kind::Ceremony) && draft.at.0 + lead::LONGEST > sentence
        });
        if who.is_none() && (open.is_some() || kind == Kind::Ceremony) {
            // The people of a panel or a ceremony announced already come on stage.
            if open.is_some_and(|draft| draft.kind == Kind::Panel) && self.mode == Mode::Host {
                let person = self.moderator;
                self.pass(sentence, end, person, Mode::Panel);
            } else if open.is_none() {
                self.segment(sentence, kind, title, None);
            }
            return;
        }
        self.return_to_host(sentence);
        let from = self.introduced_from(sentence, bytes.start);
        if several {
            self.moderator = self.host;
            self.announce(from, if kind == Kind::Talk { Kind::Panel } else { kind }, None, title);
            self.pass(sentence, end, self.host, Mode::Panel);
            return;
        }
        let person = self.person(who);
        self.announce(from, kind, Some(person), title);
        self.pass(sentence, end, person, Mode::Guest);
    }

    /// The same guest introduced once more before a word was said: in other words, or in the other language.
    fn again(&mut self, sentence: usize, end: usize, who: Option<Named>, title: Option<String>) {
        let guest = self.holder;
        if let (Some(named), None) = (who, &self.stage.people[guest].name) {
            self.stage.people[guest] = Person { name: Some(named.name), office: named.office };
        }
        if let Some(draft) = self.stage.drafts.last_mut() {
            draft.title = draft.title.take().or(title);
        }
        self.stage.borders.pop();
        self.pass(sentence, end, guest, Mode::Guest);
    }

    fn part(&mut self, sentence: usize, title: String) {
        self.return_to_host(sentence);
        let following = &self.texts[sentence + 1..];
        let title = if title.contains(['：', ':']) { title } else { parts::title(title, following) };
        self.announce((sentence, 0), Kind::Part, None, Some(title));
        self.lead = Some(sentence + 1);
    }

    fn segment(&mut self, sentence: usize, kind: Kind, title: Option<String>, moderator: Option<Named>) {
        static CEREMONY: LazyLock<Regex> = LazyLock::new(|| pattern("[^，。！？]{2,40}仪式"));
        let near = self.texts[sentence..].iter().take(3);
        let named = near.clone().find_map(|text| CEREMONY.find(text)).map(|found| found.as_str().to_string());
        if kind == Kind::Ceremony && named.is_none() {
            return;
        }
        self.return_to_host(sentence);
        let person = moderator.map(|named| self.person(Some(named)));
        self.moderator = person.unwrap_or(self.host);
        let title = match kind {
            Kind::Ceremony => title.or(named),
            _ => title.map(|title| with_topic(title, &self.texts[sentence + 1..])),
        };
        self.announce((sentence, 0), kind, person, title);
    }

    fn thank(&mut self, start: Spot, who: &str, praise: bool) {
        let name = self.stage.people[self.holder].name.as_deref();
        let meant = name.is_some_and(|name| names::may_mean(who, name));
        let early = start.0 < self.since.0 + FIRST_WORDS;
        let ours = match self.mode {
            Mode::Host => return,
            Mode::Guest => meant || (praise && !early),
            Mode::Panel => praise && !early && self.texts[start.0].contains("入座"),
        };
        let said = self.farewell.is_some_and(|said| start.0 - said <= AFTER_FAREWELL);
        if ours || (self.mode == Mode::Guest && said && praise) {
            let spot = self.resumes_at(start);
            self.take_floor(spot, self.host, Mode::Host);
            self.lead = Some(start.0 + 1);
        }
    }

    fn myself(&mut self, start: Spot, name: String, host: bool) {
        let greeted = GREETING.is_match(&self.texts[start.0][..start.1])
            || start.0 > 0 && start.1 == 0 && GREETING.is_match(&self.texts[start.0 - 1]);
        let person = &self.stage.people[self.holder];
        match (self.mode, &person.name) {
            (Mode::Host, None) if host || greeted => self.stage.people[self.holder].name = Some(name),
            (Mode::Host, Some(known)) if greeted && !host && !names::alike(known, &name) => {
                self.moderator = self.host;
                self.speak_up(start, name);
            }
            (Mode::Guest, None) if start.0 < self.since.0 + FIRST_WORDS => {
                self.stage.people[self.holder].name = Some(name);
            }
            (Mode::Panel, _) if greeted || host => self.speak_up(start, name),
            _ => {}
        }
    }

    /// Somebody on the panel greets and says a name.
    fn speak_up(&mut self, start: Spot, name: String) {
        let person = self.person(Some(Named { name, office: None, full: true }));
        if person == self.holder {
            return;
        }
        let greeting =
            GREETING.find_iter(&self.texts[start.0][..start.1]).last().map_or(start.1, |found| found.start());
        self.take_floor((start.0, greeting), person, Mode::Panel);
    }

    /// The host speaks from the start of this sentence, if not already; what was passed on just before is taken back.
    fn return_to_host(&mut self, sentence: usize) {
        if self.mode == Mode::Host {
            return;
        }
        self.take_floor((sentence, 0), self.host, Mode::Host);
        self.lead = Some(sentence);
    }

    /// The floor goes to `person` after the introduction that ends at `end` and the applause behind it.
    fn pass(&mut self, sentence: usize, end: usize, person: usize, mode: Mode) {
        let text = &self.texts[sentence];
        if let Some(greeting) = GREETING.find(&text[end..]) {
            return self.take_floor((sentence, end + greeting.start()), person, mode);
        }
        let next = (sentence + 1..self.texts.len()).find(|&i| !is_applause(&self.texts[i]));
        if let Some(next) = next {
            self.take_floor((next, 0), person, mode);
        }
    }

    fn take_floor(&mut self, spot: Spot, person: usize, mode: Mode) {
        if mode == Mode::Panel && self.mode != Mode::Panel {
            self.panels.push((spot, self.moderator));
        }
        (self.mode, self.farewell, self.since) = (mode, None, spot);
        if self.stage.borders.last().is_some_and(|(last, ..)| *last >= spot) && self.stage.borders.len() > 1 {
            self.stage.borders.pop();
        }
        self.holder = person;
        let hold = if mode == Mode::Panel { Hold::Panel } else { Hold::Floor };
        self.stage.borders.push((spot, person, hold));
    }

    /// Where the host's thanks begin: with the words of assent before them, but behind the guest's own farewell.
    fn resumes_at(&self, (sentence, byte): Spot) -> Spot {
        let before = &self.texts[sentence][..byte];
        let ends = |text: &str| text.ends_with(['，', '。', '！', ',', '.', '!', ' ', '、']) || text.is_empty();
        let assent = TRAILING_ASSENT.find(before).filter(|found| ends(&before[..found.start()]));
        let byte = assent.map_or(byte, |found| found.start());
        if byte > 0 || sentence <= self.since.0 + 1 {
            return (sentence, byte);
        }
        let earlier = &self.texts[sentence - 1];
        if ASSENT.is_match(earlier) { (sentence - 1, 0) } else { (sentence, 0) }
    }

    /// Where an introduction begins to look forward: behind the thanks and the look back at the last talk. Where the
    /// same sentence has announced a part already, the sentence is split at the introduction's own clause.
    fn introduced_from(&mut self, sentence: usize, byte: usize) -> Spot {
        if self.stage.drafts.last().is_some_and(|draft| draft.at.0 == sentence) {
            let clause = self.texts[sentence][..byte].rfind(['，', '；', ',', ';']);
            let after = clause.and_then(|at| Some(at + self.texts[sentence][at..].chars().next()?.len_utf8()));
            let spot = (sentence, after.unwrap_or(0));
            self.take_floor(spot, self.host, Mode::Host);
            return spot;
        }
        let Some(lead) = self.lead else { return (sentence, 0) };
        (lead::introduced_from(self.texts, lead, sentence), 0)
    }

    fn closing_from(&self, sentence: usize) -> usize {
        self.lead.map_or(sentence, |lead| lead::closing_from(self.texts, lead, sentence))
    }

    fn announce(&mut self, at: Spot, kind: Kind, person: Option<usize>, title: Option<String>) {
        self.stage.drafts.push(Draft { at, kind, person, title });
        self.lead = Some(at.0 + 1);
    }

    /// The number of this person; known ones are found again under a spelling that sounds the same.
    fn person(&mut self, who: Option<Named>) -> usize {
        let known = |who: &Named| {
            self.stage.people.iter().position(|person| {
                person
                    .name
                    .as_deref()
                    .is_some_and(|name| names::alike(name, &who.name) || !who.full && names::may_mean(&who.name, name))
            })
        };
        if let Some(person) = who.as_ref().and_then(known) {
            if let Some(office) = who.and_then(|who| who.office) {
                self.stage.people[person].office.get_or_insert(office);
            }
            return person;
        }
        let (name, office) = who.map_or((None, None), |who| (Some(who.name), who.office));
        self.stage.people.push(Person { name, office });
        self.stage.people.len() - 1
    }

    /// Lays out who speaks in the conversation that begins at `start`, between those who surely do.
    fn converse(&mut self, start: Spot, moderator: usize) {
        let first = self.stage.borders.partition_point(|(spot, ..)| *spot < start);
        let sure = self.stage.borders[first..].iter().take_while(|(.., hold)| *hold == Hold::Panel).count();
        let end = self.stage.borders.get(first + sure).map_or((self.texts.len(), 0), |(spot, ..)| *spot);
        let sure: Vec<(Spot, usize, Hold)> = self.stage.borders.splice(first..first + sure, []).collect();
        let guests = self.guests(start, moderator, &sure);
        let units = units(self.texts, start..end, &sure);
        let number = |person: usize| {
            if person == moderator { Some(0) } else { guests.iter().position(|&g| g == person).map(|g| g + 1) }
        };
        let said: Vec<Said> = units
            .iter()
            .map(|(spot, text)| {
                let surely = sure.iter().find(|(at, ..)| at == spot).and_then(|(_, person, _)| number(*person));
                Said { text, surely }
            })
            .collect();
        let people = |&person: &usize| panel::Guest::of(&self.stage.people[person]);
        let who = panel::who(&people(&moderator), &guests.iter().map(people).collect::<Vec<_>>(), &said);
        let person = |who: usize| who.checked_sub(1).map_or(moderator, |guest| guests[guest]);
        let hold = |said: &Said| if said.surely.is_some() { Hold::Panel } else { Hold::Likely };
        let mut borders: Vec<(Spot, usize, Hold)> = Vec::new();
        for (((spot, _), said), who) in units.iter().zip(&said).zip(who) {
            if said.surely.is_some() || borders.last().is_none_or(|(_, last, _)| *last != person(who)) {
                borders.push((*spot, person(who), hold(said)));
            }
        }
        self.stage.borders.splice(first..first, borders);
    }

    /// Who is in a conversation besides the moderator: those who say their names in it, in that order, then those whom its
    /// announcement names.
    fn guests(&mut self, start: Spot, moderator: usize, sure: &[(Spot, usize, Hold)]) -> Vec<usize> {
        let announced = self.stage.drafts.iter().rfind(|draft| draft.at <= start).map_or(start.0, |draft| draft.at.0);
        let texts = self.texts;
        let named = texts[announced..start.0.max(announced)].iter().flat_map(|text| grammar::roster(text));
        let named: Vec<usize> = named.map(|named| self.person(Some(named))).collect();
        let mut guests: Vec<usize> = Vec::new();
        for person in sure.iter().map(|(_, person, _)| *person).chain(named) {
            if person != moderator && person != self.host && !guests.contains(&person) {
                guests.push(person);
            }
        }
        guests
    }

    /// Only the last farewell of the host ends the event; only now are all the parts known.
    fn finish(mut self) -> Stage {
        for (start, moderator) in std::mem::take(&mut self.panels) {
            self.converse(start, moderator);
        }
        self.stage.drafts.sort_by_key(|draft| draft.at);
        let last = self.stage.drafts.len().saturating_sub(1);
        let mut at = 0;
        self.stage.drafts.retain(|draft| {
            at += 1;
            draft.kind != Kind::Closing || at - 1 == last
        });
        let parts = self.stage.drafts.iter_mut().filter(|draft| draft.kind == Kind::Part);
        parts::number_alike(parts.filter_map(|draft| draft.title.as_mut()));
        if let ([(.., hold)], None) = (&mut self.stage.borders[..], &self.stage.people[self.host].name) {
            *hold = Hold::Unknown;
        }
        self.stage
    }
}

/// The sentences from one spot to another, split where somebody surely begins.
fn units<'t>(texts: &'t [String], range: Range<Spot>, sure: &[(Spot, usize, Hold)]) -> Vec<(Spot, &'t str)> {
    let mut units = Vec::new();
    for (sentence, text) in texts.iter().enumerate().take(range.end.0 + 1).skip(range.start.0) {
        let from = if sentence == range.start.0 { range.start.1 } else { 0 };
        let to = if sentence == range.end.0 { range.end.1 } else { text.len() };
        let cuts =
            sure.iter().map(|(spot, ..)| *spot).filter(|(at, byte)| *at == sentence && *byte > from && *byte < to);
        let starts: Vec<usize> = [from].into_iter().chain(cuts.map(|(_, byte)| byte)).collect();
        for (at, &start) in starts.iter().enumerate() {
            let end = starts.get(at + 1).copied().unwrap_or(to);
            if let Some(text) = text.get(start..end).filter(|text| !text.is_empty()) {
                units.push(((sentence, start), text));
            }
        }
    }
    units
}

/// How a speech begins.
static GREETING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "(?:各位|大家|朋友们|老师们|同学们|你们|听众)[^，。！？]{0,8}?好[啊呀呃]*(?:[，。！、,.!\\s我]|$)",
        "|(?:早上|上午|中午|下午|晚上)好|尊敬的|(?i:good (?:morning|afternoon|evening)|\\bhello\\b|\\bhi\\b)"
    ))
});

/// Words of assent and thanks that stand before a host's thanks.
static TRAILING_ASSENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern("(?:(?:好的?|嗯|行|谢谢|非常|再次|再一次|好啊|OK|(?i:okay|all right|great|wonderful))[，、,！!\\s]*)+$")
});

/// A sentence of nothing but assent.
static ASSENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern("^(?:好的?|嗯|行|OK|(?i:okay|all right|great|wonderful))[，,]*(?:(?:好的?|谢谢)[，,]*)*[。.！!\\s]*$")
});

/// Whether a sentence after an introduction only calls for applause.
fn is_applause(text: &str) -> bool {
    static CALLS: LazyLock<Regex> = LazyLock::new(|| {
        pattern("^[^。！？]{0,8}(?:掌声|有请|欢迎|大屏幕)[^。！？]{0,6}[。！？\\s]*$|(?i:please welcome[\\s.!。！]*$)")
    });
    CALLS.is_match(text) || !text.chars().any(char::is_alphanumeric)
}

/// A conversation's title with its topic, where one of the next two sentences says it.
fn with_topic(title: String, following: &[String]) -> String {
    let topic =
        following.iter().take(2).filter(|_| !title.contains(['：', ':'])).find_map(|text| grammar::topic_in(text));
    topic.map_or(title.clone(), |topic| grammar::under(&title, &topic))
}
