//! `lotline export`: the record out, byte for byte, with every signature over it.

use super::output::Output;
use super::source::{From, Source};
use crate::command::seed::hex;
use crate::config::Config;
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_core::audit::Audit;
use lotline_core::platform::{KeyStore, MemoryKey};
use lotline_record::archive::{Counts, FORMAT, Header, Keys, Line, Origin, Spki, Writer};
use lotline_record::model::{DeviceId, SiteId};
use lotline_record::wire::proof::{Claims, PublicKey, Unsigned};
use lotline_server::LedgerError;
use p256::pkcs8::{DecodePrivateKey, EncodePublicKey};
use serde::Serialize;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline export -o record.ndjson.zst                      from the gateway's folder
  lotline export --from hh -o hh.ndjson.zst                from a handheld's folder, unsent entries included
  lotline export -o record.ndjson.zst --keys keys.json     and the public keys apart, for `lotline verify --keys`";

/// From where, to where.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    output: Output,
    /// Write the public keys to a file of their own as well
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    #[command(flatten)]
    form: out::Form,
}

#[derive(Serialize)]
struct Written {
    file: PathBuf,
    site: SiteId,
    #[serde(flatten)]
    counts: Counts,
}

/// Writes the export.
///
/// # Errors
/// When the record cannot be read or the file not be written; a file that was there stays.
pub fn run(args: &Args, config: &Config) -> Outcome {
    args.output.may_be_written()?;
    let source = args.from.open(config)?;
    source.tell_reach()?;
    if let Source::Device { folder, audit, .. } = &source
        && audit.training
    {
        return Err(Failure::usage(
            "this is a training, which is no part of the record",
            folder.display(),
            "name the handheld's own folder",
        ));
    }
    if let Source::Server { folder, ledger } = &source {
        let to = args.output.file.display().to_string();
        ledger
            .note(&super::user::by()?, "export", &to, true)
            .map_err(|e| Failure::ledger(&e, &folder.join("ledger.db")))?;
    }
    let failed = |e: &std::io::Error| Failure::io(e, args.output.file.display());
    let folder = args
        .output
        .file
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(|e| failed(&e))?;
    let compressed =
        zstd::Encoder::new(BufWriter::new(file), zstd::DEFAULT_COMPRESSION_LEVEL).map_err(|e| failed(&e))?;
    let (header, (compressed, counts)) = write(&source, compressed, &failed)?;
    let file = compressed.finish().map_err(|e| failed(&e))?;
    let file = file.into_inner().map_err(|e| failed(e.error()))?;
    file.as_file().sync_all().map_err(|e| failed(&e))?;
    file.persist(&args.output.file).map_err(|e| failed(&e.error))?;
    if let Some(path) = &args.keys {
        let keys = Keys {
            site_key: header.site_key.clone(),
            devices: header.devices.clone(),
        };
        let text = serde_json::to_string_pretty(&keys).map_err(|e| Failure::usage(e, "keys", "report it"))?;
        std::fs::write(path, text + "\n").map_err(|e| Failure::io(&e, path.display()))?;
    }
    let written = Written {
        file: args.output.file.clone(),
        site: header.site,
        counts,
    };
    args.form.print(&written, |w| {
        format!(
            "{}: {} entries, {} signatures of devices, {} counter-signatures\ncheck it: lotline verify {}",
            w.file.display(),
            w.counts.entries,
            w.counts.proofs,
            w.counts.receipts,
            w.file.display()
        )
    })
}

/// Writes the whole record. Gives the first line, and what was written to with its counts.
fn write<W: Write>(
    source: &Source,
    out: W,
    failed: &dyn Fn(&std::io::Error) -> Failure,
) -> Outcome<(Header, (W, Counts))> {
    let begin = |out, header: &Header| Writer::new(out, header).map_err(|e| failed(&e));
    let (header, writer) = match source {
        Source::Server { folder, ledger } => {
            let lost = |e: &LedgerError| source.failed(e);
            let site_key = site_key(folder)?.map(|key| key.0);
            let record = ledger.record(site_key, edge::now()).map_err(|e| lost(&e))?;
            let header = record.header().clone();
            let mut writer = begin(out, &header)?;
            for line in record.lines(ledger) {
                writer.line(&line.map_err(|e| lost(&e))?).map_err(|e| failed(&e))?;
            }
            (header, writer)
        }
        Source::Device {
            folder,
            device,
            site,
            audit,
        } => {
            let signed = head(folder, device, audit)?;
            let header = Header {
                format: FORMAT.to_owned(),
                site: site.clone(),
                from: Origin::Device,
                made_at: edge::now(),
                received: None,
                site_key: hex(&audit.site_key).filter(|key| !key.is_empty()).map(Spki),
                devices: signed.iter().map(|(key, _)| (device.clone(), key.clone())).collect(),
            };
            let mut writer = begin(out, &header)?;
            source.each(|kept| {
                let line = Line::Entry {
                    device: kept.device,
                    epoch: kept.position.epoch(),
                    seq: kept.position.seq(),
                    hash: kept.hash,
                    bytes: kept.bytes,
                };
                writer.line(&line).map(|()| true).map_err(|e| failed(&e))
            })?;
            let receipts = audit.receipts.iter().cloned().map(Line::Receipt);
            for line in signed.into_iter().map(|(_, line)| line).chain(receipts) {
                writer.line(&line).map_err(|e| failed(&e))?;
            }
            (header, writer)
        }
    };
    Ok((header, writer.finish().map_err(|e| failed(&e))?))
}

/// The handheld signs its head as it stands, so that entries it has not sent yet are signed too.
fn head(folder: &Path, device: &DeviceId, audit: &Audit) -> Outcome<Option<(Spki, Line)>> {
    let path = folder.join("device.key");
    let Some(last) = audit.entries.last().filter(|_| path.is_file()) else {
        return Ok(None);
    };
    let failed = |why: &dyn std::fmt::Display| Failure::usage(why, path.display(), "restore the file from its backup");
    let key = MemoryKey::open(&path).map_err(|e| failed(&e))?;
    let spki = key.public_key().map_err(|e| failed(&e))?;
    let (epoch, seq) = (last.position.epoch(), last.position.seq());
    let claims = Claims {
        jti: last.hash.to_string(),
        htm: "EXPORT".into(),
        htu: "lotline:export".into(),
        iat: edge::now().unix_ms().div_euclid(1_000),
        nonce: None,
        ath: None,
        epoch: Some(epoch),
        seq: Some(seq),
        head: Some(last.hash),
        after: None,
    };
    let unsigned = Unsigned::new(&PublicKey::from_spki(&spki).map_err(|e| failed(&e))?, &claims);
    let signature = key.sign(unsigned.message().to_vec()).map_err(|e| failed(&e))?;
    let proof = unsigned.sign(&signature).map_err(|e| failed(&e))?;
    let line = Line::Proof {
        device: device.clone(),
        epoch,
        seq,
        head: last.hash,
        proof,
    };
    Ok(Some((Spki(spki), line)))
}

/// The public half of the key in the gateway's folder; none where the folder was copied without it.
pub(crate) fn site_key(folder: &Path) -> Outcome<Option<Spki>> {
    let path = folder.join("site_key.pem");
    let Ok(pem) = std::fs::read_to_string(&path) else {
        return Ok(None);
    };
    let bad = |why: String| Failure::check(why, path.display(), "restore the gateway's folder from its backup");
    let key = p256::ecdsa::SigningKey::from_pkcs8_pem(&pem).map_err(|e| bad(e.to_string()))?;
    let der = key
        .verifying_key()
        .to_public_key_der()
        .map_err(|e| bad(e.to_string()))?;
    Ok(Some(Spki(der.as_bytes().to_vec())))
}
