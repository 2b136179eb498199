// How tests show things: a component with all it counts on, or a whole page at an address, with answers of their own.
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { makeQueryClient } from "@/api/queries";
import { LiveFeed } from "@/live/feed";
import { Providers } from "@/Providers";
import { makeRouter } from "@/router";
import { FakeSocket } from "./socket";

/** Path, with method where it is not GET, to what is answered: a value, a function of the request, or a Response. */
export type Answers = Record<string, unknown | ((request: Request) => unknown)>;

/** Answer fetch from this table; what is not in it is a 404 in the API's shape. Returns the requests that came. */
export function answer(answers: Answers): Request[] {
  const asked: Request[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(request);
    const { pathname } = new URL(request.url);
    const named = request.method === "GET" ? pathname : `${request.method} ${pathname}`;
    if (!(named in answers))
      return refusal(404, { detail: `No answer for ${named}.`, code: "not_found", remedy: "" });
    const given = answers[named];
    const value: unknown = typeof given === "function" ? await given(request) : given;
    return value instanceof Response ? value : Response.json(value);
  });
  return asked;
}

/** An error of the API. */
export function refusal(status: number, body: { detail: unknown; code: string; remedy: string }): Response {
  return Response.json(body, { status });
}

/** Show a component by itself. */
export function show(node: ReactNode) {
  const feed = new LiveFeed(() => new FakeSocket());
  const queries = makeQueryClient(() => false);
  const user = userEvent.setup();
  const view = render(
    <Providers feed={feed} queries={queries}>
      {node}
    </Providers>,
  );
  return { ...view, user, feed, queries };
}

/** Open a page at its address, "/hotspots?entity=North", with these answers. The feed's socket is in what comes back. */
export async function open(address: string, answers: Answers) {
  const asked = answer(answers);
  const socket = new FakeSocket();
  const feed = new LiveFeed(() => socket);
  const router = makeRouter(createMemoryHistory({ initialEntries: [`/app${address}`] }));
  const user = userEvent.setup();
  render(
    <Providers feed={feed} queries={makeQueryClient(() => false)}>
      <RouterProvider router={router} />
    </Providers>,
  );
  await screen.findByRole("main");
  return { user, feed, socket, router, asked };
}
