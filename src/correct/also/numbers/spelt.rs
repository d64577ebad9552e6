//! What numbers in Han say.

use crate::phones::chinese_cardinal;

const DIGITS: &str = "零一二三四五六七八九";

/// Larger ones have no figures that are read out as they are said.
const LIMIT: u64 = 100_000_000;

/// The value of a cardinal below a hundred million; `None` for what is none (三五, 二百五).
pub(super) fn cardinal(spelt: &[char]) -> Option<u64> {
    let plain = |c: &char| digit(*c).and_then(|digit| DIGITS.chars().nth(digit)).unwrap_or(*c);
    let plain: String = spelt.iter().map(plain).collect();
    let (mut sum, mut part, mut last) = (0, 0, 0);
    for c in plain.chars() {
        match c {
            '十' => part += 10 * std::mem::take(&mut last).max(1),
            '百' => part += 100 * std::mem::take(&mut last),
            '千' => part += 1000 * std::mem::take(&mut last),
            '万' => sum = (sum + std::mem::take(&mut part) + std::mem::take(&mut last)) * 10_000,
            _ => last = digit(c)? as u64,
        }
        if sum + part >= LIMIT {
            return None;
        }
    }
    let value = sum + part + last;
    // That it is said so tells that it is one: by its parts alone 五百三 would be 503.
    (!plain.is_empty() && plain == chinese_cardinal(value)).then_some(value)
}

/// A string of digits in figures; `None` where something else is in it.
pub(super) fn by_digit(spelt: &[char]) -> Option<String> {
    spelt.iter().map(|c| digit(*c).and_then(|digit| char::from_digit(digit as u32, 10))).collect()
}

/// The value of a digit; 两 is 二, 〇 is 零, 幺 is 一.
pub(super) fn digit(c: char) -> Option<usize> {
    match c {
        '〇' => Some(0),
        '幺' => Some(1),
        '两' => Some(2),
        _ => DIGITS.chars().position(|digit| digit == c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Option<u64> {
        cardinal(&text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn what_is_no_cardinal_has_no_value() {
        assert_eq!(value("一万两千三百"), Some(12_300));
        for text in ["", "三五", "二百五", "一百二", "百", "千万", "三亿", "一百零十"] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_cardinal_has_its_value(number in 0..LIMIT) {
            prop_assert_eq!(value(&chinese_cardinal(number)), Some(number));
        }

        #[test]
        fn any_numerals_are_no_trouble(text in "[零一二两九十百千万亿]{0,12}") {
            value(&text);
        }
    }
}
