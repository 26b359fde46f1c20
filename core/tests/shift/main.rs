//! The main job through the public door, on real SQLite files: receive, put away, pick, be stopped, be resolved.

mod flows;
mod people;
mod record;
mod site;
