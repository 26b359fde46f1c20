//! Every AI of the GS1 Syntax Dictionary: what is written as an element string, in brackets or as a URI reads the same.

use lotline_scan::print::{Message, Symbol};
use lotline_scan::{Code, Form, Label, Linter, Options, Scratch, check_digit, lint, read_with};
use proptest::prelude::*;
use std::sync::LazyLock;

const DICTIONARY: &str = include_str!("../gs1/gs1-syntax-dictionary.txt");
const YEAR: u16 = 2026;

struct Part {
    cset: u8,
    least: usize,
    most: usize,
    optional: bool,
    linters: Vec<Linter>,
}

static AIS: LazyLock<Vec<(String, Vec<Part>)>> = LazyLock::new(|| DICTIONARY.lines().flat_map(entries).collect());

/// `3100-3105  *?  N6  req=…  # title`: the AIs that stand there, with their parts.
fn entries(line: &str) -> Vec<(String, Vec<Part>)> {
    let mut words = line.split('#').next().unwrap_or("").split_whitespace();
    let Some(ais) = words.next() else {
        return Vec::new();
    };
    let specifications: Vec<&str> = words
        .filter(|word| word.starts_with(['N', 'X', 'Y', 'Z', '[']) && !word.contains('='))
        .collect();
    let (first, last) = ais.split_once('-').unwrap_or((ais, ais));
    let number = |ai: &str| ai.parse::<u32>().expect("an AI");
    let parts = || specifications.iter().map(|word| part(word)).collect();
    (number(first)..=number(last))
        .map(|ai| (format!("{ai:0width$}", width = first.len()), parts()))
        .collect()
}

/// `N6,yymmd0`, `X..20`, `[X1],hyphen`.
fn part(word: &str) -> Part {
    let (specification, linters) = word.split_once(',').unwrap_or((word, ""));
    let inner = specification.trim_matches(['[', ']']);
    let (least, most) = match inner[1..].split_once("..") {
        Some((_, most)) => (1, most),
        None => (inner[1..].parse().expect("a length"), &inner[1..]),
    };
    Part {
        cset: inner.as_bytes()[0],
        least,
        most: most.parse().expect("a length"),
        optional: specification.starts_with('['),
        linters: linters.split(',').filter_map(Linter::from_name).collect(),
    }
}

/// Endless numbers out of a few.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        // The generator of Knuth's MMIX.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }

    fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.below(texts.len())]
    }
}

const DIGITS: &[u8] = b"0123456789";
const SET_82: &[u8] = b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const SET_39: &[u8] = b"#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BASE_64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A good part of any length that it may have.
fn good(part: &Part, dice: &mut Dice) -> Vec<u8> {
    let longest = part.linters.contains(&Linter::Gcppos1) && part.least < 4;
    let least = if longest { 10.min(part.most) } else { part.least };
    let mut len = least + dice.below(part.most - least + 1);
    let set = match part.cset {
        b'N' => DIGITS,
        b'X' => SET_82,
        b'Y' => SET_39,
        _ => {
            // Whole groups of four need no padding.
            len = len.next_multiple_of(4).min(part.most / 4 * 4);
            BASE_64
        }
    };
    let mut value: Vec<u8> = (0..len).map(|_| set[dice.below(set.len())]).collect();
    let whole = |text: &str| text.as_bytes().to_vec();
    for linter in &part.linters {
        match linter {
            Linter::Gcppos1 => value[..4].copy_from_slice(b"9506"),
            Linter::Gcppos2 => value[1..5].copy_from_slice(b"9506"),
            Linter::Hasnondigit => value[5] = b'A',
            Linter::Hh => value = whole(dice.one_of(&["00", "07", "23"])),
            Linter::Hhmi => value = whole(dice.one_of(&["0000", "0731", "2359"])),
            Linter::Mi | Linter::Ss => value = whole(dice.one_of(&["00", "59"])),
            Linter::Hyphen => value.fill(b'-'),
            Linter::Iban => value = whole(dice.one_of(&["BE71096123456769", "GB82WEST12345698765432"])),
            Linter::Importeridx => value = vec![BASE_64[dice.below(64)]],
            Linter::Iso3166 => value = whole(dice.one_of(&["056", "276", "840"])),
            Linter::Iso3166999 => value = whole(dice.one_of(&["056", "840", "999"])),
            Linter::Iso3166alpha2 => value = whole(dice.one_of(&["BE", "DE", "US"])),
            Linter::Iso4217 => value = whole(dice.one_of(&["840", "978"])),
            Linter::Iso5218 => value = whole(dice.one_of(&["0", "1", "2", "9"])),
            Linter::Latitude => value[0] = b'0',
            Linter::Longitude => value[0] = b"012"[dice.below(3)],
            Linter::Mediatype => value = whole(dice.one_of(&["01", "10", "80", "99"])),
            Linter::Nonzero => value[0] = b'1',
            Linter::Nozeroprefix => value[0] = b'7',
            Linter::Packagetype => value = whole(dice.one_of(&["9", "1A", "201", "BME"])),
            Linter::Pcenc => value
                .iter_mut()
                .filter(|byte| **byte == b'%')
                .for_each(|byte| *byte = b'&'),
            Linter::Pieceoftotal => value = whole(dice.one_of(&["0101", "0299", "9999"])),
            Linter::Posinseqslash => value = whole(dice.one_of(&["1/1", "2/9"])),
            Linter::Winding => value = whole(dice.one_of(&["0", "1", "9"])),
            Linter::Yesno => value = whole(dice.one_of(&["0", "1"])),
            Linter::Yymmd0 => value = whole(dice.one_of(&["260630", "280229", "260200"])),
            Linter::Yymmdd => value = whole(dice.one_of(&["260630", "280229"])),
            Linter::Yyyymmd0 => value = whole(dice.one_of(&["19991231", "20260200"])),
            Linter::Yyyymmdd => value = whole(dice.one_of(&["19991231", "20280229"])),
            Linter::Zero => value.fill(b'0'),
            Linter::Couponcode => value = whole("0123456123456111101231011012341234567890"),
            Linter::Couponposoffer => value = whole("001234566543210123456"),
            _ => {}
        }
    }
    // Checks come last, whatever place they have in the list.
    if part.linters.contains(&Linter::Csum) {
        let last = value.len() - 1;
        value[last] = check_digit(&value[..last]).expect("digits");
    }
    if part.linters.contains(&Linter::Csumalpha) {
        let at = value.len() - 2;
        let right = (0..32 * 32_usize).any(|pair| {
            const PAIR: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
            value[at..].copy_from_slice(&[PAIR[pair / 32], PAIR[pair % 32]]);
            lint(Linter::Csumalpha, &value, YEAR).is_ok()
        });
        assert!(right, "every body has a check pair");
    }
    value
}

/// A good value of that AI.
fn value(parts: &[Part], dice: &mut Dice) -> String {
    let mut out = Vec::new();
    for part in parts {
        if part.optional && dice.below(2) == 0 {
            break;
        }
        out.extend(good(part, dice));
    }
    String::from_utf8(out).expect("ASCII")
}

type Pairs = Vec<(String, String)>;

fn pairs(label: &Label<'_>) -> Pairs {
    label
        .elements()
        .map(|element| (element.ai.to_owned(), element.value.to_owned()))
        .collect()
}

fn sorted(mut pairs: Pairs) -> Pairs {
    pairs.sort();
    pairs
}

/// What a label says, and each way to write it.
struct Written {
    pairs: Pairs,
    /// What a scanner sends for its symbol.
    symbol: Vec<u8>,
    texts: Vec<String>,
}

/// `None` if these AIs may not stand together.
fn read_and_write(data: &[u8], form: Form) -> Result<Option<Written>, TestCaseError> {
    let mut options = Options::strict(YEAR);
    options.associations = false;
    let mut scratch = Scratch::new();
    match read_with(data, None, form, &options, &mut scratch) {
        Ok(label) => {
            let message = Message::of(&label).expect("elements");
            let texts = [
                label.bracketed().map(|text| text.to_string()),
                Some(message.to_string()),
                label.digital_link().map(|uri| uri.to_string()),
            ];
            Ok(Some(Written {
                pairs: pairs(&label),
                symbol: message.scanned(Symbol::DataMatrix),
                texts: texts.into_iter().flatten().collect(),
            }))
        }
        // A digital signature asks keys for their serial part.
        Err(error) if matches!(error.code, Code::InvalidAiPairs | Code::SerialNotPresent) => Ok(None),
        Err(error) => Err(TestCaseError::fail(format!(
            "{}: {error}",
            String::from_utf8_lossy(data)
        ))),
    }
}

/// Reads the elements, writes them in every way there is, and reads each again. False if they may not stand together.
fn comes_back(elements: &Pairs) -> Result<bool, TestCaseError> {
    let data: Vec<String> = elements
        .iter()
        .map(|(ai, value)| format!("{ai}{value}\u{1d}"))
        .collect();
    let data = format!("]d2{}", data.concat());
    let Some(first) = read_and_write(data.as_bytes(), Form::Scan)? else {
        return Ok(false);
    };
    prop_assert_eq!(&first.pairs, elements);
    let wanted = sorted(first.pairs);
    let again = read_and_write(&first.symbol, Form::Scan)?.expect("the same elements");
    prop_assert_eq!(&sorted(again.pairs), &wanted);
    for text in &first.texts {
        let form = if text.starts_with("https") {
            Form::Raw
        } else {
            Form::Bracketed
        };
        let again = read_and_write(text.as_bytes(), form)?.expect("the same elements");
        prop_assert_eq!(&sorted(again.pairs), &wanted, "{}", text);
    }
    Ok(true)
}

#[test]
fn every_ai_that_is_written_alone_or_with_an_item_reads_the_same() {
    assert_eq!(AIS.len(), 541);
    let mut with_item = 0;
    for (number, (ai, parts)) in AIS.iter().enumerate() {
        for seed in 0..3 {
            let mut dice = Dice(seed * 1000 + number as u64);
            let alone = vec![(ai.clone(), value(parts, &mut dice))];
            assert!(
                comes_back(&alone).unwrap_or_else(|error| panic!("{error}")),
                "{alone:?}"
            );
            let item = ("01".to_owned(), "09506000134352".to_owned());
            if ai != "01" {
                with_item +=
                    usize::from(comes_back(&vec![item, alone[0].clone()]).unwrap_or_else(|error| panic!("{error}")));
            }
        }
    }
    assert!(with_item > 3 * 500, "{with_item}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_ais_that_are_written_together_read_the_same(
        numbers in proptest::sample::subsequence((0..541).collect::<Vec<usize>>(), 1..7).prop_shuffle(),
        seed in any::<u64>(),
    ) {
        let mut dice = Dice(seed);
        let elements = numbers.iter().map(|&number| (AIS[number].0.clone(), value(&AIS[number].1, &mut dice))).collect();
        comes_back(&elements)?;
    }
}
