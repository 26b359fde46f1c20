//! People and what they may see.

use super::{Picture, included, parse, unreadable, word};
use crate::Error;
use crate::store::known::KnownPerson;
use lotline_record::model::{Person, PersonId, Role, Setting, Settings};
use rusqlite::params;

impl Picture<'_> {
    pub(super) fn read_badge(&self, badge: &str) -> Result<Option<Person>, Error> {
        let found = self.person_where(
            "SELECT person, badge, name, role, pin, language, owners, name_version, active FROM site.person
             INDEXED BY person_badge WHERE site = ?1 AND gone = 0 AND badge = ?2",
            badge,
        )?;
        Ok(found.map(|known| known.person))
    }

    pub(super) fn read_person(&self, person: &PersonId) -> Result<Option<KnownPerson>, Error> {
        self.known(
            |known| known.people.get(person).cloned().map(Some),
            || {
                self.person_where(
                    "SELECT person, badge, name, role, pin, language, owners, name_version, active FROM site.person
                     WHERE site = ?1 AND gone = 0 AND person = ?2",
                    person.as_str(),
                )
            },
            |known, found| {
                if let Some(found) = found {
                    known.people.put(person.clone(), found);
                }
            },
        )
    }

    fn person_where(&self, sql: &str, key: &str) -> Result<Option<KnownPerson>, Error> {
        let row = self.one(sql, params![self.site(), key], |r| {
            let texts: [String; 6] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?];
            Ok((
                texts,
                r.get::<_, Option<String>>(6)?,
                r.get::<_, u32>(7)?,
                r.get::<_, bool>(8)?,
            ))
        })?;
        let Some(([person, badge, name, role, pin, language], owners, name_version, active)) = row else {
            return Ok(None);
        };
        let owners = owners.map(|list| {
            list.split(',')
                .filter(|o| !o.is_empty())
                .map(|o| parse("owner", o.trim()))
                .collect::<Result<Vec<_>, _>>()
        });
        let (settings, own_settings) = self.settings(&person)?;
        let person = Person {
            person: parse("person", &person)?,
            badge,
            name,
            name_version,
            role: word("role", &role, Role::from_word)?,
            pin: pin.parse().map_err(|_| unreadable("PIN hash", "…"))?,
            language: settings.language.clone().unwrap_or(language),
            settings,
            active,
        };
        Ok(Some(KnownPerson {
            person,
            scope: owners.transpose()?,
            own_settings,
        }))
    }

    /// What a person chose, the last choice last: name, value, when, and whether it is an own one.
    fn chosen(&self, person: &str) -> Result<Vec<(String, String, i64, bool)>, Error> {
        self.all(
            concat!(
                "SELECT name, value, changed_ms, position > 0 FROM (
                   SELECT name, value, changed_ms, device, 0 AS position FROM site.setting
                    WHERE site = ?1 AND person = ?2 AND gone = 0
                   UNION ALL
                   SELECT name, value, changed_ms, ?3, position FROM effects.own_setting
                    WHERE person = ?2 AND position > ",
                included!(),
                ") ORDER BY changed_ms, device, position"
            ),
            params![self.site(), person, self.standing.device.as_str()],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
        )
    }

    /// What it comes to, and whether an own choice takes part.
    fn settings(&self, person: &str) -> Result<(Settings, bool), Error> {
        let (mut settings, mut any_own) = (Settings::default(), false);
        for (name, value, _, own) in self.chosen(person)? {
            any_own |= own;
            // What a newer version wrote is passed over.
            if let Some(setting) = Setting::read(&name, &value) {
                settings.put(setting);
            }
        }
        Ok((settings, any_own))
    }

    pub(super) fn read_chosen_ms(&self, person: &PersonId, name: &str) -> Result<Option<i64>, Error> {
        let all = self.chosen(person.as_str())?;
        Ok(all
            .into_iter()
            .filter_map(|(of, _, at_ms, _)| (of == name).then_some(at_ms))
            .max())
    }
}
