/** Says as JSON what a server renders: where it did not ask who is signed in, and where it found somebody, or nobody. */
import { renderToString } from "react-dom/server";
import { createSSRApp } from "vue";
import { renderToString as renderVue } from "vue/server-renderer";
import type { User } from "flaskport";
import { flaskport } from "flaskport/vue";
import { client } from "./client.js";
import { App as ReactApp } from "./react-app.js";
import { App as VueApp } from "./vue-app.js";

const found: Record<string, User | null | undefined> = {
  unknown: undefined,
  ada: { email: "ada@example.com" } as User,
  nobody: null,
};
const rendered: Record<string, Record<string, string>> = { react: {}, vue: {} };
for (const [name, user] of Object.entries(found)) {
  rendered.react![name] = renderToString(<ReactApp user={user} />);
  rendered.vue![name] = await renderVue(createSSRApp(VueApp).use(flaskport(client, { user })));
}
console.log(JSON.stringify(rendered));
