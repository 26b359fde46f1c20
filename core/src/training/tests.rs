use super::course::{Came, Course};
use super::*;
use crate::Input;
use lotline_record::model::Day;
use lotline_record::text::{LANGUAGES, Text};

fn today() -> Day {
    Day::from_ymd_opt(2026, 11, 21).unwrap()
}

#[test]
fn every_lesson_can_be_read_and_a_fifth_of_them_is_about_what_goes_wrong() {
    let (all, wrong) = (lessons().len(), lessons().iter().filter(|l| l.exception).count());
    assert!(all >= 10 && wrong * 5 >= all, "{wrong} of {all}");
    for lesson in lessons() {
        assert!(!lesson.steps.is_empty(), "{}", lesson.id);
        assert_eq!(
            lesson.exception,
            lesson.steps.iter().any(|step| step.stops),
            "{}: what goes wrong is stopped",
            lesson.id
        );
        for step in &lesson.steps {
            if let Wanted::Scan(name) = &step.wanted {
                assert!(label(name, today()).is_some(), "{}: no label {name}", lesson.id);
            }
        }
    }
    for what in [Event::Cut, Event::Mend] {
        let told = |step: &LessonStep| step.before.contains(&what);
        assert!(lessons().iter().any(|l| l.steps.iter().any(told)), "{what:?}");
    }
}

#[test]
fn every_lesson_has_its_name_in_every_language() {
    for (language, _) in LANGUAGES {
        let text = Text::load(language).unwrap();
        for lesson in lessons() {
            let title = text.say(&lesson.title());
            assert!(!title.is_empty() && !title.contains("lesson-"), "{language}: {title}");
        }
    }
}

#[test]
fn labels_carry_days_that_count_from_today() {
    let (_, case) = label("case-late", today()).unwrap();
    assert!(case.contains("17271226"), "400 days on: {case}");
}

fn came(was: bool, is: bool) -> Came<'static> {
    Came {
        kinds: &[],
        was_stopped: was,
        is_stopped: is,
    }
}

fn scan(name: &str) -> Input {
    Input::scan(label(name, today()).unwrap().1)
}

#[test]
fn a_stop_that_is_left_to_scan_again_is_a_bypass_and_a_wrong_scan_and_an_undo_are_counted() {
    let mut course = Course::of("contradiction", today());
    for id in ["receive", "document:T-100"] {
        course.observe(&Input::choose(id), &came(false, false));
    }
    course.observe(&scan("nobody"), &came(false, true));
    course.observe(&Input::choose("acknowledge"), &came(true, false));
    assert_eq!(course.report().score.wrong_scans, 1);
    assert_eq!(
        course.report().score.bypassed,
        0,
        "what was wrong otherwise is not put aside"
    );
    course.observe(&Input::choose("undo"), &came(false, false));
    course.observe(&scan("case-other"), &came(false, true));
    course.observe(&Input::choose("acknowledge"), &came(true, false));
    let report = course.report();
    assert_eq!(
        (report.score.bypassed, report.score.undone, report.score.stops),
        (1, 1, 2)
    );
    assert_eq!((report.done, report.passed), (3, false));
}

#[test]
fn a_lesson_is_passed_by_its_steps_and_its_entries_together() {
    let walk = |kinds: &'static [&'static str]| {
        let mut course = Course::of("expired", today());
        while let Some(input) = course.next_input() {
            let stops = course.report().done == 3;
            let mut came = came(course.report().done == 4, stops);
            came.kinds = if stops { kinds } else { &[] };
            course.observe(&input, &came);
        }
        course.report()
    };
    assert!(walk(&["refused"]).passed);
    for (kinds, what) in [
        (&[][..], "less than asked"),
        (&["refused", "refused"], "more than asked"),
        (&["refused", "picked"], "something else besides"),
    ] {
        let report = walk(kinds);
        assert_eq!((report.done, report.passed), (report.steps, false), "{what}");
    }
    assert!(walk(&["refused", "opened", "seen"]).passed, "what moves nothing");
}
