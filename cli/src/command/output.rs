//! A file that a command writes: whole or not at all.

use crate::failure::{Failure, Outcome};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Which file.
#[derive(Debug, clap::Args)]
pub struct Output {
    /// The file to write
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub file: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
}

impl Output {
    /// Refuses a file that is there: before the work, not after it.
    ///
    /// # Errors
    /// When it is there and nobody said that it may go.
    pub fn may_be_written(&self) -> Outcome {
        if self.file.exists() && !self.force {
            return Err(Failure::usage(
                "the file is there already",
                self.file.display(),
                "choose another name, or use --force",
            ));
        }
        Ok(())
    }

    /// Writes it. Half a file is none: it takes its name when it is whole.
    ///
    /// # Errors
    /// When it cannot be written; what was there stays.
    pub fn write(&self, bytes: &[u8]) -> Outcome {
        let broken = |e: &std::io::Error| Failure::io(e, self.file.display());
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(|e| broken(&e))?;
        file.write_all(bytes).map_err(|e| broken(&e))?;
        file.persist(&self.file).map_err(|e| broken(&e.error))?;
        Ok(())
    }
}
