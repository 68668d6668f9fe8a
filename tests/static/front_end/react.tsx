import { createRoot, hydrateRoot } from "react-dom/client";
import { App } from "./react-app.js";

const root = document.getElementById("app")!;
const app = <App user={globalThis.found} />;
if (root.childElementCount === 0) createRoot(root).render(app);
else hydrateRoot(root, app, { onRecoverableError: console.error });
