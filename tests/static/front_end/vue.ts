import { createApp, createSSRApp } from "vue";
import { flaskport } from "flaskport/vue";
import { client } from "./client.js";
import { App } from "./vue-app.js";

const root = document.getElementById("app")!;
const app = (root.childElementCount === 0 ? createApp : createSSRApp)(App);
app.use(flaskport(client, { user: globalThis.found })).mount(root);
