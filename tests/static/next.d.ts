/** As much of Next as docs/browser.md uses. examples/next is built with all of it. */
declare module "next/headers" {
  export function headers(): Promise<Headers>;
}
declare const process: { readonly env: Record<string, string | undefined> };
