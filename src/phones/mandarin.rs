//! Mandarin: Han characters to syllables, syllables to an initial and a final.

use std::collections::HashMap;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti;

use super::{MAX_READINGS, Phone, is_han};

/// Living readings of common polyphones, the most frequent first.
///
/// The readings of all other characters come from the `pinyin` crate, which lists every reading that a dictionary ever
/// gave a character (还: *hai huan fu xuan*), in no order of use. A reading that nobody speaks is one more chance for
/// the search to be wrong, so those of the characters that fill every text are listed here. Neutral-tone and colloquial
/// forms are included.
const POLYPHONES: &str = "
    的de/di 了le/liao 着zhe/zhao/zhuo 得de/dei 地di/de 还hai/huan 都dou/du 行xing/hang 长chang/zhang 重zhong/chong
    和he/huo/han 为wei 那na/nei 哪na/nei 这zhe/zhei 谁shei/shui 一yi 什shen/shi 么me 不bu 是shi 说shuo/shui
    大da/dai 上shang 会hui/kuai 没mei/mo 有you 在zai 我wo 他ta 她ta 它ta 来lai 要yao 可ke 能neng 以yi 个ge 们men
    到dao 就jiu 时shi 对dui 看kan 下xia 过guo 发fa 给gei/ji 觉jue/jiao 教jiao 差cha/chai 数shu/shuo 率lü/shuai
    单dan/shan 参can/shen/cen 便bian/pian 传chuan/zhuan 弹dan/tan 调tiao/diao 降jiang/xiang 角jiao/jue 解jie/xie
    乐le/yue 落luo/la/lao 期qi 强qiang/jiang 切qie 曲qu 色se/shai 省sheng/xing 似si/shi 提ti/di 系xi/ji 校xiao/jiao
    血xue/xie 与yu 择ze/zhai 扎za/zha 折zhe/she 种zhong 藏cang/zang 曾ceng/zeng 车che/ju 称cheng/chen 乘cheng
    盛sheng/cheng 臭chou 创chuang 答da 当dang 倒dao 度du/duo 恶e/wu 分fen 否fou/pi 更geng 合he/ge 核he/hu 横heng
    划hua 华hua 几ji 假jia 间jian 见jian/xian 将jiang 结jie 尽jin 卡ka/qia 壳ke/qiao 空kong 露lu/lou 绿lü/lu 论lun
    量liang 蒙meng 模mo/mu 难nan 宁ning 迫po/pai 铺pu 朴pu/piao 奇qi/ji 亲qin/qing 热re 任ren 散san 塞sai/se 少shao
    舍she 识shi/zhi 属shu/zhu 宿su/xiu 体ti 万wan 吓xia/he 相xiang 削xiao/xue 兴xing 压ya 咽yan/ye 遗yi 应ying
    约yue/yao 晕yun 载zai 占zhan 朝chao/zhao 只zhi 中zhong 转zhuan/zhuai 琢zhuo/zuo 子zi 作zuo 做zuo 啊a 呢ne/ni
    吗ma 吧ba 呀ya 哦o 嗯en/NG 呃e 哎ai 唉ai 哇wa 咱zan 六liu 页ye 石shi/dan 尾wei/yi 薄bo/bao 剥bo/bao 熟shu/shou
    虎hu 吃chi 其qi 之zhi 于yu 且qie 言yan 食shi 拾shi 百bai 厦sha/xia 乾qian/gan 打da 台tai 信xin 听ting 家jia
    语yu 知zhi 适shi 通tong 被bei 好hao 同tong 正zheng 名ming 想xiang
";

/// The entries of [`POLYPHONES`] by their character.
static LISTED: LazyLock<HashMap<char, &str>> = LazyLock::new(|| {
    let entry = |entry: &'static str| Some((entry.chars().next()?, entry.trim_start_matches(is_han)));
    POLYPHONES.split_whitespace().filter_map(entry).collect()
});

/// All readings of a Han character, the likeliest first, each an initial and a final; empty where none is known.
pub(super) fn readings(character: char) -> Vec<Vec<Phone>> {
    let mut readings = Vec::new();
    let mut add = |pinyin: &str| {
        let phones = syllable(pinyin);
        if !phones.is_empty() && readings.len() < MAX_READINGS && !readings.contains(&phones) {
            readings.push(phones);
        }
    };
    if let Some(listed) = LISTED.get(&character) {
        listed.split('/').for_each(&mut add);
    } else if let Some(all) = character.to_pinyin_multi() {
        all.into_iter().for_each(|reading| add(reading.plain()));
    }
    readings
}

/// The readings of 儿 after another Han character: a syllable of its own, or the mere colouring of the one before.
pub(super) fn rhotic_suffix() -> Vec<Vec<Phone>> {
    ["er", "r"].iter().filter_map(|name| Some(vec![Phone::named(name)?])).collect()
}

/// The phones of a syllable in Hanyu Pinyin without its tone; empty where it is none.
///
/// Spelling conventions are undone: *y* and *w* only mark a final that has no initial before it, and *u* after *j q x y*
/// is *ü*.
pub(super) fn syllable(pinyin: &str) -> Vec<Phone> {
    let irregular: &[&str] = match pinyin {
        "m" => &["m"],
        "n" => &["n"],
        "ng" | "NG" => &["NG"],
        "hm" => &["h", "m"],
        "hng" => &["h", "NG"],
        "ê" => &["EH"],
        "yo" => &["Y", "o"],
        "weng" | "wong" => &["W", "eng"],
        _ => &[],
    };
    if !irregular.is_empty() {
        return irregular.iter().filter_map(|name| Phone::named(name)).collect();
    }
    let (initial, rest) = split_initial(pinyin);
    let last = match (initial, rest) {
        ("z" | "c" | "s", "i") => Phone::named("ii"),
        ("zh" | "ch" | "sh" | "r", "i") => Phone::named("iii"),
        ("j" | "q" | "x" | "y", _) if rest.starts_with('u') => Phone::named(&rest.replacen('u', "ü", 1)),
        ("y", _) => zero_initial("i", rest),
        ("w", _) => zero_initial("u", rest),
        _ => Phone::named(rest),
    };
    let first = Phone::named(initial);
    let spelt_only = matches!(initial, "" | "y" | "w");
    match (first, last) {
        (_, Some(last)) if spelt_only => vec![last],
        (Some(first), Some(last)) => vec![first, last],
        _ => Vec::new(),
    }
}

/// Cuts a syllable after its initial; *y* and *w* count as such here.
fn split_initial(pinyin: &str) -> (&str, &str) {
    let length = if ["zh", "ch", "sh"].iter().any(|initial| pinyin.starts_with(initial)) {
        2
    } else {
        usize::from(pinyin.starts_with(|first: char| "bpmfdtnlgkhjqxrzcsyw".contains(first)))
    };
    pinyin.split_at(length)
}

/// The final of a syllable spelt with *y* (`glide` is `i`) or *w* (`u`) and `rest`: *ye* is `ie`, *yi* is `i`, and the
/// three that are shortened after an initial (*you*, *wei*, *wen*) have the phone of the short form.
fn zero_initial(glide: &str, rest: &str) -> Option<Phone> {
    match (glide, rest) {
        ("i", "ou") => Phone::named("iu"),
        ("u", "ei") => Phone::named("ui"),
        ("u", "en") => Phone::named("un"),
        _ if rest.starts_with(glide) => Phone::named(rest),
        _ => Phone::named(&format!("{glide}{rest}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(phones: &[Phone]) -> String {
        phones.iter().map(|phone| phone.name()).collect::<Vec<_>>().join(" ")
    }

    fn spelt(character: char) -> Vec<String> {
        readings(character).iter().map(|reading| spell(reading)).collect()
    }

    #[test]
    fn a_syllable_is_an_initial_and_a_final() {
        for (pinyin, phones) in [
            ("zhuang", "zh uang"),
            ("yi", "i"),
            ("ya", "ia"),
            ("you", "iu"),
            ("yong", "iong"),
            ("ying", "ing"),
            ("wu", "u"),
            ("wo", "uo"),
            ("wei", "ui"),
            ("wen", "un"),
            ("yu", "ü"),
            ("yuan", "üan"),
            ("ju", "j ü"),
            ("xue", "x üe"),
            ("qun", "q ün"),
            ("lü", "l ü"),
            ("lu", "l u"),
            ("nüe", "n üe"),
            ("zi", "z ii"),
            ("shi", "sh iii"),
            ("ri", "r iii"),
            ("li", "l i"),
            ("er", "er"),
            ("an", "an"),
            ("liu", "l iu"),
        ] {
            assert_eq!(spell(&syllable(pinyin)), phones, "{pinyin}");
        }
        assert!(syllable("").is_empty() && syllable("zh").is_empty() && syllable("hello").is_empty());
    }

    #[test]
    fn every_syllable_of_every_character_has_phones() {
        for character in ('\u{3400}'..='\u{9fff}').chain('\u{20000}'..='\u{2ffff}') {
            for reading in character.to_pinyin_multi().into_iter().flatten() {
                assert!(!syllable(reading.plain()).is_empty(), "{character} {}", reading.plain());
            }
        }
    }

    #[test]
    fn a_polyphone_has_all_its_living_readings() {
        assert_eq!(spelt('重'), ["zh ong", "ch ong"]);
        assert_eq!(spelt('还'), ["h ai", "h uan"]);
        assert_eq!(spelt('率'), ["l ü", "sh uai"]);
        assert_eq!(spelt('人'), ["r en"]);
    }

    #[test]
    fn listed_polyphones_are_spelt_right_and_listed_once() {
        for (character, listed) in LISTED.iter() {
            assert!(listed.split('/').all(|reading| !syllable(reading).is_empty()), "{character}: {listed}");
        }
        assert_eq!(LISTED.len(), POLYPHONES.split_whitespace().count());
    }
}
