//! Units and currencies: how they are written and read.

/// A unit of measure.
#[derive(Debug, PartialEq)]
pub(in crate::phones) struct Unit {
    /// As it is written; upper and lower case differ.
    symbol: &'static str,
    /// One of it, and more than one.
    pub(super) english: (&'static str, &'static str),
    /// Its Chinese names, the likeliest first.
    pub(super) chinese: &'static [&'static str],
}

/// A sign of money before an amount.
#[derive(Debug, PartialEq)]
pub(super) struct Currency {
    pub(super) symbol: char,
    pub(super) english: (&'static str, &'static str),
    pub(super) chinese: &'static [&'static str],
}

const fn unit(symbol: &'static str, one: &'static str, many: &'static str, chinese: &'static [&'static str]) -> Unit {
    Unit { symbol, english: (one, many), chinese }
}

/// The units that are read as such. Symbols that stand for something else at least as often in speech (`B`, `G`, `K`,
/// `M`, `W`) are left to be read as letters.
static UNITS: &[Unit] = &[
    unit("km/h", "kilometer per hour", "kilometers per hour", &["公里每小时", "千米每小时"]),
    unit("m/s", "meter per second", "meters per second", &["米每秒"]),
    unit("km", "kilometer", "kilometers", &["公里", "千米"]),
    unit("cm", "centimeter", "centimeters", &["厘米"]),
    unit("mm", "millimeter", "millimeters", &["毫米"]),
    unit("nm", "nanometer", "nanometers", &["纳米"]),
    unit("m²", "square meter", "square meters", &["平方米", "平米"]),
    unit("㎡", "square meter", "square meters", &["平方米", "平米"]),
    unit("m", "meter", "meters", &["米"]),
    unit("kg", "kilogram", "kilograms", &["公斤", "千克"]),
    unit("mg", "milligram", "milligrams", &["毫克"]),
    unit("g", "gram", "grams", &["克"]),
    unit("ml", "milliliter", "milliliters", &["毫升"]),
    unit("mL", "milliliter", "milliliters", &["毫升"]),
    unit("L", "liter", "liters", &["升"]),
    unit("ms", "millisecond", "milliseconds", &["毫秒"]),
    unit("s", "second", "seconds", &["秒"]),
    unit("min", "minute", "minutes", &["分钟"]),
    unit("h", "hour", "hours", &["小时"]),
    unit("Hz", "hertz", "hertz", &["赫兹", "赫"]),
    unit("kHz", "kilohertz", "kilohertz", &["千赫兹", "千赫"]),
    unit("MHz", "megahertz", "megahertz", &["兆赫兹", "兆赫"]),
    unit("GHz", "gigahertz", "gigahertz", &["吉赫兹", "吉赫"]),
    unit("dB", "decibel", "decibels", &["分贝"]),
    unit("kW", "kilowatt", "kilowatts", &["千瓦"]),
    unit("kWh", "kilowatt hour", "kilowatt hours", &["千瓦时", "度"]),
    unit("MW", "megawatt", "megawatts", &["兆瓦"]),
    unit("GW", "gigawatt", "gigawatts", &["吉瓦"]),
    unit("KB", "kilobyte", "kilobytes", &["千字节"]),
    unit("MB", "megabyte", "megabytes", &["兆"]),
    unit("GB", "gigabyte", "gigabytes", &["吉字节"]),
    unit("TB", "terabyte", "terabytes", &["太字节"]),
    unit("Mbps", "megabit per second", "megabits per second", &["兆比特每秒", "兆"]),
    unit("fps", "frame per second", "frames per second", &["帧每秒", "帧"]),
    unit("°C", "degree celsius", "degrees celsius", &["摄氏度", "度"]),
    unit("℃", "degree celsius", "degrees celsius", &["摄氏度", "度"]),
    unit("°F", "degree fahrenheit", "degrees fahrenheit", &["华氏度", "度"]),
    unit("℉", "degree fahrenheit", "degrees fahrenheit", &["华氏度", "度"]),
    unit("°", "degree", "degrees", &["度"]),
];

/// The currencies whose sign stands before the amount.
pub(super) static CURRENCIES: &[Currency] = &[
    Currency { symbol: '¥', english: ("yuan", "yuan"), chinese: &["元", "块", "块钱", "人民币"] },
    Currency { symbol: '$', english: ("dollar", "dollars"), chinese: &["美元", "美金", "刀"] },
    Currency { symbol: '€', english: ("euro", "euros"), chinese: &["欧元"] },
    Currency { symbol: '£', english: ("pound", "pounds"), chinese: &["英镑"] },
];

impl Unit {
    /// The longest unit that stands at a character with no letter or digit after it, and where it ends.
    pub(in crate::phones) fn at(text: &[char], at: usize) -> Option<(&'static Unit, usize)> {
        let rest = text.get(at..)?;
        UNITS
            .iter()
            .filter_map(|unit| {
                let length = unit.symbol.chars().count();
                let stands = rest.len() >= length && unit.symbol.chars().eq(rest[..length].iter().copied());
                let ends = !rest.get(length).is_some_and(char::is_ascii_alphanumeric);
                (stands && ends).then_some((unit, at + length))
            })
            .max_by_key(|(_, end)| *end)
    }

    /// Its letters, when it is written with such alone: it may be read out letter by letter.
    pub(in crate::phones) fn letters(&self) -> Option<&'static str> {
        self.symbol.bytes().all(|byte| byte.is_ascii_alphabetic()).then_some(self.symbol)
    }

    /// What it is read out as in Chinese.
    pub(in crate::phones) fn chinese(&self) -> &'static [&'static str] {
        self.chinese
    }

    /// What it is read out as in English after a number other than one, and after one.
    pub(in crate::phones) fn english(&self) -> [&'static str; 2] {
        [self.english.1, self.english.0]
    }
}
