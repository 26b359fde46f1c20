// PowerSync's client for Node, with what it comes with: node powersync.mjs FOLDER URL BATCH
// Each scan is an INSERT; its connector uploads batches of what waits to the endpoint of the outboxes, as PowerSync's guide has it: what
// throws is tried again after `retryDelayMs`, which stays at its 5 s.
import { Schema, SyncStreamConnectionMethod, Table, column } from "@powersync/common";
import { PowerSyncDatabase } from "@powersync/node";
import { pause, scanned, serve } from "./device.mjs";

const [folder, url, batch] = process.argv.slice(2);
const { id: _, ...columns } = scanned(0);
const names = Object.keys(columns);
const schema = new Schema({
  scan: new Table(Object.fromEntries(names.map((name) => [name, Number.isInteger(columns[name]) ? column.integer : column.text]))),
});
const own = new PowerSyncDatabase({
  schema,
  database: { dbFilename: "own.db", dbLocation: folder, readWorkerCount: 1 },
});
await own.init();

const insert = `INSERT INTO scan (id, ${names.map((name) => `"${name}"`).join(", ")}) VALUES (?${", ?".repeat(names.length)})`;
const waiting = async () => (await own.getUploadQueueStats()).count;
const connector = {
  fetchCredentials: async () => ({ endpoint: url, token: "bench" }),
  async uploadData(database) {
    const some = await database.getCrudBatch(Number(batch));
    if (!some) return;
    const answer = await fetch(`${url}/events`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(some.crud.map((change) => ({ id: change.id, ...change.opData }))),
    });
    if (!answer.ok) throw new Error(`the endpoint answered ${answer.status}`);
    await some.complete();
  },
};

await serve({
  pending: waiting,
  async capture(scans) {
    for (let scan = 0; scan < scans; scan++) {
      const { id, ...event } = scanned(scan);
      await own.execute(insert, [id, ...Object.values(event)]);
    }
  },
  async drain() {
    if (own.connected) await own.disconnect();
    await own.connect(connector, { connectionMethod: SyncStreamConnectionMethod.HTTP });
    while ((await waiting()) > 0) await pause(5);
  },
});
