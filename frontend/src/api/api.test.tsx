import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { answer, refusal, show } from "@/testing/render";
import { ask, askPages, rowsOf } from "./ask";
import { keepKey, keyIsNeeded } from "./key";
import { asProblem, problemOf } from "./problem";
import { useAction } from "./useAction";

function Health() {
  const health = useQuery(ask("/hotspots/{hotspot_id}", { path: { hotspot_id: 5 } }));
  return <p>{health.data?.entity ?? health.error?.message}</p>;
}

it("asks by path and shows what comes", async () => {
  const asked = answer({ "/hotspots/5": { entity: "North run" } });
  keepKey("a-long-random-string");
  show(<Health />);
  await screen.findByText("North run");
  expect(asked[0]?.headers.get("Authorization")).toBe("Bearer a-long-random-string");
});

it("a refusal is a problem in the API's own words", async () => {
  answer({
    "/hotspots/5": () => refusal(404, { detail: "There is no hotspot 5.", code: "not_found", remedy: "" }),
  });
  show(<Health />);
  await screen.findByText("There is no hotspot 5.");
});

it("a 401 asks for a key", async () => {
  answer({
    "/hotspots/5": () => refusal(401, { detail: "No valid API key.", code: "unauthorized", remedy: "" }),
  });
  show(<Health />);
  await waitFor(() => expect(keyIsNeeded()).toBe(true));
});

function List() {
  const alerts = useInfiniteQuery(askPages("/alerts", { query: { limit: 2 } }));
  return (
    <>
      <button type="button" onClick={() => void alerts.fetchNextPage()}>
        more
      </button>
      <p>
        {rowsOf(alerts.data)
          .map(({ id }) => id)
          .join(" ")}{" "}
        of {alerts.data?.pages[0]?.total}, {String(alerts.hasNextPage)}
      </p>
    </>
  );
}

it("a long list comes page by page, by the API's cursor", async () => {
  const page = (ids: number[], headers: Record<string, string>) =>
    Response.json(
      ids.map((id) => ({ id })),
      { headers },
    );
  const asked = answer({
    "/alerts": ({ url }: Request) =>
      url.includes("cursor=8")
        ? page([7], { "X-Total-Count": "3" })
        : page([9, 8], { "X-Total-Count": "3", "X-Next-Cursor": "8" }),
  });
  const { user } = show(<List />);
  await screen.findByText("9 8 of 3, true");
  await user.click(screen.getByText("more"));
  await screen.findByText("9 8 7 of 3, false");
  expect(asked.map(({ url }) => new URL(url).search)).toEqual(["?limit=2", "?limit=2&cursor=8"]);
});

function Act() {
  const acknowledge = useAction("post", "/alerts/{alert_id}/acknowledge", {
    done: "Acknowledged",
    touches: ["/alerts"],
  });
  return (
    <button type="button" onClick={() => acknowledge.mutate({ path: { alert_id: 3 } })}>
      go
    </button>
  );
}

it("an action says what came of it", async () => {
  answer({ "POST /alerts/3/acknowledge": {} });
  const { user } = show(<Act />);
  await user.click(screen.getByText("go"));
  await screen.findByText("Acknowledged");
});

it("an action that fails says why, and what to do", async () => {
  const told = { detail: "Already resolved.", code: "conflict", remedy: "Look at its timeline." };
  answer({ "POST /alerts/3/acknowledge": () => refusal(409, told) });
  const { user } = show(<Act />);
  await user.click(screen.getByText("go"));
  await screen.findByText("Already resolved.");
  await screen.findByText("Look at its timeline.");
});

it("problems of fields name them", () => {
  const problem = problemOf(422, {
    detail: [{ type: "value_error", loc: ["body", "amount_kg"], msg: "Must be positive", input: -1 }],
    code: "invalid_input",
    remedy: "",
  });
  expect(problem.message).toBe("amount_kg: Must be positive");
  expect(problem.fields).toEqual([{ where: "amount_kg", message: "Must be positive" }]);
});

it("no answer at all is a problem too", () => {
  expect(asProblem(new TypeError("Failed to fetch")).message).toBe("The engine does not answer.");
  expect(problemOf(502, "<html>").message).toBe("The engine answered 502.");
});
