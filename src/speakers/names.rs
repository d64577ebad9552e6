//! Personal names in running text: Chinese ones by their surname, transliterated and Latin ones by their letters.

use std::sync::LazyLock;

use pinyin::ToPinyin;
use regex::Regex;

/// A person as an introduction names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// The name; of a weak one the surname with its office (`王局长`).
    pub name: String,
    /// Institution and office that stood before the name.
    pub office: Option<String>,
    /// Whether the whole name was said, not a surname alone.
    pub full: bool,
}

/// The commonest single surnames; together they cover well over nine tenths of the people.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏魏程吕丁\
沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严赖覃洪武莫孔汤向常温康施文牛\
樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管\
柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和\
仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜\
海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜\
印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由";

/// Double surnames.
const DOUBLE_SURNAMES: [&str; 14] =
    ["欧阳", "上官", "司马", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "长孙", "宇文"];

/// Characters that hardly stand in a given name: their presence says that a phrase was cut in the wrong place.
const NOT_IN_NAMES: &str = "的了是在我你他她它这那不就也都和与吗呢啊吧呃嗯把被从对向到让请个们各位与及或而且做很说";

/// Words that begin like a name and are none.
const NOT_NAMES: [&str; 34] = [
    "高兴", "方便", "任何", "许多", "何必", "成功", "安全", "常常", "时候", "文化", "石油", "金融", "平台", "信息",
    "公司", "国家", "中国", "全球", "全场", "全体", "关于", "应用", "程序", "马上", "来自", "来宾", "相关", "明天",
    "元宝", "和平", "华为", "嘉宾", "初创", "智能",
];

/// What people are, said before a name; the name begins behind it.
const OFFICES: [&str; 62] = [
    "主任",
    "院士",
    "教授",
    "理事长",
    "会长",
    "秘书长",
    "局长",
    "司长",
    "处长",
    "部长",
    "厅长",
    "市长",
    "区长",
    "书记",
    "委员",
    "总裁",
    "董事长",
    "董事",
    "院长",
    "所长",
    "校长",
    "馆长",
    "站长",
    "社长",
    "台长",
    "行长",
    "队长",
    "组长",
    "创始人",
    "负责人",
    "合伙人",
    "主持人",
    "发言人",
    "总经理",
    "经理",
    "总监",
    "总编辑",
    "主编",
    "首席执行官",
    "科学家",
    "专家",
    "学者",
    "工程师",
    "架构师",
    "分析师",
    "律师",
    "医生",
    "医师",
    "作家",
    "研究员",
    "调研员",
    "博士",
    "老师",
    "代表",
    "顾问",
    "主席",
    "获得者",
    "先生",
    "女士",
    "官",
    "嘉宾",
    "同学",
];

/// What may follow a name, or a surname alone.
const HONORIFICS: [&str; 31] = [
    "理事长",
    "董事长",
    "秘书长",
    "总经理",
    "研究员",
    "工程师",
    "先生",
    "女士",
    "小姐",
    "院士",
    "教授",
    "博士",
    "老师",
    "主任",
    "局长",
    "司长",
    "处长",
    "部长",
    "院长",
    "所长",
    "校长",
    "会长",
    "总裁",
    "主席",
    "书记",
    "站长",
    "医生",
    "同学",
    "律师",
    "馆长",
    "总",
];

/// Characters that transliterations are made of.
const TRANSLITERATION: &str = "阿埃艾安奥巴贝本比彼宾波伯博布查达戴丹道德邓迪蒂东杜多恩尔法菲费弗福盖冈戈格古哈海汉赫亨霍基吉加贾杰金卡\
凯坎康考科克肯库拉莱兰朗劳勒雷里丽利莉林琳刘卢鲁路伦罗洛马玛迈麦曼梅门蒙米密莫姆穆纳娜南内尼涅纽诺帕派佩彭皮珀普齐奇乔切琴让\
瑞若萨塞赛桑瑟森沙史斯松苏索塔泰坦汤唐特滕提图托瓦威韦维文沃乌西希席夏香肖谢辛雅亚扬耶叶伊易因英尤约扎詹珍兹佐莎妮什顿逊";

/// Words of a Latin name phrase that are no names, in lower case.
const LATIN_TITLES: [&str; 28] = [
    "dr",
    "prof",
    "professor",
    "mr",
    "mrs",
    "ms",
    "ceo",
    "cto",
    "cfo",
    "coo",
    "ai",
    "chief",
    "president",
    "director",
    "the",
    "our",
    "please",
    "university",
    "institute",
    "department",
    "head",
    "and",
    "i",
    "founder",
    "sir",
    "vp",
    "hi",
    "hello",
];

/// The name at the end of `phrase`, with what stands before it.
pub(super) fn at_end(phrase: &str) -> Option<Named> {
    let phrase = phrase.trim_matches(|c: char| c.is_whitespace() || "，。、：；！,;:.!呃啊呢".contains(c));
    let (bare, honorific) = match HONORIFICS.iter().find(|h| phrase.ends_with(**h)) {
        Some(honorific) => (phrase[..phrase.len() - honorific.len()].trim_end(), *honorific),
        None => (phrase, ""),
    };
    if let Some(name) = han_at_end(bare, !honorific.is_empty()).or_else(|| latin_at_end(bare)) {
        let office = office_before(&bare[..bare.len() - name.len()]);
        return Some(Named { name, office, full: true });
    }
    let surname = bare.chars().next_back().filter(|c| !honorific.is_empty() && SURNAMES.contains(*c))?;
    Some(Named { name: format!("{surname}{honorific}"), office: None, full: false })
}

/// Whether `text` is a whole Chinese or transliterated name and nothing else.
pub(crate) fn is_name(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    is_han_name(text) || foreign_at_end(&chars, true).is_some_and(|name| name == text)
}

/// The word for what someone is (`站长`, `首席执行官`) that `text` ends in.
pub(crate) fn office_at_end(text: &str) -> Option<&'static str> {
    let words = OFFICES.iter().chain(&HONORIFICS).filter(|word| word.chars().count() > 1 && text.ends_with(**word));
    words.max_by_key(|word| word.len()).copied()
}

/// Institution and office, without the words that lead up to them.
fn office_before(text: &str) -> Option<String> {
    static LEAD: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^(?:我们|今天|本次|尊敬|来自|于|这位|一位|的|呃|，|、|\s)+"));
    let text = LEAD.replace(text, "");
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || "，、的：".contains(c));
    (!text.is_empty()).then(|| text.to_string())
}

fn han_at_end(text: &str, honoured: bool) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    if let Some(dotted) = foreign_at_end(&chars, honoured).filter(|name| name.contains(['·', '•'])) {
        return Some(dotted);
    }
    let tail =
        |n: usize| chars.len().checked_sub(n).map(|at| (chars[..at].iter().collect(), chars[at..].iter().collect()));
    let candidates: Vec<(String, String)> =
        [4, 3, 2].into_iter().filter_map(tail).filter(|(_, name): &(String, String)| is_han_name(name)).collect();
    if let Some((_, name)) = candidates.iter().find(|(before, _)| ends_an_office(before)) {
        return Some(name.clone());
    }
    foreign_at_end(&chars, honoured).or_else(|| Some(candidates.into_iter().next()?.1))
}

/// Whether a name may begin right after `before`.
fn ends_an_office(before: &str) -> bool {
    before.chars().next_back().is_none_or(|last| !is_han(last) || last == '的')
        || OFFICES.iter().any(|office| before.ends_with(office))
}

/// Whether `name` is a surname and one or two characters.
fn is_han_name(name: &str) -> bool {
    let chars: Vec<char> = name.chars().collect();
    let double = DOUBLE_SURNAMES.iter().any(|surname| name.starts_with(surname));
    let given = chars.len().wrapping_sub(if double { 2 } else { 1 });
    (1..=2).contains(&given)
        && (double || SURNAMES.contains(chars[0]))
        && chars.iter().all(|&c| is_han(c) && !NOT_IN_NAMES.contains(c))
        && !NOT_NAMES.iter().any(|word| name.starts_with(word))
        && !OFFICES.iter().chain(&HONORIFICS).any(|office| name.ends_with(office) && office.len() > 3)
}

/// A transliterated name: four characters or more that transliterations use, or parts joined by a dot.
fn foreign_at_end(chars: &[char], honoured: bool) -> Option<String> {
    /// The longest transliterated name that is believed, in characters.
    const LONGEST: usize = 14;
    let text: String = chars.iter().collect();
    let office = OFFICES.iter().filter_map(|office| Some(text.rfind(office)? + office.len())).max();
    let name = match office {
        Some(end) => text[end..].trim_start_matches(['，', '、', '的', ' ']),
        None => text.rsplit(['，', '、', '的', ' ']).next().unwrap_or(&text),
    };
    let length = name.chars().count();
    let dotted = name.contains('·') || name.contains('•');
    let sounds = name.chars().filter(|&c| TRANSLITERATION.contains(c) || "·•".contains(c)).count();
    let likely = sounds * 4 >= length * 3 && (dotted || office.is_some() || honoured || length >= 5);
    ((4..=LONGEST).contains(&length) && likely).then(|| name.to_string())
}

fn latin_at_end(text: &str) -> Option<String> {
    static LATIN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?:^|[^A-Za-z])([A-Z][A-Za-z.'’-]+(?: [A-Z][A-Za-z.'’-]*){0,3})$"));
    let run = LATIN.captures(text)?.get(1)?.as_str();
    let name = without_titles(run);
    (name.chars().any(char::is_lowercase)).then(|| name.to_string())
}

/// The person that an English phrase is about: a run of capitalised words, rather two than one, rather not what stands
/// behind `of`, `at`, `from` or `the`.
pub(super) fn latin_in(text: &str) -> Option<Named> {
    static RUN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\b[A-Z][A-Za-z'’-]*\.?(?: (?:van|de|von|der|[A-Z][A-Za-z'’-]*\.?))*"));
    static PLACE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:of|at|from|the|in)\s+$"));
    let people: Vec<(usize, &str)> = RUN
        .find_iter(text)
        .filter(|run| !PLACE.is_match(&text[..run.start()]) && !run.as_str().ends_with("'s"))
        .map(|run| (run.start(), without_titles(run.as_str())))
        .filter(|(_, name)| name.chars().filter(|c| c.is_lowercase()).count() >= 2)
        .collect();
    let (at, name) = people.iter().find(|(_, name)| name.contains(' ')).or(people.first())?;
    let office = office_before(text[..*at].trim_end_matches(|c: char| !c.is_lowercase() && !c.is_uppercase()));
    Some(Named { name: name.trim_end_matches('.').to_string(), office: office.filter(|o| o.contains(' ')), full: true })
}

fn without_titles(run: &str) -> &str {
    let mut rest = run.trim();
    while let Some(first) = rest.split(' ').next() {
        let word = first.trim_end_matches('.').to_lowercase();
        if !LATIN_TITLES.contains(&word.as_str()) {
            break;
        }
        rest = rest[first.len()..].trim_start();
        if rest.is_empty() {
            break;
        }
    }
    rest
}

/// Whether two spellings may be the same person's: equal, equal in sound without tones and with n for ng, or one of
/// several Latin words in common.
pub(super) fn alike(a: &str, b: &str) -> bool {
    if a == b || plain_sound(a).is_some_and(|sound| Some(sound) == plain_sound(b)) {
        return true;
    }
    a.is_ascii() && a.split(' ').any(|word| word.len() > 2 && b.split(' ').any(|other| other == word))
}

/// Whether `mention` (`王局长`, `柳司长`, `高文院士`, `Daniel`) may mean the person called `name`.
pub(super) fn may_mean(mention: &str, name: &str) -> bool {
    if mention.contains(name) || alike(mention, name) {
        return true;
    }
    let honoured = HONORIFICS.iter().any(|honorific| mention.ends_with(honorific));
    let first = |text: &str| text.chars().next().map(String::from).and_then(|c| plain_sound(&c));
    let foreign = name.chars().count() > 3
        && HONORIFICS
            .iter()
            .any(|h| mention.strip_suffix(h).is_some_and(|rest| !rest.is_empty() && name.ends_with(rest)));
    foreign
        || honoured && mention.chars().count() <= 5 && first(mention).is_some_and(|sound| Some(sound) == first(name))
}

/// Syllables without tones, n for ng; `None` unless all of it is Han.
fn plain_sound(text: &str) -> Option<String> {
    let syllables: Option<Vec<String>> =
        text.chars().map(|c| Some(c.to_pinyin()?.plain().replace("ng", "n"))).collect();
    syllables.filter(|all| !all.is_empty()).map(|all| all.join(" "))
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || ('\u{3400}'..='\u{4dbf}').contains(&c)
}

/// Compiles a pattern of this room's tables.
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns are constants of this room, each compiled by its tests")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_behind_the_office() {
        for (phrase, office, name) in [
            ("工业和信息化部科技司副司长刘伯超", "工业和信息化部科技司副司长", "刘伯超"),
            ("中国工程院院士、鹏城实验室主任高文", "中国工程院院士、鹏城实验室主任", "高文"),
            ("来自清华大学的李晓明教授", "清华大学", "李晓明"),
            ("我们的主持人欧阳修远", "主持人", "欧阳修远"),
            ("人工智能科学家肯尼斯斯坦利", "人工智能科学家", "肯尼斯斯坦利"),
            ("里德姆大学教授丹尼尔·哈特利", "里德姆大学教授", "丹尼尔·哈特利"),
            ("微软研究员Tim Cook", "微软研究员", "Tim Cook"),
        ] {
            let named = Named { name: name.into(), office: Some(office.into()), full: true };
            assert_eq!(at_end(phrase), Some(named), "{phrase}");
        }
    }

    #[test]
    fn a_surname_with_an_office_is_a_weak_name() {
        assert_eq!(at_end("呃这个张院长"), Some(Named { name: "张院长".into(), office: None, full: false }));
    }

    #[test]
    fn what_is_no_name_is_not_taken_for_one() {
        for phrase in ["各位嘉宾", "今天的各位领导", "大家", "下一位演讲嘉宾", "全场", "", "我很高兴", "华为公司"]
        {
            assert_eq!(at_end(phrase), None, "{phrase}");
        }
    }

    #[test]
    fn english_names_are_told_from_institutions() {
        let name = |text| latin_in(text).map(|named| named.name);
        assert_eq!(name("Daniel Heartley from the University of Reedham").as_deref(), Some("Daniel Heartley"));
        assert_eq!(name("Acme's chief scientist, Dr. Jane Miller").as_deref(), Some("Jane Miller"));
        assert_eq!(name("our next speaker"), None);
    }

    #[test]
    fn misheard_names_still_agree() {
        assert!(alike("唐佳瑜", "唐佳宇") && alike("刘德斌", "刘德兵") && !alike("徐鹏", "秦瑶"));
        assert!(
            may_mean("柳司长", "刘伯超") && may_mean("哈特利教授", "丹尼尔哈特利") && !may_mean("组委会", "刘伯超")
        );
    }
}
