//! Numbers in English.

use super::{Lead, Number, Tail};

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const POWERS: [(u64, &str); 4] =
    [(1_000_000_000_000, "trillion"), (1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand")];

/// Longer numbers are read digit by digit.
const LONGEST_CARDINAL: usize = 15;

/// What a number is read out as, the likeliest first.
pub(super) fn wordings(number: &Number) -> Vec<String> {
    let amounts = amounts(number);
    let one = number.whole == "1" && number.fraction.is_empty();
    let after = |word: &str| amounts.iter().map(|amount| format!("{amount} {word}")).collect();
    let counted = |names: (&str, &str)| after(if one { names.0 } else { names.1 });
    let wordings: Vec<String> = match (&number.tail, number.currency) {
        (Tail::Percent, _) => after("percent"),
        (Tail::Permille, _) => after("per mille"),
        (Tail::Clock(more), _) => clock(&number.whole, more),
        (Tail::Over(divisor), _) => divided(&number.whole, divisor),
        (Tail::Unit(unit), _) => counted(unit.english),
        (Tail::Ordinal, _) => vec![ordinal(&cardinal(&number.whole))],
        (Tail::Nothing, Some(currency)) => counted(currency.english),
        (Tail::Nothing, None) => amounts,
    };
    let leads: &[&str] = match number.lead {
        Lead::Nothing => &[""],
        Lead::Minus => &["minus ", "negative ", ""],
        Lead::Plus => &["plus ", ""],
        Lead::Range => &["to ", "", "dash "],
    };
    wordings.iter().flat_map(|wording| leads.iter().map(move |lead| format!("{lead}{wording}"))).collect()
}

/// The readings of the digits alone.
fn amounts(number: &Number) -> Vec<String> {
    let whole = number.whole.as_str();
    if !number.fraction.is_empty() {
        let fraction = by_digit(&number.fraction);
        return vec![
            format!("{} point {fraction}", cardinal(whole)),
            format!("{} point {}", cardinal(whole), cardinal(&number.fraction)),
        ];
    }
    let mut readings = Vec::new();
    if !number.grouped {
        readings.extend(year(whole));
        readings.extend((whole.len() > 1 && whole.starts_with('0')).then(|| by_digit(whole)));
    }
    let plain = cardinal(whole);
    readings.extend(plain.contains("hundred ").then(|| plain.replace("hundred ", "hundred and ")));
    readings.push(plain);
    if !number.grouped && whole.len() >= 3 {
        readings.push(by_digit(whole));
    }
    readings
}

/// Digit by digit; the zero is mostly said as the letter.
fn by_digit(digits: &str) -> String {
    let name = |digit: u8| if digit == b'0' { "oh" } else { SMALL[usize::from(digit - b'0')] };
    digits.bytes().filter(u8::is_ascii_digit).map(name).collect::<Vec<_>>().join(" ")
}

fn cardinal(digits: &str) -> String {
    match digits.parse::<u64>() {
        Ok(value) if digits.len() <= LONGEST_CARDINAL => spell(value),
        _ => by_digit(digits),
    }
}

fn spell(value: u64) -> String {
    let join = |high: String, low: u64| if low == 0 { high } else { format!("{high} {}", spell(low)) };
    if let Some((power, name)) = POWERS.into_iter().find(|(power, _)| value >= *power) {
        return join(format!("{} {name}", spell(value / power)), value % power);
    }
    match value {
        0..20 => SMALL[value as usize].to_string(),
        20..100 => join(TENS[(value / 10) as usize].to_string(), value % 10),
        _ => join(format!("{} hundred", SMALL[(value / 100 % 10) as usize]), value % 100),
    }
}

/// Two and two digits of a year (nineteen oh five, twenty twenty-four); none for what is no year or is said in full.
fn year(digits: &str) -> Option<String> {
    let value = digits.parse::<u64>().ok().filter(|value| digits.len() == 4 && (1100..2100).contains(value))?;
    let (century, rest) = (value / 100, value % 100);
    match (century, rest) {
        (20, 0..10) => None,
        (_, 0) => Some(format!("{} hundred", spell(century))),
        (_, 1..10) => Some(format!("{} oh {}", spell(century), spell(rest))),
        _ => Some(format!("{} {}", spell(century), spell(rest))),
    }
}

/// The ordinal of a cardinal: its last word changes.
fn ordinal(cardinal: &str) -> String {
    let (before, last) = cardinal.rsplit_once(' ').map_or(("", cardinal), |(before, last)| (before, last));
    let changed = match last {
        "one" => "first".to_string(),
        "two" => "second".to_string(),
        "three" => "third".to_string(),
        "five" => "fifth".to_string(),
        "eight" => "eighth".to_string(),
        "nine" => "ninth".to_string(),
        "twelve" => "twelfth".to_string(),
        _ => last.strip_suffix('y').map_or(format!("{last}th"), |stem| format!("{stem}ieth")),
    };
    format!("{before} {changed}").trim_start().to_string()
}

/// The time of day.
fn clock(hours: &str, more: &[String]) -> Vec<String> {
    let hour = cardinal(hours);
    let minutes = more.first().map_or("", String::as_str);
    let named = match minutes.strip_prefix('0') {
        Some("0") => String::new(),
        Some(digit) => format!(" oh {}", cardinal(digit)),
        None => format!(" {}", cardinal(minutes)),
    };
    if let Some(seconds) = more.get(1) {
        return vec![
            format!("{hour}{named} and {} seconds", cardinal(seconds)),
            format!("{hour}{named} {}", cardinal(seconds)),
        ];
    }
    if named.is_empty() {
        return vec![format!("{hour} o'clock"), hour.clone(), format!("{hour} hundred")];
    }
    vec![format!("{hour}{named}"), format!("{hour} to {}", cardinal(minutes))]
}

/// A fraction, or two numbers side by side.
fn divided(amount: &str, divisor: &str) -> Vec<String> {
    let part = match divisor {
        "2" => "half".to_string(),
        "4" => "quarter".to_string(),
        _ => ordinal(&cardinal(divisor)),
    };
    let (amount, plural) = (cardinal(amount), if amount == "1" { "" } else { "s" });
    let part = if part == "half" && !plural.is_empty() { "halves".to_string() } else { format!("{part}{plural}") };
    let divisor = cardinal(divisor);
    vec![
        format!("{amount} {part}"),
        format!("{amount} {divisor}"),
        format!("{amount} over {divisor}"),
        format!("{amount} slash {divisor}"),
        format!("{amount} out of {divisor}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        wordings(&Number::at(&chars, 0, true).expect("a number").0)
    }

    #[test]
    fn numbers_are_read_out() {
        for (text, first) in [
            ("0", "zero"),
            ("15", "fifteen"),
            ("42", "forty two"),
            ("1,000", "one thousand"),
            ("2024", "twenty twenty four"),
            ("1905", "nineteen oh five"),
            ("2005", "two thousand five"),
            ("12.5%", "twelve point five percent"),
            ("-3", "minus three"),
            ("10:30", "ten thirty"),
            ("10:00", "ten o'clock"),
            ("3/4", "three quarters"),
            ("$5", "five dollars"),
            ("$1", "one dollar"),
            ("50°C", "fifty degrees celsius"),
            ("1st", "first"),
            ("22nd", "twenty second"),
            ("20th", "twentieth"),
            ("007", "oh oh seven"),
            ("5km", "five kilometers"),
            ("1,234,567", "one million two hundred and thirty four thousand five hundred and sixty seven"),
        ] {
            assert_eq!(read(text)[0], first, "{text}");
        }
        assert!(read("2010").contains(&"two thousand ten".to_string()));
        assert!(read("105").contains(&"one hundred five".to_string()));
    }
}
