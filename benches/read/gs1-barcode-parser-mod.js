// The loop of gs1-barcode-parser-mod: node gs1-barcode-parser-mod.js LABEL SECONDS CORRUPTED
// prints {"rate": reads a second, "refused": how many of the corrupted labels}.
"use strict";
const parser = require("gs1-barcode-parser-mod");
const parse = parser.parseBarcode || parser;

const [label, seconds, corrupted] = process.argv.slice(2);

const read = parse(label).parsedCodeItems.map((item) => item.ai).join();
if (read !== "01,17,10,21") throw new Error(`read ${read}`);

function loop(limit) {
  const begin = process.hrtime.bigint();
  let count = 0;
  for (;;) {
    for (let i = 0; i < 1000; i++) parse(label);
    count += 1000;
    const spent = Number(process.hrtime.bigint() - begin) / 1e9;
    if (spent >= limit) return count / spent;
  }
}

loop(0.3); // so that the compiler is done
const rate = loop(Number(seconds));
let refused = 0;
for (const data of JSON.parse(corrupted)) {
  try {
    parse(data);
  } catch {
    refused += 1;
  }
}
console.log(JSON.stringify({ rate, refused }));
