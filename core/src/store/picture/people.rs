//! People and what they may see.

use super::{Picture, parse, unreadable, word};
use crate::Error;
use lotline_record::model::{OwnerId, Person, PersonId, Role};
use rusqlite::params;

/// A person, and the owners in their scope; `None`: all.
type Known = (Person, Option<Vec<OwnerId>>);

impl Picture<'_> {
    pub(super) fn read_badge(&self, badge: &str) -> Result<Option<Person>, Error> {
        let found = self.person_where(
            "SELECT person, badge, name, role, pin, language, owners, name_version, active FROM site.person
             INDEXED BY person_badge WHERE site = ?1 AND gone = 0 AND badge = ?2",
            badge,
        )?;
        Ok(found.map(|(person, _)| person))
    }

    pub(super) fn read_person(&self, person: &PersonId) -> Result<Option<Known>, Error> {
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

    fn person_where(&self, sql: &str, key: &str) -> Result<Option<Known>, Error> {
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
        let person = Person {
            person: parse("person", &person)?,
            badge,
            name,
            name_version,
            role: word("role", &role, Role::from_word)?,
            pin: pin.parse().map_err(|_| unreadable("PIN hash", "…"))?,
            language,
            active,
        };
        Ok(Some((person, owners.transpose()?)))
    }
}
