//! Reports that a person asked to save: into `reports` within the handheld's folder, never over another file.

use lotline_core::{Error, Handheld, ReportFile, Screen};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Within the handheld's folder.
pub const FOLDER: &str = "reports";
/// So many files may begin with the same minute.
const MOST: u32 = 1_000;

/// Saves the report that waits, if one does, and gives the screen that says where it is, or that it could not be saved.
///
/// # Errors
/// The handheld's own.
pub fn save(handheld: &Handheld, folder: &Path) -> Result<Option<Screen>, Error> {
    let Some(report) = handheld.waiting_report()? else {
        return Ok(None);
    };
    let place = write(&report, &folder.join(FOLDER)).ok();
    let place = place.map(|path| path.display().to_string());
    handheld.report_saved(place.as_deref()).map(Some)
}

fn write(report: &ReportFile, folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let (stem, end) = report.name.rsplit_once('.').unwrap_or((&report.name, "txt"));
    for n in 1..MOST {
        let name = if n == 1 {
            report.name.clone()
        } else {
            format!("{stem}-{n}.{end}")
        };
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(mut file) => {
                file.write_all(&report.bytes)?;
                file.sync_all()?;
                return fs::canonicalize(path);
            }
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_saved_beside_an_older_one_and_never_over_it() {
        let folder = tempfile::tempdir().unwrap();
        let report = |bytes: &[u8]| ReportFile {
            name: "lotline-aging-20261121-0800.csv".into(),
            media_type: "text/csv".into(),
            bytes: bytes.to_vec(),
        };
        let first = write(&report(b"one"), folder.path()).unwrap();
        let second = write(&report(b"two"), folder.path()).unwrap();
        assert!(
            second.ends_with("lotline-aging-20261121-0800-2.csv"),
            "{}",
            second.display()
        );
        assert_eq!(fs::read(first).unwrap(), b"one");
        assert_eq!(fs::read(second).unwrap(), b"two");
        assert!(write(&report(b"x"), &folder.path().join("lotline-aging-20261121-0800.csv")).is_err());
    }
}
