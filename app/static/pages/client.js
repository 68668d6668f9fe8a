/** The one client of a page. */
import { createClient } from "../flaskport.js";

/** Where this server is, which may be below a path of its host. */
export const base = new URL("../../", import.meta.url);
export const client = createClient({ baseUrl: base.href });
