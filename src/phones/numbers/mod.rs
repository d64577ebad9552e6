//! Numbers: their parts, and the words they are read out with.

mod chinese;
mod english;
mod units;

use crate::timeline::Language;

use super::is_han;

pub use chinese::cardinal as chinese_cardinal;
pub(super) use units::Unit;
use units::{CURRENCIES, Currency};

/// A number with all that is written to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Number {
    lead: Lead,
    currency: Option<&'static Currency>,
    /// The digits before the decimal point, without separators.
    whole: String,
    /// Whether separators stood between the thousands: then it is no year and no telephone number.
    grouped: bool,
    /// The digits after the decimal point; empty where there is none.
    fraction: String,
    tail: Tail,
}

/// What stands before the digits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Lead {
    #[default]
    Nothing,
    Minus,
    Plus,
    /// A dash after another number: "to".
    Range,
}

/// What stands after the digits.
#[derive(Clone, Debug, Default, PartialEq)]
enum Tail {
    #[default]
    Nothing,
    Percent,
    Permille,
    /// Minutes, and seconds if there are any, each of two digits.
    Clock(Vec<String>),
    /// What it is divided by.
    Over(String),
    Unit(&'static Unit),
    /// The ending of an English ordinal (1st, 22nd).
    Ordinal,
}

impl Number {
    /// The number that starts at a character, and where it ends. A sign or a currency counts at the `start` of a word
    /// only.
    pub(super) fn at(text: &[char], at: usize, start: bool) -> Option<(Number, usize)> {
        let mut number = Number::default();
        let mut end = at;
        if start {
            (number.lead, end) = lead(text, at);
            number.currency = text.get(end).and_then(|symbol| CURRENCIES.iter().find(|known| known.symbol == *symbol));
            end += usize::from(number.currency.is_some());
        }
        (number.whole, number.grouped, end) = whole(text, end)?;
        (number.fraction, end) = fraction(text, end);
        (number.tail, end) = number.tail(text, end);
        Some((number, end))
    }

    /// Whether nothing more can be glued to it: `50%` ends a word, `4` may go on (`4o`).
    pub(super) fn is_closed(&self) -> bool {
        self.tail != Tail::Nothing || self.currency.is_some()
    }

    /// What it is read out as in a language, the likeliest first. `next` is the character after it.
    pub(super) fn wordings(&self, language: Language, next: Option<char>) -> Vec<String> {
        match language {
            Language::Chinese => chinese::wordings(self, next),
            Language::English => english::wordings(self),
        }
    }

    fn tail(&self, text: &[char], at: usize) -> (Tail, usize) {
        if let Some(more) = clock(text, at).filter(|_| self.whole.len() <= 2 && self.fraction.is_empty()) {
            return (Tail::Clock(more.clone()), at + 3 * more.len());
        }
        if let Some(divisor) = divisor(text, at).filter(|_| self.whole.len() <= 3 && self.fraction.is_empty()) {
            let length = divisor.len();
            return (Tail::Over(divisor), at + 1 + length);
        }
        match text.get(at) {
            Some('%') => (Tail::Percent, at + 1),
            Some('‰') => (Tail::Permille, at + 1),
            _ if is_ordinal_ending(text, at) => (Tail::Ordinal, at + 2),
            _ => Unit::at(text, at).map_or((Tail::Nothing, at), |(unit, end)| (Tail::Unit(unit), end)),
        }
    }
}

fn is_digit(text: &[char], at: usize) -> bool {
    text.get(at).is_some_and(char::is_ascii_digit)
}

fn digits(text: &[char], at: usize) -> String {
    text[at.min(text.len())..].iter().take_while(|character| character.is_ascii_digit()).collect()
}

/// A sign that belongs to the number after it, and where the number goes on.
fn lead(text: &[char], at: usize) -> (Lead, usize) {
    let before = at.checked_sub(1).map(|before| text[before]);
    let after_number = before.is_some_and(|before| before.is_ascii_digit() || before == '%');
    let after_word = before.is_some_and(|before| before.is_alphanumeric() && !is_han(before));
    let amount_follows = is_digit(text, at + 1) || (is_currency(text, at + 1) && is_digit(text, at + 2));
    match text.get(at) {
        Some('-' | '~') if amount_follows && after_number => (Lead::Range, at + 1),
        Some('-') if amount_follows && !after_word => (Lead::Minus, at + 1),
        Some('+') if amount_follows && !after_word => (Lead::Plus, at + 1),
        _ => (Lead::Nothing, at),
    }
}

fn is_currency(text: &[char], at: usize) -> bool {
    text.get(at).is_some_and(|symbol| CURRENCIES.iter().any(|currency| currency.symbol == *symbol))
}

/// The whole part, whether it was grouped in thousands, and where it ends.
fn whole(text: &[char], at: usize) -> Option<(String, bool, usize)> {
    let mut whole = digits(text, at);
    let mut end = at + whole.len();
    if whole.is_empty() {
        return None;
    }
    let mut grouped = false;
    while whole.len() <= 15 && (grouped || whole.len() <= 3) && text.get(end) == Some(&',') {
        let group: String = digits(&text[..text.len().min(end + 5)], end + 1);
        if group.len() != 3 {
            break;
        }
        whole.push_str(&group);
        end += 4;
        grouped = true;
    }
    Some((whole, grouped, end))
}

fn fraction(text: &[char], at: usize) -> (String, usize) {
    if text.get(at) != Some(&'.') {
        return (String::new(), at);
    }
    let fraction = digits(text, at + 1);
    let end = if fraction.is_empty() { at } else { at + 1 + fraction.len() };
    (fraction, end)
}

/// Minutes and seconds after the hour: `:30`, `:30:15`.
fn clock(text: &[char], at: usize) -> Option<Vec<String>> {
    let pair = |at: usize| {
        let two =
            text.get(at) == Some(&':') && is_digit(text, at + 1) && is_digit(text, at + 2) && !is_digit(text, at + 3);
        two.then(|| text[at + 1..at + 3].iter().collect::<String>())
    };
    let minutes = pair(at)?;
    Some([Some(minutes), pair(at + 3)].into_iter().flatten().collect())
}

/// What a slash divides by, unless it is a date of three parts.
fn divisor(text: &[char], at: usize) -> Option<String> {
    let divisor = (text.get(at) == Some(&'/')).then(|| digits(text, at + 1))?;
    let date =
        text.get(at + 1 + divisor.len()) == Some(&'/') || (at > 2 && text[..at].iter().rev().nth(2) == Some(&'/'));
    (!divisor.is_empty() && divisor.len() <= 3 && !date).then_some(divisor)
}

fn is_ordinal_ending(text: &[char], at: usize) -> bool {
    let Some([a, b]) = text.get(at..at + 2) else { return false };
    matches!((a, b), ('s', 't') | ('n', 'd') | ('r', 'd') | ('t', 'h'))
        && !text.get(at + 2).is_some_and(char::is_ascii_alphanumeric)
}
