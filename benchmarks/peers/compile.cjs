// MJML (npm) and juice, warm, on the MJML and the CSS that standard input has as JSON: {"mjml", "css", "runs"}.
// It validates ("soft", its default), as ours is linted. Packages are looked up in the folder given. Prints the medians
// in milliseconds: {"wall", "cpu", "bytes", "version"}.
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const from = createRequire(join(process.argv[2], "package.json"));
const loaded = from("mjml");
const mjml = loaded.default ?? loaded;
const juice = from("juice");
const { mjml: source, css, runs } = JSON.parse(readFileSync(0, "utf-8"));

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

(async () => {
  const wall = [];
  const cpu = [];
  let html = "";
  for (let run = -10; run < runs; run++) {
    const before = process.cpuUsage();
    const begin = process.hrtime.bigint();
    const compiled = await mjml(source, { validationLevel: "soft" });
    html = juice.inlineContent(compiled.html, css);
    const end = process.hrtime.bigint();
    const used = process.cpuUsage(before);
    if (run >= 0) {
      wall.push(Number(end - begin) / 1e6);
      cpu.push((used.user + used.system) / 1e3);
    }
  }
  const version = from("mjml/package.json").version;
  console.log(JSON.stringify({ wall: median(wall), cpu: median(cpu), bytes: Buffer.byteLength(html), version }));
})();
