//! Everybody's sessions: how many there may be, for how long, and whose is whose.

use super::guard::Token;
use super::problem::Problem;
use super::session::{Berth, Session};
use crate::edge;
use lotline_record::model::{DeviceId, PlaceId};
use lotline_server::Ledger;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Carts of the seeded site: where a lifted load is booked. Each session has one to itself while there are enough.
const CARTS: usize = 4;

/// How many sessions, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many at once.
    pub most: usize,
    /// One that is not used for so long ends.
    pub idle: Duration,
    /// One ends when it is so old.
    pub age: Duration,
}

/// What sessions are made of; known once the gateway listens.
#[derive(Debug)]
pub struct Ground {
    /// Where it listens.
    pub gateway: SocketAddr,
    /// Its ledger, which issues codes.
    pub ledger: Ledger,
    /// `lotline` itself, to be started as a handheld.
    pub program: PathBuf,
}

/// The room.
#[derive(Debug)]
pub struct Room {
    folder: PathBuf,
    limits: Limits,
    language: String,
    ground: OnceLock<Ground>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    places: HashMap<Token, Place>,
    numbered: u64,
    closed: bool,
}

#[derive(Debug)]
struct Place {
    made: Instant,
    used: Instant,
    cart: usize,
    /// `None` while it is being made.
    seat: Option<Seat>,
}

/// A session that one request at a time has to itself.
pub type Seat = Arc<Mutex<Session>>;

/// A session's lock, whatever befell its last holder: the handheld's own files are what counts.
pub fn held(seat: &Seat) -> MutexGuard<'_, Session> {
    seat.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Room {
    /// An empty room whose sessions live in `folder`. What a process that was killed left there is removed.
    ///
    /// # Errors
    /// When the folder cannot be made or emptied.
    pub fn new(folder: PathBuf, limits: Limits, language: String) -> std::io::Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(Room {
            folder,
            limits,
            language,
            ground: OnceLock::new(),
            state: Mutex::default(),
        })
    }

    /// Opens it.
    pub fn open(&self, ground: Ground) {
        // A room that is open stays as it is.
        let _ = self.ground.set(ground);
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of a cookie. `used` counts as use; a page that only looks does not.
    ///
    /// # Errors
    /// [`Problem::NoSession`].
    pub fn seat(&self, token: Option<&Token>, now: Instant, used: bool) -> Result<Seat, Problem> {
        let mut state = self.state();
        let place = token.and_then(|token| state.places.get_mut(token));
        let place = place.ok_or(Problem::NoSession)?;
        if used {
            place.used = now;
        }
        place.seat.clone().ok_or(Problem::NotReady)
    }

    /// Makes a session. Blocking: a process starts and enrols.
    ///
    /// # Errors
    /// [`Problem::Full`], [`Problem::NotReady`], [`Problem::NotStarted`].
    pub fn enter(&self, now: Instant) -> Result<Token, Problem> {
        let ground = self.ground.get().ok_or(Problem::NotReady)?;
        self.sweep(now);
        let random = |e: std::io::Error| Problem::NotStarted(e.to_string());
        let token = Token::new(edge::random().map_err(random)?);
        let (number, cart) = self.reserve(&token, now)?;
        let made = self.make(ground, number, cart);
        let mut state = self.state();
        let made = made.and_then(|session| {
            // The place is gone when the room was closed meanwhile.
            let place = state.places.get_mut(&token).ok_or(Problem::NotReady)?;
            place.seat = Some(Arc::new(Mutex::new(session)));
            Ok(())
        });
        match made {
            Ok(()) => Ok(token),
            Err(problem) => {
                state.places.remove(&token);
                Err(problem)
            }
        }
    }

    fn reserve(&self, token: &Token, now: Instant) -> Result<(u64, usize), Problem> {
        let mut state = self.state();
        if state.closed {
            return Err(Problem::NotReady);
        }
        if state.places.len() >= self.limits.most {
            return Err(Problem::Full {
                most: self.limits.most,
                idle_minutes: self.limits.idle.as_secs().div_ceil(60),
            });
        }
        state.numbered += 1;
        let on = |cart: usize| state.places.values().filter(|place| place.cart == cart).count();
        let cart = (1..=CARTS).min_by_key(|cart| on(*cart)).unwrap_or(1);
        let place = Place {
            made: now,
            used: now,
            cart,
            seat: None,
        };
        state.places.insert(token.clone(), place);
        Ok((state.numbered, cart))
    }

    fn make(&self, ground: &Ground, number: u64, cart: usize) -> Result<Session, Problem> {
        fn wrong(error: impl std::fmt::Display) -> Problem {
            tracing::error!(%error, "a handheld in the browser did not start");
            Problem::NotStarted(error.to_string())
        }
        let tail = u32::from_be_bytes(edge::random().map_err(wrong)?);
        let device = DeviceId::new(format!("browser-{number}-{tail:08x}")).map_err(wrong)?;
        let cart = PlaceId::new(format!("CART-{cart}")).map_err(wrong)?;
        let name = format!("Browser {number}");
        let code = ground.ledger.issue_code_for(&device, &name, &cart).map_err(wrong)?;
        let folder = self.folder.join(device.as_str());
        std::fs::create_dir(&folder).map_err(wrong)?;
        let berth = Berth {
            program: ground.program.clone(),
            folder,
            device,
            name,
            code,
            gateway: ground.gateway,
            language: self.language.clone(),
        };
        Session::start(berth).map_err(wrong)
    }

    /// Ends a session because its person is done with it. Blocking.
    ///
    /// # Errors
    /// [`Problem::NoSession`].
    pub fn leave(&self, token: Option<&Token>) -> Result<(), Problem> {
        let place = token.and_then(|token| self.state().places.remove(token));
        self.put_away(vec![place.ok_or(Problem::NoSession)?]);
        Ok(())
    }

    /// Ends every session that was idle for too long or has become too old. Blocking. Gives how many.
    pub fn sweep(&self, now: Instant) -> usize {
        let Limits { idle, age, .. } = self.limits;
        let over = |place: &Place| {
            place.seat.is_some()
                && (now.saturating_duration_since(place.used) >= idle
                    || now.saturating_duration_since(place.made) >= age)
        };
        let gone: Vec<Place> = self
            .state()
            .places
            .extract_if(|_, place| over(place))
            .map(|(_, place)| place)
            .collect();
        let count = gone.len();
        self.put_away(gone);
        count
    }

    /// What a handheld has not sent is sent before it goes, and its key opens nothing afterwards.
    fn put_away(&self, places: Vec<Place>) {
        for seat in places.into_iter().filter_map(|place| place.seat) {
            let mut session = held(&seat);
            session.settle();
            let device = session.device().clone();
            let revoked = self.ground.get().map(|ground| ground.ledger.revoke(&device));
            if let Some(Err(error)) = revoked {
                tracing::warn!(%error, device = device.as_str(), "a session's device was not revoked");
            }
        }
    }

    /// Ends all of them and lets nobody in: the gateway is about to stop. Blocking.
    pub fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        let places = std::mem::take(&mut state.places);
        drop(state);
        drop(places);
    }
}
