import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { Problem } from "@/api/problem";
import { show } from "@/testing/render";
import { type Asked, Panel, together } from "./panel";

const asked = (over: Partial<Asked<string[]>>): Asked<string[]> => ({
  data: undefined,
  isPending: false,
  error: null,
  dataUpdatedAt: Date.now(),
  refetch: vi.fn(),
  ...over,
});
const problem = new Problem(503, "unavailable", "The database does not answer.", "Try again.");

function panel(query: Asked<string[]>) {
  return show(
    <Panel
      title="Alerts"
      query={query}
      isEmpty={(data) => data.length === 0}
      empty={{ words: "No alert fires.", next: <a href="/rules">Look at the rules</a> }}
      partial={(data) => (data.includes("half") ? "Only the newest 500 are in it." : null)}
    >
      {(data) => <p>{data.join()}</p>}
    </Panel>,
  );
}

describe("a panel", () => {
  it("says that it loads", () => {
    panel(asked({ isPending: true }));
    expect(screen.getByRole("region", { name: "Alerts" }).getAttribute("aria-busy")).toBe("true");
    expect(screen.getByRole("status").textContent).toBe("Loading alerts");
  });

  it("says what to do next where there is nothing", () => {
    panel(asked({ data: [] }));
    expect(screen.getByText("No alert fires.")).toBeDefined();
    expect(screen.getByRole("link", { name: "Look at the rules" })).toBeDefined();
  });

  it("names what failed, why, and tries again", async () => {
    const query = asked({ error: problem });
    const { user } = panel(query);
    const alert = within(screen.getByRole("alert"));
    expect(alert.getByText("Alerts could not be loaded")).toBeDefined();
    expect(alert.getByText(/The database does not answer. Try again./)).toBeDefined();
    await user.click(alert.getByRole("button", { name: "Try again" }));
    expect(query.refetch).toHaveBeenCalledOnce();
  });

  it("says what is missing from what it shows", () => {
    panel(asked({ data: ["half"] }));
    expect(screen.getByText("Only the newest 500 are in it.")).toBeDefined();
    expect(screen.getByText("half")).toBeDefined();
  });

  it("keeps what it has where a later answer fails, and says how old it is", () => {
    panel(asked({ data: ["kept"], error: problem }));
    expect(screen.getByText("kept")).toBeDefined();
    expect(screen.getByText(/The database does not answer/)).toBeDefined();
  });
});

it("several questions are one once all are answered; the failed ones are asked again", async () => {
  const failed = asked({ error: problem });
  const fine = asked({ data: ["a"] });
  const both = together<{ failed: string[]; fine: string[] }>({ failed, fine });
  expect([both.data, both.error]).toEqual([undefined, problem]);
  await both.refetch();
  expect([vi.mocked(failed.refetch).mock.calls.length, vi.mocked(fine.refetch).mock.calls.length]).toEqual([
    1, 0,
  ]);
  expect(together<{ fine: string[] }>({ fine }).data).toEqual({ fine: ["a"] });
});
