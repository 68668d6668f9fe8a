"""The browser client at a busy moment: it asks once more, and then it says what it was told."""

from __future__ import annotations

import json
from pathlib import Path

from app.core.refusals import BUSY, DATABASE_UNAVAILABLE
from tests import node
from tests.docs.snippets import ROOT

CLIENT = ROOT / "app" / "static" / "flaskport.js"
SCRIPT = """
import { createServer } from "node:http";

const [client, busy, down] = process.argv.slice(1);
const answers = { once: [busy, "{}"], always: [busy, busy, "{}"], down: [down, "{}"] };
const asked = [];
const server = createServer(async (request, response) => {
  const body = (await request.toArray()).join("");
  const answer = answers[request.url.split("/").at(1)].shift();
  asked.push(`${request.method} ${request.url} ${body}`);
  response.writeHead(answer === "{}" ? 200 : 503, { "Content-Type": "application/json" }).end(answer);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
globalThis.location = new URL(`http://127.0.0.1:${server.address().port}`);
globalThis.addEventListener = () => {};

const { createClient } = await import(client);
async function signIn(path) {
  const client = createClient({ baseUrl: `/${path}/`, parts: {} });
  const told = await client.signIn({ email: "ada@example.com" }).then(() => "in", (error) => error.code);
  client.close();
  return told;
}
const told = await Promise.all(Object.keys(answers).map(signIn));
console.log(JSON.stringify({ told, asked: asked.sort() }));
server.close();
server.closeAllConnections();
"""


def test_who_is_told_busy_is_asked_for_once_more_and_other_refusals_are_not(tmp_path: Path) -> None:
    refusals = [json.dumps({"code": kind.code, "message": kind.message}) for kind in (BUSY, DATABASE_UNAVAILABLE)]
    command = ("node", "--input-type=module", "--eval", SCRIPT, str(CLIENT), *refusals)
    done = node.run(tmp_path, *command)

    asked = 'POST /{}/auth/login {{"email":"ada@example.com"}}'
    assert json.loads(done.stdout or "{}") == {
        "told": ["in", "busy", "database_unavailable"],
        "asked": [asked.format(path) for path in ("always", "always", "down", "once", "once")],
    }, done.stderr
