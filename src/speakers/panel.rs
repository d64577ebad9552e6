//! Who speaks when in a conversation, by the words alone: whoever leads it asks, calls on people and cuts in; the others
//! answer at length, often in their order.
//!
//! A hidden Markov model over the sentences. Its states are: the moderator speaks, after this or that guest; or a guest
//! does. What a sentence says makes states more or less likely, and so does who was called on. Without a call the next in
//! the order of first words is likelier than others, because rounds are common.

use std::sync::LazyLock;

use regex::Regex;

use super::floor::Person;
use super::names::pattern;

/// Somebody in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guest {
    /// The name, where it is known.
    pub name: Option<String>,
    /// The first word of office or institution, by which people are called on and speak of themselves.
    pub house: Option<String>,
}

/// A sentence of a conversation, or what is left of it where somebody surely begins inside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'t> {
    pub text: &'t str,
    /// Who surely speaks, having said a name: the moderator is 0, the guests count from 1.
    pub surely: Option<usize>,
}

/// How likely a guest speaks on after a sentence, and how likely another guest speaks next, unasked.
const GUEST_GOES_ON: f64 = 0.9;
const GUEST_TO_GUEST: f64 = 0.04;
/// How likely the moderator speaks on after a sentence.
const MODERATOR_GOES_ON: f64 = 0.5;
/// Who is likely to answer after the moderator: who was called on, else the next in order, else whoever spoke before.
const CALLED: f64 = 0.9;
const NEXT_IN_ORDER: f64 = 0.5;
const SAME_AGAIN: f64 = 0.35;
/// A call is heard for so many sentences: a question has more than one.
const CALL_LASTS: usize = 3;

/// How much likelier a sentence is the moderator's than a guest's, in nats, for each kind of words in it.
const QUESTION: f64 = 1.0;
const ADDRESSES: f64 = 0.7;
const ACKNOWLEDGES: f64 = 1.5;
const CALLS: f64 = 3.0;
const OPINION: f64 = -1.6;
/// The same of a sentence that has nothing of it: guests speak more.
const PLAIN: f64 = -0.6;
/// Whoever says a name in a third person's way is not that person; whoever says "we at …" is of that house.
const NAMES_ANOTHER: f64 = -3.0;
const OWN_HOUSE: f64 = 2.0;
/// Against everybody else, where somebody says who they are.
const SURELY: f64 = -20.0;

/// Who most probably says each sentence: the moderator is 0, the guests count from 1, in the order in which they are likely
/// to be asked.
pub(super) fn who(moderator: &Guest, guests: &[Guest], said: &[Said]) -> Vec<usize> {
    let first = decode(moderator, guests, said);
    // Whoever was announced may be asked in another order: the one in which they turn out to speak.
    let speaks_first =
        |guest: &usize| first.iter().position(|who| who.checked_sub(1) == Some(*guest)).unwrap_or(said.len());
    let mut order: Vec<usize> = (0..guests.len()).collect();
    order.sort_by_key(speaks_first);
    if order.is_sorted() {
        return first;
    }
    let place = |guest: usize| order.iter().position(|&at| at == guest - 1).map_or(0, |at| at + 1);
    let guests: Vec<Guest> = order.iter().map(|&guest| guests[guest].clone()).collect();
    let said: Vec<Said> = said
        .iter()
        .map(|said| Said { surely: said.surely.map(|who| if who == 0 { 0 } else { place(who) }), ..*said })
        .collect();
    let again = decode(moderator, &guests, &said).into_iter();
    again.map(|who| if who == 0 { 0 } else { order[who - 1] + 1 }).collect()
}

fn decode(moderator: &Guest, guests: &[Guest], said: &[Said]) -> Vec<usize> {
    let states = State::all(guests.len());
    let calls = calls(guests, said);
    let likely: Vec<Vec<f64>> = said
        .iter()
        .map(|said| fits(moderator, guests, said))
        .map(|fits| states.iter().map(|state| fits[state.speaker()].exp()).collect())
        .collect();
    let step = |from: State, to: State, at: usize| step(from, to, guests.len(), calls[at]);
    let before = forward(&states, &likely, step);
    let after = backward(&states, &likely, step);
    let most_likely = |(before, after): (&Vec<f64>, &Vec<f64>)| {
        let mut shares = vec![0.0; guests.len() + 1];
        let both = before.iter().zip(after).map(|(before, after)| before * after);
        states.iter().zip(both).for_each(|(state, share)| shares[state.speaker()] += share);
        (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap_or(0)
    };
    before.iter().zip(&after).map(most_likely).collect()
}

/// How likely each state is by a sentence and those before it; the moderator begins, mostly.
fn forward(states: &[State], likely: &[Vec<f64>], step: impl Fn(State, State, usize) -> f64) -> Vec<Vec<f64>> {
    const ANYBODY_BEGINS: f64 = 1e-3;
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(likely.len());
    for (at, likely) in likely.iter().enumerate() {
        let arrive = |to: State| match rows.last() {
            Some(before) => states.iter().zip(before).map(|(from, p)| p * step(*from, to, at)).sum(),
            None if to == (State::Moderator { after: None }) => 1.0,
            None => ANYBODY_BEGINS,
        };
        rows.push(normal(states.iter().zip(likely).map(|(to, likely)| arrive(*to) * likely).collect()));
    }
    rows
}

/// How likely the sentences after each are, by the state that it is in.
fn backward(states: &[State], likely: &[Vec<f64>], step: impl Fn(State, State, usize) -> f64) -> Vec<Vec<f64>> {
    let mut rows = vec![vec![1.0; states.len()]; likely.len()];
    for at in (1..likely.len()).rev() {
        let next: Vec<f64> = rows[at].iter().zip(&likely[at]).map(|(after, likely)| after * likely).collect();
        let leave = |from: &State| states.iter().zip(&next).map(|(to, p)| p * step(*from, *to, at)).sum();
        rows[at - 1] = normal(states.iter().map(leave).collect());
    }
    rows
}

/// Who speaks, and before a moderator's words, whom they follow; guests count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Moderator { after: Option<usize> },
    Guest(usize),
}

impl State {
    fn all(guests: usize) -> Vec<State> {
        let moderator = (0..guests).map(Some).chain([None]).map(|after| State::Moderator { after });
        moderator.chain((0..guests).map(State::Guest)).collect()
    }

    fn speaker(self) -> usize {
        match self {
            State::Moderator { .. } => 0,
            State::Guest(guest) => guest + 1,
        }
    }
}

/// How likely one state follows another, where `called` was called on.
fn step(from: State, to: State, guests: usize, called: Option<usize>) -> f64 {
    let others = guests.saturating_sub(1).max(1) as f64;
    match (from, to) {
        (State::Moderator { after }, State::Moderator { after: still }) if after == still => MODERATOR_GOES_ON,
        (State::Moderator { after }, State::Guest(next)) => {
            (1.0 - MODERATOR_GOES_ON) * answers(after, next, guests, called)
        }
        (State::Guest(guest), State::Moderator { after: Some(after) }) if guest == after => {
            1.0 - GUEST_GOES_ON - GUEST_TO_GUEST
        }
        (State::Guest(one), State::Guest(other)) if one == other => GUEST_GOES_ON,
        (State::Guest(_), State::Guest(_)) => GUEST_TO_GUEST / others,
        _ => 0.0,
    }
}

/// How likely `next` answers the moderator, who spoke after `last`.
fn answers(last: Option<usize>, next: usize, guests: usize, called: Option<usize>) -> f64 {
    let guests_left = |taken: usize| guests.saturating_sub(taken).max(1) as f64;
    if let Some(called) = called {
        return if called == next { CALLED } else { (1.0 - CALLED) / guests_left(1) };
    }
    let order = last.map_or(0, |last| (last + 1) % guests);
    match last {
        _ if next == order => NEXT_IN_ORDER,
        Some(last) if next == last => SAME_AGAIN,
        _ => (1.0 - NEXT_IN_ORDER - SAME_AGAIN) / guests_left(2),
    }
}

/// Who was last called on before each sentence, not too long ago.
fn calls(guests: &[Guest], said: &[Said]) -> Vec<Option<usize>> {
    let mut last: Option<(usize, usize)> = None;
    let mut calls = Vec::with_capacity(said.len());
    for (at, said) in said.iter().enumerate() {
        calls.push(last.filter(|(_, since)| at - since <= CALL_LASTS).map(|(guest, _)| guest));
        if let Some(guest) = guests.iter().position(|guest| guest.is_called(said.text)) {
            last = Some((guest, at));
        } else if said.surely.is_some() {
            last = None;
        }
    }
    calls
}

/// How well a sentence fits each speaker, in nats: the moderator, then the guests.
fn fits(moderator: &Guest, guests: &[Guest], said: &Said) -> Vec<f64> {
    let everybody = std::iter::once(moderator).chain(guests);
    if let Some(sure) = said.surely {
        return everybody.enumerate().map(|(at, _)| if at == sure { 0.0 } else { SURELY }).collect();
    }
    let lead = leads(said.text) + if guests.iter().any(|guest| guest.is_called(said.text)) { CALLS } else { 0.0 };
    let fit = |(at, person): (usize, &Guest)| {
        let lead = if at == 0 { lead } else { 0.0 };
        let named = if person.is_mentioned(said.text) { NAMES_ANOTHER } else { 0.0 };
        let own = if person.is_own_house(said.text) { OWN_HOUSE } else { 0.0 };
        lead + named + own
    };
    everybody.enumerate().map(fit).collect()
}

/// How much likelier a sentence is said by whoever leads the conversation, in nats.
fn leads(text: &str) -> f64 {
    static CUES: LazyLock<[(Regex, f64); 4]> = LazyLock::new(|| {
        [
            (
                pattern(
                    "[？?]|[吗嘛呢][，。\\s]*$|什么|怎么|怎样|哪[个些里]|能不能|是不是|(?i:\\b(?:what|how|why|who|which)\\b)",
                ),
                QUESTION,
            ),
            (pattern("[你您]们?|咱们|(?i:\\b(?:you|your)\\b)"), ADDRESSES),
            (
                pattern("^(?:[嗯呃啊，,。\\s]*)(?:好|OK|行|谢谢|(?i:okay|thank|right|great))|谢谢|最后一个问题"),
                ACKNOWLEDGES,
            ),
            (
                pattern(
                    "我(?:个人)?(?:也|还是|们|就)?(?:觉得|认为|同意|的观点|分享|想说|补充)|(?i:\\bi (?:think|believe|agree|feel|would say)\\b)",
                ),
                OPINION,
            ),
        ]
    });
    let found: Vec<f64> = CUES.iter().filter(|(sounds, _)| sounds.is_match(text)).map(|(_, weight)| *weight).collect();
    if found.is_empty() { PLAIN } else { found.iter().sum() }
}

impl Guest {
    /// What is known of a person.
    pub fn of(person: &Person) -> Guest {
        Guest { name: person.name.clone(), house: person.office.as_deref().and_then(house) }
    }

    /// Whether a clause calls on this guest: it begins with the name and asks, or there is nothing else in it.
    fn is_called(&self, text: &str) -> bool {
        static CLAUSE: LazyLock<Regex> =
            LazyLock::new(|| pattern("[，。！？；,.!?;]|[呃嗯啊]+|下面|接下来|请|问一下|问问|问|那么?|这个"));
        static ASKS: LazyLock<Regex> =
            LazyLock::new(|| pattern("怎么|你|您|吗|吧|嘛|什么|呢|比如|谈谈|说说|讲讲|认为|觉得|(?i:you|your)"));
        static LEAD: LazyLock<Regex> =
            LazyLock::new(|| pattern("^(?:好的?|那么?|先|来|咱们|我们|(?i:so|and|well)|\\s)+"));
        CLAUSE.split(text).any(|clause| {
            let clause = LEAD.replace(clause, "");
            let rest =
                self.after_name(&clause).or_else(|| self.house.as_deref().and_then(|house| clause.strip_prefix(house)));
            rest.is_some_and(|rest| {
                rest.trim().is_empty()
                    || (ASKS.is_match(rest) || ASKS.is_match(text)) && !rest.starts_with(['和', '跟', '与', '、'])
            })
        })
    }

    /// What follows the name at the start of a clause.
    fn after_name<'c>(&self, clause: &'c str) -> Option<&'c str> {
        let name = self.name.as_deref()?;
        if let Some(rest) = clause.strip_prefix(name) {
            return Some(rest);
        }
        if name.is_ascii() {
            let word = clause.split(' ').next()?;
            let known = name.split(' ').any(|part| part.len() > 2 && part == word);
            return known.then(|| &clause[word.len()..]);
        }
        let surname: String = name.chars().take(1).collect();
        TITLES.iter().find_map(|title| clause.strip_prefix(&format!("{surname}{title}")))
    }

    /// Whether the sentence speaks of this person as of somebody else.
    fn is_mentioned(&self, text: &str) -> bool {
        let Some(name) = self.name.as_deref() else { return false };
        let surname: String = name.chars().take(1).collect();
        let titled = !name.is_ascii() && TITLES.iter().any(|title| text.contains(&format!("{surname}{title}")));
        titled || text.contains(name) && !text.contains(&format!("我是{name}"))
    }

    /// Whether somebody of this person's house speaks of it as theirs.
    fn is_own_house(&self, text: &str) -> bool {
        let own = |house: &str| {
            ["我们", "我在", "来自", "来自于", "咱们"].iter().any(|we| text.contains(&format!("{we}{house}")))
        };
        self.house.as_deref().is_some_and(own)
    }
}

/// How people are called by their surname.
const TITLES: [&str; 8] = ["总", "老师", "教授", "博士", "院长", "主任", "先生", "女士"];

/// The first word of an office: the house that somebody is of.
fn house(office: &str) -> Option<String> {
    static ENDS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            "^(.{2,6}?)(?:股份|集团|公司|科技|大学|研究院|研究所|研究中心|学院|学会|协会|报社|书店|医院|银行|智能|AI|副|首席|创始|联合|董事|总|[，、])",
        )
    });
    Some(ENDS.captures(office)?[1].to_string())
}

fn normal(mut row: Vec<f64>) -> Vec<f64> {
    let sum: f64 = row.iter().sum();
    row.iter_mut().for_each(|value| *value /= sum.max(f64::MIN_POSITIVE));
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(name: &str, house: &str) -> Guest {
        Guest { name: Some(name.into()), house: Some(house.into()) }
    }

    fn order(said: &[&str]) -> Vec<usize> {
        let guests = [guest("骆宾", "南溪"), guest("许知远", "梧桐"), guest("陶然", "晨光")];
        let said: Vec<Said> = said.iter().map(|text| Said { text, surely: None }).collect();
        who(&guest("谭青", "晨报"), &guests, &said)
    }

    #[test]
    fn whoever_is_called_answers() {
        let said = [
            "许老师，您觉得小城还需要书店吗？",
            "我觉得需要。",
            "而且不止一家。",
            "好，骆老师呢？",
            "我同意，书店是灯。",
        ];
        assert_eq!(order(&said), [0, 2, 2, 0, 1]);
    }

    #[test]
    fn without_a_call_it_goes_round() {
        let said = [
            "第一个问题，你们怎么看电子书，骆老师先来？",
            "我觉得它是好事。",
            "它轻。",
            "好，谢谢骆老师，下一位您怎么看？",
            "我认为它少了纸的味道。",
        ];
        assert_eq!(order(&said), [0, 1, 1, 0, 2]);
    }

    #[test]
    fn somebody_who_is_named_is_not_the_one_who_names() {
        let said = ["骆老师，您先来，怎么看？", "我觉得是灯。", "我同意骆老师的看法。", "书店是灯。"];
        assert_ne!(order(&said)[2], 1);
    }

    #[test]
    fn a_house_is_the_first_word_of_an_office() {
        for (office, house) in [("蓝桉科技副总裁", "蓝桉"), ("云雀公司董事长", "云雀"), ("南江大学教授", "南江")]
        {
            assert_eq!(self::house(office).as_deref(), Some(house));
        }
    }
}
