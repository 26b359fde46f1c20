// What the peers have in common: the lines they are spoken to in (benches/src/sync/process.rs), and what they keep of a scan.
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";

const NOTICE_LINES = 40;

// Standard output is for the lines alone: what a library has to tell goes elsewhere.
const say = (line) => process.stdout.write(`${line}\n`);
for (const level of ["log", "info", "debug", "warn"]) console[level] = () => {};

// GTIN-14 of an item's each.
function gtin(item) {
  const body = `0952${String(item).padStart(9, "0")}`;
  const sum = [...body].reduce((sum, digit, i) => sum + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

// The same as `event` in benches/src/sync/mod.rs.
export function scanned(scan) {
  const item = scan % NOTICE_LINES;
  const serial = `N${String(scan).padStart(9, "0")}`;
  return {
    id: randomUUID(),
    at: Date.now(),
    device: "bench",
    person: "p1",
    document: "80000",
    line: String(item + 1),
    item: `I${item}`,
    lot: "SYNC",
    serial,
    expiry: "2031-06-30",
    quantity: 1,
    unit: "EA",
    to: "DOCK-1",
    label: `]d201${gtin(item)}1731063010SYNC\u001d21${serial}`,
  };
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// `device` has pending(), capture(scans) and drain(). Ends with its input.
export async function serve(device) {
  say(`ready ${await device.pending()}`);
  for await (const line of createInterface({ input: process.stdin })) {
    const [verb, rest] = line.split(" ");
    if (verb === "prepare") {
      say("prepared");
    } else if (verb === "capture") {
      await device.capture(Number(rest));
      say("captured");
    } else if (verb === "drain") {
      await device.drain();
      say("durable\ndrained");
    } else {
      throw new Error(`${verb}?`);
    }
  }
  process.exit(0);
}
