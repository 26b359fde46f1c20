// PouchDB on LevelDB, its default in Node: node pouchdb.mjs FOLDER URL BATCH
// Each scan is a document, put as it is scanned; draining is one replication after the other until one comes to its end.
import PouchDB from "pouchdb";
import { pause, scanned, serve } from "./device.mjs";

const [folder, url, batch] = process.argv.slice(2);
const own = new PouchDB(`${folder}/scans`);
const server = `${url}/scans`;

await serve({
  // What a replication would look at; what is at the server already it finds there.
  pending: async () => (await own.info()).doc_count,
  async capture(scans) {
    for (let scan = 0; scan < scans; scan++) {
      const { id, ...event } = scanned(scan);
      await own.put({ _id: id, ...event });
    }
  },
  async drain() {
    // `retry` is for live replication alone: an app that replicates once tries again itself.
    for (;;) {
      try {
        const done = await own.replicate.to(server, { batch_size: Number(batch) });
        if (done.ok && done.doc_write_failures === 0) return;
      } catch {
        await pause(1);
      }
    }
  },
});
