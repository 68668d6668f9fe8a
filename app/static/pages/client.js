/** The one client of a page. */
import { createClient } from "../flaskport.js";

export const client = createClient();
