import { screen } from "@testing-library/react";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { Button } from "./button";
import { Confirm } from "./dialog";

function Undo({ onConfirm }: { onConfirm: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Undo</Button>
      <Confirm
        open={open}
        onOpenChange={setOpen}
        title="Undo the import?"
        about="All 120 events go."
        does="Undo it"
        onConfirm={onConfirm}
      />
    </>
  );
}

it("asks before it is done, and does nothing when it is cancelled", async () => {
  const onConfirm = vi.fn();
  const { user } = show(<Undo onConfirm={onConfirm} />);
  await user.click(screen.getByRole("button", { name: "Undo" }));
  const dialog = screen.getByRole("alertdialog", { name: "Undo the import?" });
  expect(dialog.textContent).toContain("All 120 events go.");
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  expect(onConfirm).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Undo" }));
  await user.click(screen.getByRole("button", { name: "Undo it" }));
  expect(onConfirm).toHaveBeenCalledOnce();
});
