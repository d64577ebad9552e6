//! Numbers in Chinese.

use super::{Lead, Number, Tail};

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Longer numbers have no names and are read digit by digit.
const LONGEST_CARDINAL: usize = 16;

/// From this length on, a number without separators is more likely a telephone number or the like.
const SHORTEST_NUMBER_STRING: usize = 9;

/// What a number is read out as, the likeliest first.
pub(super) fn wordings(number: &Number, next: Option<char>) -> Vec<String> {
    let amounts = amounts(number, next);
    let with = |before: &str, after: &str| amounts.iter().map(|amount| format!("{before}{amount}{after}")).collect();
    let wordings: Vec<String> = match (&number.tail, number.currency) {
        (Tail::Percent, _) => with("百分之", ""),
        (Tail::Permille, _) => with("千分之", ""),
        (Tail::Clock(more), _) => clock(&amounts, more),
        (Tail::Over(divisor), _) => divided(&amounts, divisor),
        (Tail::Unit(unit), _) => unit.chinese.iter().flat_map(|name| -> Vec<String> { with("", name) }).collect(),
        (_, Some(currency)) => currency.chinese.iter().flat_map(|name| -> Vec<String> { with("", name) }).collect(),
        (Tail::Nothing | Tail::Ordinal, None) => amounts,
    };
    let leads: &[&str] = match number.lead {
        Lead::Nothing => &[""],
        Lead::Minus => &["负", ""],
        Lead::Plus => &["加", "正", ""],
        Lead::Range if number.whole.starts_with('0') => &["", "到"],
        Lead::Range => &["到", "至", "杠", ""],
    };
    wordings.iter().flat_map(|wording| leads.iter().map(move |lead| format!("{lead}{wording}"))).collect()
}

/// The readings of the digits alone.
fn amounts(number: &Number, next: Option<char>) -> Vec<String> {
    let whole = number.whole.as_str();
    let (plain, unit_one) = (by_digit(whole), by_digit(whole).replace('一', "幺"));
    let mut readings = Vec::new();
    if !number.fraction.is_empty() {
        let fraction = by_digit(&number.fraction);
        return cardinals(whole).iter().map(|whole| format!("{whole}点{fraction}")).collect();
    }
    let code = (whole.len() > 1 && whole.starts_with('0')) || whole.len() >= SHORTEST_NUMBER_STRING;
    let year = next == Some('年') && matches!(whole.len(), 2 | 4);
    if !number.grouped && (code || year) {
        readings.push(plain.clone());
        readings.extend((!year).then(|| unit_one.clone()));
    }
    readings.extend(cardinals(whole));
    if !number.grouped && whole.len() >= 2 {
        readings.extend([plain, unit_one]);
    }
    readings
}

fn by_digit(digits: &str) -> String {
    digits.bytes().filter(u8::is_ascii_digit).map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}

/// The cardinal, with 两 and with 二 where both are said.
fn cardinals(digits: &str) -> Vec<String> {
    let value = digits.parse::<u64>().ok().filter(|_| digits.len() <= LONGEST_CARDINAL);
    let Some(value) = value else { return vec![by_digit(digits)] };
    let formal = cardinal(value);
    let spoken = with_liang(&formal);
    if spoken == formal { vec![formal] } else { vec![spoken, formal] }
}

/// The cardinal number: 10203 is 一万零二百零三.
pub fn cardinal(value: u64) -> String {
    let spelt = spell(value);
    spelt.strip_prefix('一').filter(|rest| rest.starts_with('十')).map_or(spelt.clone(), str::to_string)
}

fn spell(value: u64) -> String {
    const PLACES: [(u64, &str); 5] = [(100_000_000, "亿"), (10_000, "万"), (1000, "千"), (100, "百"), (10, "十")];
    let Some((place, name)) = PLACES.into_iter().find(|(place, _)| value >= *place) else {
        return DIGITS.get(value as usize).map(char::to_string).unwrap_or_default();
    };
    let (high, low) = (value / place, value % place);
    let zero = if low > 0 && low < place / 10 { "零" } else { "" };
    let low = if low > 0 { spell(low) } else { String::new() };
    format!("{}{name}{zero}{low}", spell(high))
}

/// 二 alone, and before 百 千 万 亿 where it does not end a longer number, is 两 in speech.
fn with_liang(cardinal: &str) -> String {
    let chars: Vec<char> = cardinal.chars().collect();
    let is_liang = |at: usize| {
        let before = at.checked_sub(1).map(|before| chars[before]);
        chars[at] == '二'
            && before != Some('十')
            && chars.get(at + 1).map_or(chars.len() == 1, |next| "百千万亿".contains(*next))
    };
    (0..chars.len()).map(|at| if is_liang(at) { '两' } else { chars[at] }).collect()
}

/// Hours, minutes and seconds; or a score or ratio.
fn clock(hours: &[String], more: &[String]) -> Vec<String> {
    let Some(hour) = hours.iter().find(|hour| !hour.starts_with('零')).or(hours.first()) else { return Vec::new() };
    let minutes = more.first().map_or("", String::as_str);
    let named = match minutes.strip_prefix('0') {
        Some("0") => String::new(),
        Some(digit) => format!("零{}", by_digit(digit)),
        None => cardinals(minutes).pop().unwrap_or_default(),
    };
    if let Some(seconds) = more.get(1) {
        let seconds = cardinals(seconds).pop().unwrap_or_default();
        return vec![format!("{hour}点{named}分{seconds}秒"), format!("{hour}小时{named}分{seconds}秒")];
    }
    let ratio = format!("{}比{}", hours.last().unwrap_or(hour), cardinals(minutes).pop().unwrap_or_default());
    match minutes {
        "00" => vec![format!("{hour}点"), format!("{hour}点整"), ratio],
        "30" => vec![format!("{hour}点半"), format!("{hour}点{named}"), format!("{hour}点{named}分"), ratio],
        _ => vec![format!("{hour}点{named}"), format!("{hour}点{named}分"), ratio],
    }
}

/// A fraction, a date, or two numbers side by side.
fn divided(amounts: &[String], divisor: &str) -> Vec<String> {
    let Some(amount) = amounts.last().filter(|_| amounts.len() == 1).or(amounts.first()) else { return Vec::new() };
    let divisor = cardinals(divisor).pop().unwrap_or_default();
    vec![format!("{divisor}分之{amount}"), format!("{amount}{divisor}"), format!("{amount}月{divisor}号")]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        let (number, end) = Number::at(&chars, 0, true).expect("a number");
        wordings(&number, chars.get(end).copied())
    }

    #[test]
    fn cardinals_have_their_places_and_zeros() {
        for (value, spelt) in [
            (0, "零"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (105, "一百零五"),
            (110, "一百一十"),
            (1001, "一千零一"),
            (10203, "一万零二百零三"),
            (100_000, "十万"),
            (1_000_000, "一百万"),
            (120_000_000, "一亿二千万"),
            (100_000_001, "一亿零一"),
            (2_000_000_000_000, "二万亿"),
        ] {
            assert_eq!(cardinal(value), spelt);
        }
    }

    #[test]
    fn two_is_said_in_two_ways() {
        assert_eq!(read("2"), ["两", "二"]);
        assert_eq!(read("200万")[..2], ["两百", "二百"]);
        assert_eq!(read("12万")[0], "十二");
    }

    #[test]
    fn what_is_written_to_a_number_is_read() {
        for (text, first) in [
            ("12.5%", "百分之十二点五"),
            ("2024年", "二零二四"),
            ("1,000", "一千"),
            ("-3", "负三"),
            ("10:30", "十点半"),
            ("9:05", "九点零五"),
            ("3/4", "四分之三"),
            ("¥5", "五元"),
            ("50°C", "五十摄氏度"),
            ("80km/h", "八十公里每小时"),
            ("13800138000", "一三八零零一三八零零零"),
            ("007", "零零七"),
            ("3.14", "三点一四"),
        ] {
            assert_eq!(read(text)[0], first, "{text}");
        }
        assert!(read("2024年").contains(&"两千零二十四".to_string()));
        assert!(read("110").contains(&"幺幺零".to_string()));
    }
}
