//! A disk that fails on demand, under SQLite: the real files, and beside them what of each file was synced.
//!
//! A virtual file system is registered as SQLite's own for this process, once. It hands every file on to the one that was
//! there before, but for the files of a folder that [`Disk::watch`] names: there each operation is counted, the planned one
//! fails, and the writes since the last sync are kept apart, so that [`Disk::power_cut`] can take them away.
//!
//! What is not modelled: files that are written without SQLite (the download of a picture, which is synced before it is
//! renamed) count as synced as they are found; a name that was made or removed stays so.

#![allow(unsafe_code)] // SQLite's file system is a table of C functions.

use crate::dice::Dice;
use rusqlite::ffi;
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::SystemTime;

/// What a planned operation does instead of what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// Any operation: an I/O error, nothing done.
    Fails,
    /// A write or a truncation: no space.
    Full,
    /// The same, until the file `reserve` beside the databases has gone.
    FullButForTheReserve,
    /// A write: half of it is written, then an I/O error.
    Torn,
    /// A read: half of it comes.
    Short,
    /// Any operation: from then on there is no power, see [`Disk::power_up`].
    Dark,
}

/// What an operation was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Read,
    Write,
    Truncate,
    Sync,
    Delete,
}

impl Broken {
    /// Whether it can befall an operation of that kind. Only those are counted.
    fn befalls(self, kind: Kind) -> bool {
        match self {
            Broken::Fails | Broken::Dark => true,
            Broken::Full | Broken::FullButForTheReserve => matches!(kind, Kind::Write | Kind::Truncate),
            Broken::Torn => kind == Kind::Write,
            Broken::Short => kind == Kind::Read,
        }
    }
}

/// A plan: the `at`-th operation it can befall, counted from 1, and all after it where `stays`.
#[derive(Debug, Clone, Copy)]
struct Plan {
    broken: Broken,
    at: u64,
    stays: bool,
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

impl Change {
    fn apply(&self, image: &mut Vec<u8>) {
        match self {
            Change::Write(at, bytes) => {
                let end = at + bytes.len();
                if image.len() < end {
                    image.resize(end, 0);
                }
                image[*at..end].copy_from_slice(bytes);
            }
            Change::Truncate(length) => image.truncate(*length),
        }
    }
}

/// A file as the platter has it, and what only the cache has.
#[derive(Debug, Default)]
struct Shadow {
    made: Made,
    synced: Vec<u8>,
    since: Vec<Change>,
}

#[derive(Debug, Default)]
struct State {
    plan: Option<Plan>,
    counted: u64,
    fired: u64,
    lies: bool,
    off: bool,
    shadows: HashMap<PathBuf, Shadow>,
    folder: PathBuf,
}

/// What a power cut leaves of the writes that were not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// None.
    Nothing,
    /// Those up to some moment, which the seed chooses; the last of them torn.
    APrefix(u64),
    /// Any of them, in sectors of 512 bytes, as the seed chooses: a disk writes in the order it likes.
    Any(u64),
}

/// What tells a file from another one of the same name.
type Made = Option<(u64, SystemTime)>;

fn made(path: &Path) -> Made {
    use std::os::unix::fs::MetadataExt;
    let about = std::fs::metadata(path).ok()?;
    Some((about.ino(), about.created().ok()?))
}

/// A folder whose files can fail, until this is dropped.
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
    platter: Platter,
}

#[derive(Debug, Clone, Default)]
struct Platter(Arc<Mutex<State>>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

static WATCHED: Mutex<Vec<(PathBuf, Platter)>> = Mutex::new(Vec::new());

fn platter_of(path: &Path) -> Option<Platter> {
    let watched = lock(&WATCHED);
    let found = watched.iter().find(|(folder, _)| path.starts_with(folder));
    found.map(|(_, platter)| platter.clone())
}

impl Disk {
    /// From now on, what is opened in `folder` is on this disk.
    pub fn watch(folder: &Path) -> Self {
        register();
        let disk = Disk {
            folder: folder.canonicalize().unwrap(),
            platter: Platter::default(),
        };
        lock(&disk.platter.0).folder.clone_from(&disk.folder);
        lock(&WATCHED).push((disk.folder.clone(), disk.platter.clone()));
        disk
    }

    /// The `at`-th operation from now, counted from 1 among those that `broken` can befall, does that instead; with `stays`
    /// all after it, too.
    pub fn plan(&self, broken: Broken, at: u64, stays: bool) {
        let mut state = lock(&self.platter.0);
        state.plan = Some(Plan { broken, at, stays });
        (state.counted, state.fired) = (0, 0);
    }

    /// Nothing fails any more. Gives how many operations failed since the plan was made.
    pub fn heal(&self) -> u64 {
        let mut state = lock(&self.platter.0);
        state.plan = None;
        state.fired
    }

    /// A disk that says that it synced and did not.
    pub fn lie(&self, lies: bool) {
        lock(&self.platter.0).lies = lies;
    }

    /// The power goes: whatever is still open can only fail. What was not synced is lost, but for what `keeps` says, once
    /// [`Disk::power_up`] is called.
    pub fn power_cut(&self) {
        lock(&self.platter.0).off = true;
    }

    /// The power is back, everything that had files open is gone: the files are what the platter has.
    pub fn power_up(&self, keeps: Keeps) {
        let mut state = lock(&self.platter.0);
        for (path, shadow) in state.shadows.drain() {
            let (mut image, since) = (shadow.synced, shadow.since);
            match keeps {
                Keeps::Nothing => {}
                Keeps::APrefix(seed) => {
                    let mut random = dice(seed, &path);
                    let upto = random.below(since.len() + 1);
                    since[..upto].iter().for_each(|change| change.apply(&mut image));
                    if let Some(Change::Write(at, bytes)) = since.get(upto) {
                        let torn = random.below(bytes.len() + 1);
                        Change::Write(*at, bytes[..torn].to_vec()).apply(&mut image);
                    }
                }
                Keeps::Any(seed) => {
                    let mut random = dice(seed, &path);
                    for change in &since {
                        match change {
                            Change::Write(at, bytes) => {
                                for (n, sector) in bytes.chunks(512).enumerate() {
                                    if random.below(2) == 0 {
                                        Change::Write(at + n * 512, sector.to_vec()).apply(&mut image);
                                    }
                                }
                            }
                            Change::Truncate(_) if random.below(2) == 0 => change.apply(&mut image),
                            Change::Truncate(_) => {}
                        }
                    }
                }
            }
            if path.exists() {
                std::fs::write(&path, image).unwrap();
            }
        }
        // Shared memory does not outlive a power cut.
        for file in std::fs::read_dir(&self.folder).unwrap().flatten() {
            if file.file_name().to_string_lossy().ends_with("-shm") {
                std::fs::remove_file(file.path()).unwrap();
            }
        }
        *state = State::default();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        lock(&WATCHED).retain(|(folder, _)| *folder != self.folder);
    }
}

impl Platter {
    // Counts an operation; what befalls it, if anything.
    fn befalls(&self, kind: Kind) -> Option<Broken> {
        let mut state = lock(&self.0);
        if state.off {
            return Some(Broken::Fails);
        }
        let plan = state.plan?;
        let taken = plan.broken == Broken::FullButForTheReserve && !state.folder.join("reserve").exists();
        if taken || !plan.broken.befalls(kind) {
            return None;
        }
        state.counted += 1;
        let now = state.counted == plan.at || (plan.stays && state.counted > plan.at);
        state.fired += u64::from(now);
        state.off = now && plan.broken == Broken::Dark;
        now.then_some(plan.broken)
    }

    fn changed(&self, path: &Path, change: Change) {
        if let Some(shadow) = lock(&self.0).shadows.get_mut(path) {
            shadow.since.push(change);
        }
    }

    fn opened(&self, path: &Path) {
        let made = made(path);
        let mut state = lock(&self.0);
        if state.shadows.get(path).is_none_or(|shadow| shadow.made != made) {
            let synced = std::fs::read(path).unwrap_or_default();
            let since = Vec::new();
            state.shadows.insert(path.to_owned(), Shadow { made, synced, since });
        }
    }

    fn synced(&self, path: &Path) {
        let mut state = lock(&self.0);
        if state.lies {
            return;
        }
        if let Some(shadow) = state.shadows.get_mut(path) {
            for change in std::mem::take(&mut shadow.since) {
                change.apply(&mut shadow.synced);
            }
        }
    }
}

/// Numbers that a seed and a file's name give again and again.
fn dice(seed: u64, path: &Path) -> Dice {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Dice(name.bytes().fold(seed ^ 0x9e37_79b9_7f4a_7c15, |all, byte| {
        (all ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    }))
}

/// An open file on a [`Disk`]. SQLite allots `szOsFile` bytes: this, and the file below right after it.
#[repr(C)]
struct File {
    methods: *const ffi::sqlite3_io_methods,
    /// Made by `Box::into_raw` in [`open`], freed in [`close`].
    named: *mut Named,
}

struct Named {
    platter: Platter,
    path: PathBuf,
}

const HEAD: usize = size_of::<File>();

// SAFETY: of the functions below: SQLite calls them with the file that `open` filled in, which lives until `close`; the file
// below lies right behind ours in the same allotment (`szOsFile` says so) and was opened by the file system below; buffers
// have the length that is handed over with them.

unsafe fn below(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: see above.
    unsafe { file.cast::<u8>().add(HEAD).cast() }
}

unsafe fn named<'a>(file: *mut ffi::sqlite3_file) -> &'a Named {
    // SAFETY: see above.
    unsafe { &*(*file.cast::<File>()).named }
}

/// Hands a call on to the file below.
macro_rules! hand_on {
    ($name:ident = $method:ident ( $($arg:ident : $of:ty),* ) -> $gives:ty, $else:expr) => {
        unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file, $($arg: $of),*) -> $gives {
            // SAFETY: see above.
            unsafe {
                let file = below(file);
                match (*(*file).pMethods).$method {
                    Some(method) => method(file, $($arg),*),
                    None => $else,
                }
            }
        }
    };
}

hand_on!(base_read = xRead(to: *mut c_void, length: c_int, at: i64) -> c_int, ffi::SQLITE_IOERR);
hand_on!(base_write = xWrite(from: *const c_void, length: c_int, at: i64) -> c_int, ffi::SQLITE_IOERR);
hand_on!(base_truncate = xTruncate(length: i64) -> c_int, ffi::SQLITE_IOERR);
hand_on!(file_size = xFileSize(length: *mut i64) -> c_int, ffi::SQLITE_IOERR);
hand_on!(take_lock = xLock(level: c_int) -> c_int, ffi::SQLITE_IOERR);
hand_on!(leave_lock = xUnlock(level: c_int) -> c_int, ffi::SQLITE_IOERR);
hand_on!(look_at_lock = xCheckReservedLock(held: *mut c_int) -> c_int, ffi::SQLITE_IOERR);
hand_on!(control = xFileControl(what: c_int, with: *mut c_void) -> c_int, ffi::SQLITE_NOTFOUND);
hand_on!(sector_size = xSectorSize() -> c_int, 512);
hand_on!(shm_map = xShmMap(page: c_int, size: c_int, extend: c_int, to: *mut *mut c_void) -> c_int, ffi::SQLITE_IOERR);
hand_on!(shm_lock = xShmLock(at: c_int, count: c_int, flags: c_int) -> c_int, ffi::SQLITE_IOERR);
hand_on!(shm_barrier = xShmBarrier() -> (), ());
hand_on!(shm_unmap = xShmUnmap(delete: c_int) -> c_int, ffi::SQLITE_IOERR);
hand_on!(base_close = xClose() -> c_int, ffi::SQLITE_OK);

unsafe extern "C" fn characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    // The plainest of disks: no write is atomic, and one may damage the sector it lies in.
    0
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: see above; nothing is asked of the file after its close.
    unsafe {
        let code = base_close(file);
        drop(Box::from_raw((*file.cast::<File>()).named));
        code
    }
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, length: c_int, at: i64) -> c_int {
    // SAFETY: see above.
    unsafe {
        match named(file).platter.befalls(Kind::Read) {
            None => base_read(file, to, length, at),
            Some(Broken::Short) => {
                let code = base_read(file, to, length, at);
                let whole = usize::try_from(length).unwrap_or(0);
                // As SQLite asks of its file systems: what did not come is zeros.
                std::ptr::write_bytes(to.cast::<u8>().add(whole / 2), 0, whole - whole / 2);
                if code == ffi::SQLITE_OK {
                    ffi::SQLITE_IOERR_SHORT_READ
                } else {
                    code
                }
            }
            Some(_) => ffi::SQLITE_IOERR_READ,
        }
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, length: c_int, at: i64) -> c_int {
    // SAFETY: see above.
    unsafe {
        let named = named(file);
        let broken = named.platter.befalls(Kind::Write);
        let upto = match broken {
            None => length,
            Some(Broken::Torn) => length / 2,
            Some(_) => 0,
        };
        let (Ok(count), Ok(place)) = (usize::try_from(upto), usize::try_from(at)) else {
            return ffi::SQLITE_IOERR_WRITE;
        };
        if count > 0 {
            let bytes = std::slice::from_raw_parts(from.cast::<u8>(), count).to_vec();
            named.platter.changed(&named.path, Change::Write(place, bytes));
            let code = base_write(file, from, upto, at);
            if code != ffi::SQLITE_OK {
                return code;
            }
        }
        match broken {
            None => ffi::SQLITE_OK,
            Some(Broken::Full | Broken::FullButForTheReserve) => ffi::SQLITE_FULL,
            Some(_) => ffi::SQLITE_IOERR_WRITE,
        }
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, length: i64) -> c_int {
    // SAFETY: see above.
    unsafe {
        let named = named(file);
        match named.platter.befalls(Kind::Truncate) {
            None => {}
            Some(Broken::Full | Broken::FullButForTheReserve) => return ffi::SQLITE_FULL,
            Some(_) => return ffi::SQLITE_IOERR_TRUNCATE,
        }
        named
            .platter
            .changed(&named.path, Change::Truncate(usize::try_from(length).unwrap_or(0)));
        base_truncate(file, length)
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: see above.
    let named = unsafe { named(file) };
    if named.platter.befalls(Kind::Sync).is_some() {
        return ffi::SQLITE_IOERR_FSYNC;
    }
    // The real disk need not be waited for: what it has is what `power_up` writes.
    named.platter.synced(&named.path);
    ffi::SQLITE_OK
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // 2: with shared memory, without memory-mapped reads.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(take_lock),
    xUnlock: Some(leave_lock),
    xCheckReservedLock: Some(look_at_lock),
    xFileControl: Some(control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The file system that was SQLite's own before.
unsafe fn base(ours: *mut ffi::sqlite3_vfs) -> *mut ffi::sqlite3_vfs {
    // SAFETY: `register` put it there.
    unsafe { (*ours).pAppData.cast() }
}

unsafe fn path_of(name: *const c_char) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    if name.is_null() {
        return None;
    }
    // SAFETY: SQLite's names end with a NUL.
    let name = unsafe { CStr::from_ptr(name) };
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(name.to_bytes())))
}

unsafe extern "C" fn open(
    ours: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite allots `szOsFile` bytes for `file`, enough for both; `name` is kept by it until the close.
    unsafe {
        let base = base(ours);
        let Some(base_open) = (*base).xOpen else {
            return ffi::SQLITE_CANTOPEN;
        };
        let watched = path_of(name).and_then(|path| platter_of(&path).map(|platter| (path, platter)));
        let Some((path, platter)) = watched else {
            // Another folder's: from here on it is the other file system's alone.
            return base_open(base, name, file, flags, out);
        };
        (*file).pMethods = std::ptr::null();
        if platter.befalls(Kind::Open).is_some() {
            return ffi::SQLITE_CANTOPEN;
        }
        let code = base_open(base, name, below(file), flags, out);
        if code == ffi::SQLITE_OK {
            platter.opened(&path);
            let file = file.cast::<File>();
            (*file).named = Box::into_raw(Box::new(Named { platter, path }));
            (*file).methods = &raw const METHODS;
        }
        code
    }
}

unsafe extern "C" fn delete(ours: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: as `open`.
    unsafe {
        let base = base(ours);
        let Some(path) = path_of(name) else {
            return ffi::SQLITE_IOERR_DELETE;
        };
        if let Some(platter) = platter_of(&path) {
            if platter.befalls(Kind::Delete).is_some() {
                return ffi::SQLITE_IOERR_DELETE;
            }
            lock(&platter.0).shadows.remove(&path);
        }
        (*base)
            .xDelete
            .map_or(ffi::SQLITE_IOERR_DELETE, |delete| delete(base, name, sync))
    }
}

unsafe extern "C" fn access(ours: *mut ffi::sqlite3_vfs, name: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    // SAFETY: the same arguments, to the file system they were meant for.
    unsafe {
        let base = base(ours);
        (*base)
            .xAccess
            .map_or(ffi::SQLITE_IOERR, |access| access(base, name, flags, out))
    }
}

unsafe extern "C" fn full_path(
    ours: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: the same arguments, to the file system they were meant for.
    unsafe {
        let base = base(ours);
        (*base)
            .xFullPathname
            .map_or(ffi::SQLITE_CANTOPEN, |full| full(base, name, room, out))
    }
}

fn register() {
    static ONCE: Once = Once::new();
    // SAFETY: a copy of the table that SQLite uses now, kept for ever, with our functions where files are meant. Time, sleep
    // and randomness are the other's own functions, which do not look at the table they are handed.
    ONCE.call_once(|| unsafe {
        ffi::sqlite3_initialize();
        let base = ffi::sqlite3_vfs_find(std::ptr::null());
        assert!(!base.is_null(), "SQLite has a file system");
        let ours = Box::leak(Box::new(*base));
        ours.zName = c"faults".as_ptr();
        ours.pNext = std::ptr::null_mut();
        ours.pAppData = base.cast();
        ours.szOsFile += c_int::try_from(HEAD).unwrap();
        ours.xOpen = Some(open);
        ours.xDelete = Some(delete);
        ours.xAccess = Some(access);
        ours.xFullPathname = Some(full_path);
        assert_eq!(ffi::sqlite3_vfs_register(ours, 1), ffi::SQLITE_OK);
    });
}
