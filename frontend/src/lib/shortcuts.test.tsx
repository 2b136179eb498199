import { expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { meant, useActiveShortcuts, useShortcuts } from "./shortcuts";

function Page({ run }: { run: () => void }) {
  useShortcuts([{ keys: "j", does: "Next row", run }]);
  return (
    <>
      <input aria-label="note" />
      <input type="checkbox" aria-label="row" />
      {useActiveShortcuts().map(({ does }) => does)}
    </>
  );
}

it("runs and lists what the open page has registered", async () => {
  const run = vi.fn();
  const { user, container } = show(<Page run={run} />);
  await user.keyboard("j");
  expect(run).toHaveBeenCalledOnce();
  expect(container.textContent).toContain("Next row");
});

it("leaves letters alone while somebody writes", async () => {
  const run = vi.fn();
  const { user, getByLabelText } = show(<Page run={run} />);
  await user.type(getByLabelText("note"), "jjj");
  expect(run).not.toHaveBeenCalled();
});

it("leaves alone what somebody else took, such as the Escape that closed a dialog", () => {
  const event = new KeyboardEvent("keydown", { key: "Escape", cancelable: true });
  expect(meant(event, "Escape")).toBe(true);
  event.preventDefault();
  expect(meant(event, "Escape")).toBe(false);
});

it("holds on a box that was ticked", async () => {
  const run = vi.fn();
  const { user, getByLabelText } = show(<Page run={run} />);
  await user.click(getByLabelText("row"));
  await user.keyboard("j");
  expect(run).toHaveBeenCalledOnce();
});
