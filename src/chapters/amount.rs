//! How many chapters are wanted.

use std::str::FromStr;

use thiserror::Error;

use crate::timeline::Ms;

/// How many chapters are wanted: `auto`, about so many (`12`), or chapters of about so many minutes (`5m`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Amount {
    /// All that was announced, and the topics of what is long.
    #[default]
    Auto,
    /// About so many, the most important ones.
    About(usize),
    /// Chapters of about this length.
    Every(Ms),
}

/// Not an amount of chapters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("neither auto, nor a number of chapters such as 12, nor a length in minutes such as 5m")]
pub struct NoAmount;

impl FromStr for Amount {
    type Err = NoAmount;

    fn from_str(text: &str) -> Result<Amount, NoAmount> {
        if text == "auto" {
            return Ok(Amount::Auto);
        }
        let (digits, in_minutes) = match text.strip_suffix('m') {
            Some(digits) => (digits, true),
            None => (text, false),
        };
        let number = digits.parse::<u16>().ok().filter(|number| *number > 0).ok_or(NoAmount)?;
        Ok(if in_minutes { Amount::Every(Ms::from_secs(60 * i64::from(number))) } else { Amount::About(number.into()) })
    }
}

impl Amount {
    /// How many chapters there may be in a recording of this length; `None` where all are welcome.
    pub(super) fn most(self, length: Ms) -> Option<usize> {
        match self {
            Amount::Auto => None,
            Amount::About(count) => Some(count),
            Amount::Every(usual) => Some(((length.0 + usual.0 / 2) / usual.0).max(1) as usize),
        }
    }

    /// How long a chapter then is on average; `None` where nobody said.
    pub(super) fn usual(self, length: Ms) -> Option<Ms> {
        match self {
            Amount::Auto => None,
            Amount::About(count) => Some(Ms(length.0 / count.max(1) as i64)),
            Amount::Every(usual) => Some(usual),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_a_number_or_a_length() {
        assert_eq!("auto".parse(), Ok(Amount::Auto));
        assert_eq!("12".parse(), Ok(Amount::About(12)));
        assert_eq!("5m".parse(), Ok(Amount::Every(Ms::from_secs(300))));
        for wrong in ["", "0", "-3", "m", "5min", "many"] {
            assert_eq!(wrong.parse::<Amount>(), Err(NoAmount), "{wrong}");
        }
    }
}
