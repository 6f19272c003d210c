// nodemailer, pooled: COUNT personal messages from the parts that standard input has as JSON. Prints {"rate", "version"}.
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const from = createRequire(join(process.argv[2], "package.json"));
const nodemailer = from("nodemailer");
const { port, count, connections, html, text, dkim } = JSON.parse(readFileSync(0, "utf-8"));

(async () => {
  const transport = nodemailer.createTransport({
    host: "127.0.0.1",
    port,
    pool: true,
    maxConnections: connections,
    maxMessages: Infinity,
    ignoreTLS: true,
    dkim: dkim && { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.pem },
  });
  const send = (n) => {
    const link = `https://news.example.org/u/${n}`;
    const fill = (part) => part.replaceAll("{{name}}", `Reader ${n}`).replaceAll("{{link}}", link);
    return transport.sendMail({
      from: "Weekly Native <news@example.org>",
      to: { name: `Reader ${n}`, address: `reader${n}@example.net` },
      envelope: { from: `bounces+${n}@example.org`, to: `reader${n}@example.net` },
      subject: "An order of magnitude gained",
      html: fill(html),
      text: fill(text),
      list: { unsubscribe: { url: link }, id: "weekly.example.org" },
      headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
    });
  };
  const begin = process.hrtime.bigint();
  let next = 0;
  const worker = async () => {
    while (next < count) await send(++next);
  };
  await Promise.all(Array.from({ length: connections * 2 }, worker));
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  transport.close();
  console.log(JSON.stringify({ rate: count / seconds, version: from("nodemailer/package.json").version }));
})();
