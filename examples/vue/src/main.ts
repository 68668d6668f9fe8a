import { createApp } from "vue";
import { createClient } from "flaskport";
import { flaskport } from "flaskport/vue";
import App from "./App.vue";
import "./style.css";

const client = createClient(); // one for the whole page; it speaks to this page's own origin

createApp(App).use(flaskport(client)).mount("#app");
