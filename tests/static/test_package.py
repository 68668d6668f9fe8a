"""app/static as an npm package: installed, imported by its name, typed; and a client on a server that renders pages."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.browser.destinations import MAX_LENGTH
from app.core import assets, client
from app.features import FEATURES
from tests import node
from tests.databases import SETTINGS
from tests.docs.snippets import ROOT, blocks
from tests.static.packaged import STATIC

IN_A_BUNDLER = ("--module", "esnext", "--moduleResolution", "bundler", "--jsx", "react-jsx", "--noEmit")
TSC = ("node_modules/.bin/tsc", "--strict", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", *IN_A_BUNDLER)


DOCUMENTS = ("browser.md", "../app/static/README.md")


def examples() -> dict[str, str]:
    """The code of the documents, each block a module of its own."""
    return {
        f"example-{place}-{number}.{language}": block
        for place, document in enumerate(DOCUMENTS)
        for language in ("ts", "tsx")
        for number, block in enumerate(blocks(document, language))
    }


MISSPELT = """import type { FlaskportError } from "flaskport";
export const right = (error: FlaskportError) => error.code === "invalid_credentials";
export const wrong = (error: FlaskportError) => error.code === "invalid_credentails";
"""


STEPS = """import { createClient, Step, type User } from "flaskport";
const client = createClient();
const fields = { email: "ada@example.com", password: "correct horse battery" };
export async function asks(): Promise<string> {
  const result = await client.signIn(fields);
  if (!("step" in result)) return result.email;
  const next: User | Step = await client.finish(result, "auth/totp/step", { code: "123456" });
  return "step" in next ? next.step : next.id;
}
export async function forgets(): Promise<string[]> {
  return [
    (await client.register(fields)).email,
    (await client.signIn(fields)).email,
    (await client.finish({ token: "…" }, "auth/totp/step", {})).email,
    (await client.magicLink.finish({ code: "123456" })).email,
    (await client.passkeys.signIn()).email,
    (await client.passkeys.signUp({ email: "", passkeyName: "" })).email,
    (await client.passkeys.acceptInvitation({ token: "", passkeyName: "" })).email,
    (await client.passkeys.finish({ token: "…" })).email,
    (await client.invitations.accept({ token: "", password: "" })).email,
    (await client.emailVerification.verify({ code: "123456" })).user!.email,
  ];
}
"""


GUESTS = "export interface Parts {\n  readonly guests: { list(): Promise<string[]> };\n}\n"
USES = """import { createClient, parts } from "flaskport";
const client = createClient();
export const guests: Promise<string[]> = client.guests.list();
export const some = createClient({ parts: { guests: parts.guests } }).devices.list();
export const keys = client.keys;
"""
ANSWERS = """import { createClient, type Device, type Key, type Post, type Session } from "flaskport";
const client = createClient();
export async function answers(): Promise<[string, string, string, boolean, string]> {
  const [key]: Key[] = await client.keys.list();
  const made: Key & { key: string } = await client.keys.create({ name: "Backup" });
  const { items, has_password } = await client.identities.list();
  const [device]: Device[] = await client.devices.list();
  const session: Omit<Session, "methods" | "assured_at"> = device!;
  const post = await client.call<Post>("GET", "api/posts/1");
  return [key!.hint, made.key, items[0]!.email ?? session.id, has_password, post.owner_id];
}
"""


@pytest.fixture(scope="session")
def complaints(installed: Path) -> list[str]:
    """What TypeScript says of all that is written here, by lines: it is asked once, and each test reads its part."""
    bare = client.declarations(create_app(SETTINGS, ()))
    sources = examples() | {"misspelt.ts": MISSPELT, "steps.ts": STEPS, "answers.ts": ANSWERS}
    sources |= {f"uses-{name}.ts": USES.replace("flaskport", f"./{name}") for name in ("bare", "more")}

    def compile_all() -> str:
        for name, text in [*sources.items(), ("bare.d.ts", bare), ("more.d.ts", bare + GUESTS)]:
            (installed / name).write_text(text, encoding="utf-8")
        return node.run(installed, *TSC, "next.d.ts", *sources).stdout

    return node.once(installed, "complaints", compile_all).splitlines()


def about(complaints: list[str], *beginnings: str) -> list[str]:
    return [line for line in complaints if line.startswith(beginnings)]


def test_every_example_compiles_under_strict_typescript_and_a_misspelt_code_does_not(complaints: list[str]) -> None:
    sources = examples()
    assert {name.partition(".")[2] for name in sources} == {"ts", "tsx"}

    [complaint] = about(complaints, *sources, "misspelt.ts")

    assert complaint.startswith("misspelt.ts(3,")
    assert "no overlap" in complaint


def test_the_client_is_typed_without_features_and_with_one_of_somebody_elses(complaints: list[str]) -> None:
    told = about(complaints, "uses-", "bare.d.ts", "more.d.ts")

    assert [re.sub(r",\d+\): error TS\d+", ")", line) for line in told] == [
        "uses-bare.ts(3): Property 'guests' does not exist on type 'Client'.",
        "uses-bare.ts(4): Property 'guests' does not exist on type '{}'.",
        "uses-bare.ts(5): Property 'keys' does not exist on type 'Client'.",
        "uses-more.ts(5): Property 'keys' does not exist on type 'Client'.",
    ]


def test_whoever_forgets_that_a_step_may_be_left_is_told_by_typescript(complaints: list[str]) -> None:
    first = STEPS.splitlines().index("  return [") + 2

    told = [line.partition(": error")[0] for line in about(complaints, "steps.ts")]

    lines = [line.partition("(")[2].partition(",")[0] for line in told]
    assert lines == [str(first + number) for number in range(10)]


def test_every_thing_that_the_client_answers_has_what_the_server_answers(complaints: list[str]) -> None:
    assert about(complaints, "answers.ts") == []


def test_typescript_complains_of_nothing_else(complaints: list[str]) -> None:
    """Such as of the declarations themselves, or of its own options."""
    expected = about(complaints, "misspelt.ts", "uses-", "steps.ts")
    assert [line for line in complaints if line not in expected and not line.startswith(" ")] == []


def test_on_a_server_a_client_can_be_made_and_nobody_is_signed_in(installed: Path) -> None:
    script = """
      import { createClient } from "flaskport";
      const client = createClient();
      const codeOf = async (work) => work().then(String, ({ name, code }) => `${name} ${code}`);
      const refused = [
        await codeOf(() => client.call("POST", "api/posts", {})),
        await codeOf(() => client.fetch("api/posts")),
        await codeOf(async () => client.signInWith("google")),
        await codeOf(async () => client.signInWith("google", { popup: true })),
        await codeOf(() => client.identities.connect("google")),
        await codeOf(() => client.passkeys.signIn()),
      ];
      const stop = client.onChange(() => {});
      stop();
      client.close();
      const kinds = [...new Set(refused)];
      console.log(JSON.stringify({ state: await client.session(), user: client.user, kinds }));
    """
    done = node.run(installed, "node", "--input-type=module", "--eval", script)

    assert json.loads(done.stdout) == {
        "state": {"user": None},
        "user": None,
        "kinds": ["FlaskportError not_in_a_browser"],
    }, done.stderr


def test_a_client_keeps_no_program_running(installed: Path) -> None:
    """Node has BroadcastChannel as well, and one that is open never lets it end."""
    script = 'import { createClient } from "flaskport"; await createClient().session();'
    done = node.run(installed, "node", "--input-type=module", "--eval", script)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_client_that_is_made_and_not_used_listens_to_nothing(installed: Path) -> None:
    """React makes two where one is made within a component, and throws one away."""
    script = """
      import { createClient } from "flaskport";
      let begun = 0;
      globalThis.location = new URL("http://localhost");
      globalThis.BroadcastChannel = class { constructor() { begun += 1; } addEventListener() {} };
      globalThis.addEventListener = () => (begun += 1);
      const client = createClient();
      const before = begun;
      client.onChange(() => {});
      console.log(JSON.stringify([before, begun]));
    """
    done = node.run(installed, "node", "--input-type=module", "--eval", script)

    assert json.loads(done.stdout or "null") == [0, 2], done.stderr


def size_of(app: Flask, *names: str) -> int:
    """With all that they import, compressed: each module by itself, as it is sent."""
    return sum(len(gzip.compress(assets.source(app, name).encode())) for name in assets.modules(app, *names))


def test_the_client_is_as_small_as_the_document_says() -> None:
    """With the parts of Flaskport's features; those of a project's own come on top."""
    app = create_app(SETTINGS, FEATURES)
    text = (ROOT / "docs" / "browser.md").read_text(encoding="utf-8")

    assert size_of(app, "flaskport.js") < 12 * 1024
    assert "under 12 KB compressed" in text
    for hooks in ("react.js", "vue.js"):
        more = (STATIC / hooks).read_bytes() + (STATIC / "flaskport-watch.js").read_bytes()
        assert len(gzip.compress(more)) < 2 * 1024
    assert text.count("under 2 KB more") == 2


def test_the_client_hands_over_a_place_as_long_as_the_server_takes_it() -> None:
    [most] = re.findall(
        r"^const MAX_PLACE = (\d+);", (STATIC / "flaskport-browser.js").read_text("utf-8"), re.MULTILINE
    )

    assert int(most) == MAX_LENGTH
