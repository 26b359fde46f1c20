//! That the schema in PostgreSQL distributes by site as it is: Citus asks that the column which distributes is in each unique key
//! of a table, and that each statement names it ("Distributed tables", "Querying distributed tables").

use crate::postgres::{drain, gateway, gun};
use lotline_tests::gun::received;
use lotline_tests::postgres::{Cluster, database};

/// Every statement that the server was sent, as its log has them.
fn statements(log: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in log.lines() {
        if goes_on && line.starts_with('\t') {
            let last: &mut String = out.last_mut().unwrap();
            last.push(' ');
            last.push_str(line.trim());
            continue;
        }
        let said = line.split_once("LOG:  ").map_or("", |(_, said)| said);
        let sql = said.strip_prefix("statement: ").or_else(|| {
            said.strip_prefix("execute ")
                .and_then(|rest| rest.split_once(": "))
                .map(|(_, sql)| sql)
        });
        goes_on = sql.is_some();
        out.extend(sql.map(|sql| sql.trim().to_owned()));
    }
    out
}

/// Whether a statement touches rows of the ledger without saying of which site.
fn is_of_no_site(sql: &str) -> bool {
    let word = sql.split_whitespace().next().unwrap_or_default().to_uppercase();
    if !sql.contains("lotline.") {
        return false;
    }
    match word.as_str() {
        "INSERT" => !sql
            .split_once('(')
            .is_some_and(|(_, columns)| columns.starts_with("site,") || columns.starts_with("\"site\",")),
        "SELECT" | "UPDATE" | "DELETE" => !sql.contains("site = $1"),
        // What makes tables goes to every node.
        _ => false,
    }
}

#[test]
fn postgres_every_table_has_its_site_first_in_each_unique_key_and_every_statement_names_it() {
    let cluster = Cluster::start();
    let url = database(&cluster.url());
    let mut beside = ::postgres::Client::connect(&url, ::postgres::NoTls).unwrap();
    let name: String = beside.query_one("SELECT current_database()", &[]).unwrap().get(0);
    beside
        .batch_execute(&format!("ALTER DATABASE {name} SET log_statement = 'all'"))
        .unwrap();
    let mut gateway = gateway(url);
    let gun = gun("GUN-1", &gateway);
    gun.capture((0..20).map(|n| received(None, ["A-01", "A-02"][n % 2])));
    gun.capture([received(Some("S1"), "A-01")]);
    drain(&gun);
    gateway.settled();
    // Rows that go, a replica that catches up by the log, and one that is made anew.
    gateway.ledger().void_tokens().unwrap();
    gateway.kill();
    gateway.restart();
    gun.capture([received(None, "A-01")]);
    drain(&gun);
    gateway.settled();
    let record = gateway.ledger();
    assert!(
        record
            .record(None, lotline_record::entry::Instant::from_unix_ms(0))
            .unwrap()
            .lines(&record)
            .count()
            > 21
    );

    let keys = beside
        .query(
            "SELECT t.relname, i.relname, a.attname FROM pg_index x
               JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
               JOIN pg_namespace n ON n.oid = t.relnamespace
               JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
              WHERE n.nspname = 'lotline' AND x.indisunique",
            &[],
        )
        .unwrap();
    for key in &keys {
        let (table, index, first): (&str, &str, &str) = (key.get(0), key.get(1), key.get(2));
        assert_eq!(first, "site", "{index} of {table}");
    }
    let bare: i64 = beside
        .query_one(
            "SELECT count(*) FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
              WHERE n.nspname = 'lotline' AND t.relkind IN ('r', 'p')
                AND NOT EXISTS (SELECT 1 FROM pg_index x WHERE x.indrelid = t.oid AND x.indisprimary)",
            &[],
        )
        .unwrap()
        .get(0);
    assert_eq!(bare, 0, "a table without a key");
    let foreign: i64 = beside
        .query_one(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'lotline'::regnamespace",
            &[],
        )
        .unwrap()
        .get(0);
    assert_eq!(foreign, 0, "a foreign key would have to name the site as well");
    assert!(keys.len() > 30, "{}", keys.len());

    let log = std::fs::read_to_string(cluster.folder().join("log")).unwrap();
    let sent = statements(&log);
    for word in [
        "INSERT INTO lotline.entry",
        "DELETE FROM lotline.",
        "UPDATE lotline.ledger",
        "SELECT stamp, rows",
    ] {
        assert!(
            sent.iter().any(|sql| sql.starts_with(word)),
            "nobody sent {word}: nothing is shown"
        );
    }
    let odd: Vec<&String> = sent.iter().filter(|sql| is_of_no_site(sql)).collect();
    assert!(odd.is_empty(), "{odd:#?}");
}
