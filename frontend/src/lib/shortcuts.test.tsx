import { expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { useActiveShortcuts, useShortcuts } from "./shortcuts";

function Page({ run }: { run: () => void }) {
  useShortcuts([{ keys: "j", does: "Next row", run }]);
  return (
    <>
      <input aria-label="note" />
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
