//! Draws the README's pictures from a real run: `pictures SCENARIO.json FOLDER`. The scenario drives the real handheld
//! against the seeded site on the real gateway; at the moments below the terminal's cells are written as an SVG.
//!
//! When the run is over, Chromium shows the gateway's console, and that is `console.png`.

use fantoccini::Locator;
use lotline::terminal::face::Face;
use lotline::terminal::picture::svg;
use lotline::terminal::wedge::Key;
use lotline::terminal::words::Words;
use lotline_core::Screen;
use lotline_core::scenario::Scenario;
use lotline_core::screen::Tone;
use lotline_tests::browser::Driver;
use lotline_tests::scenario::{Site, run_showing};
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

/// A handheld's 480 × 800, in cells.
const COLUMNS: u16 = 40;
const ROWS: u16 = 33;

/// What the console's picture measures, in pixels.
const CONSOLE: (u32, u32) = (1280, 1000);
/// How long the console may take to come up.
const PATIENCE: Duration = Duration::from_mins(1);

struct Moment {
    file: &'static str,
    shows: &'static str,
    typed: &'static str,
    is: fn(&Screen) -> bool,
}

const MOMENTS: &[Moment] = &[
    Moment {
        file: "sign-in",
        shows: "Signing in: the badge was scanned, the PIN is being typed",
        typed: "4711",
        is: |screen| screen.id == "sign_in.pin",
    },
    Moment {
        file: "receive",
        shows: "Receiving: the case was accepted, and the next one is asked for",
        typed: "",
        is: |screen| screen.id == "receive.scan" && screen.tone == Tone::Accept && done(screen) == "4",
    },
    Moment {
        file: "stop",
        shows: "A stop: what is wrong, why the handheld knows, and the ways out",
        typed: "",
        is: |screen| screen.id == "stop" && screen.title == "Another expiry",
    },
    Moment {
        file: "pick",
        shows: "Picking offline, by first expired, first out",
        typed: "",
        is: |screen| screen.id == "pick.item" && screen.tone == Tone::Accept && done(screen) == "3",
    },
    Moment {
        file: "exception",
        shows: "A supervisor decides on an exception, both sides in sight",
        typed: "",
        is: |screen| screen.id == "exception.choose",
    },
];

fn done(screen: &Screen) -> &str {
    screen.progress.as_ref().map_or("", |progress| &progress.done)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let (Some(path), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("pictures SCENARIO.json FOLDER".into());
    };
    std::fs::create_dir_all(&folder)?;
    let scenario = Scenario::open(&path)?;
    let own = std::env::current_exe()?;
    let mut site = Site::start(&own.with_file_name("scenario-site").display().to_string(), &path);
    let mut open: Vec<&Moment> = MOMENTS.iter().collect();
    let mut failed = None;
    run_showing(&scenario, &mut site, |screen| {
        let Some(at) = open.iter().position(|moment| (moment.is)(screen)) else {
            return;
        };
        let moment = open.remove(at);
        let mut face = Face::new(screen.clone(), Words::new(scenario.language()), true);
        for c in moment.typed.chars() {
            face.wedge.key(screen, Key::Char(c), 0);
        }
        let cells = face.cells(COLUMNS, ROWS);
        let file = folder.join(moment.file).with_extension("svg");
        if let Err(error) = std::fs::write(&file, svg(&cells, moment.shows)) {
            failed = Some(format!("{}: {error}", file.display()));
        }
    });
    if let Some(failed) = failed {
        return Err(failed.into());
    }
    if let Some(moment) = open.first() {
        return Err(format!("{} never came up in {}", moment.file, scenario.name()).into());
    }
    let picture = console(&site.server)?;
    std::fs::write(folder.join("console.png"), picture)?;
    Ok(())
}

/// The console as PNG, once the last entry of the run stands on it.
fn console(server: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let profile = tempfile::tempdir()?;
    let driver = Driver::start();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let browser = driver.browser(profile.path(), CONSOLE).await;
        browser.goto(server).await?;
        let entry = Locator::Css("[data-entry]");
        browser.wait().at_most(PATIENCE).for_element(entry).await?;
        let picture = browser.screenshot().await?;
        browser.close().await?;
        Ok(picture)
    })
}
