/** On /account: what happened to the account lately. */
import { client } from "../pages/client.js";
import { activityRow, pages } from "./rows.js";

const FEW = 8;
const MANY = 50;

export const load = async () => ({ activity: await client.activity.list({ limit: FEW }) });

export default function activity(content, me) {
  const list = content.getElementById("activity-list");
  const draw = (items) => list.append(...items.map((item) => activityRow(item)));
  const read = (cursor) => client.activity.list({ limit: MANY, cursor });
  void pages(content.getElementById("more-activity"), read, draw, me.activity);
}
