// Runs the verifier as a page would: node run.js WASM_EXEC WASM AT TRUST ROOT...
// Prints the report, or the error's message after "error: ".
"use strict";
const fs = require("fs");
const [exec, wasm, at, trust, ...roots] = process.argv.slice(2);
require(exec);
const go = new Go();
WebAssembly.instantiate(fs.readFileSync(wasm), go.importObject).then(({ instance }) => {
  go.run(instance);
  const text = (name) => fs.readFileSync(name, "utf8");
  const report = rootmootVerifyChain(text(trust), roots.map(text), at, false);
  console.log(report instanceof Error ? "error: " + report.message : report);
  process.exit(0);
});
