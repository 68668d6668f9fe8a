import type { Step } from "flaskport";

/** Nobody is signed in yet: the server's own page asks for what is left, a second factor say, and leads back here. */
export function leaveFor({ step, page }: Step): Promise<never> {
  if (!page) throw new Error(`No page asks for the step ${step}.`);
  const address = new URL(page);
  address.searchParams.set("next", location.pathname);
  location.assign(address);
  return new Promise(() => {}); // this page is on its way out
}
