/** Never run: what TypeScript accepts, and what it refuses. A line that it should refuse and does not is an error. */

import { TRPCClientError } from "@trpc/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AccessTokenPayload, AppRouter, ErrorCode, Post, Session, User } from "./app-router.js";
import { trpc } from "./trpc.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_Claim extends true>() => {};

export async function accepted() {
  const me: User | null = await trpc.auth.whoami.query();
  const post: Post = await trpc.post.create.mutate({ title: "Hello", body: "World" });
  await trpc.post.update.mutate({ id: post.id, is_draft: true });
  const nothing: void = await trpc.post.delete.mutate({ id: post.id });
  const { items, next_cursor } = await trpc.post.list.query();
  await trpc.post.list.query({ limit: 10, cursor: next_cursor });
  await trpc.admin.users.query({ role: "staff" });
  await trpc.admin.setRole.mutate({ id: post.owner_id, role: "admin" });
  holds<Same<typeof items, Post[]>>();
  holds<Same<AppRouter["_def"]["procedures"]["post"]["byId"]["_def"]["type"], "query">>();
  return [me?.email, nothing];
}

export async function refused() {
  // @ts-expect-error: the user may be nobody
  (await trpc.auth.whoami.query()).email;
  // @ts-expect-error: a query is not a mutation
  await trpc.auth.whoami.mutate();
  // @ts-expect-error: a mutation is not a query
  await trpc.post.create.query({ title: "Hello", body: "World" });
  // @ts-expect-error: no such procedure
  await trpc.post.publish.mutate({ id: "x" });
  // @ts-expect-error: no such router
  await trpc.comments.list.query();
  // @ts-expect-error: an input is needed
  await trpc.post.byId.query();
  // @ts-expect-error: of another type
  await trpc.post.byId.query({ id: 1 });
  // @ts-expect-error: a field is missing
  await trpc.post.create.mutate({ title: "Hello" });
  // @ts-expect-error: a field too many
  await trpc.post.create.mutate({ title: "Hello", body: "World", owner_id: "me" });
  // @ts-expect-error: nothing may be null that may not
  await trpc.post.create.mutate({ title: null, body: "World" });
  // @ts-expect-error: no such role
  await trpc.admin.setRole.mutate({ id: "x", role: "wizard" });
  // @ts-expect-error: no such field in what comes back
  (await trpc.post.byId.query({ id: "x" })).password;
  // @ts-expect-error: it takes no input
  await trpc.auth.whoami.query({ id: "x" });
}

export function errors(error: unknown) {
  if (!(error instanceof TRPCClientError)) return;
  const { data } = error as TRPCClientError<AppRouter>;
  if (data?.code === "UNAUTHORIZED" && data.reason === "token_expired") return data.requestId;
  if (data?.reason === "csrf") return data.path;
  // @ts-expect-error: no such name
  if (data?.code === "TEAPOT") return;
  // @ts-expect-error: no such reason
  if (data?.reason === "no_such_reason") return;
  return data?.fields;
}

export const claims = (payload: AccessTokenPayload): [string?, number?] => [payload.sub, payload.exp];
export const when = (session: Session): Date => new Date(session.expires_at);
export const known: ErrorCode[] = ["token_expired", "last_admin"];
// @ts-expect-error: no such code
export const unknown: ErrorCode = "teapot";
holds<Same<inferRouterOutputs<AppRouter>["auth"]["whoami"], User | null>>();
holds<Same<inferRouterInputs<AppRouter>["post"]["byId"], { id: string }>>();
