import { fireEvent, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import type { Shape } from "@/api/types";
import { answer, show } from "@/testing/render";
import { EntityField, namesOf } from "./entityField";

type Seen = Shape<"SeenEntity">;

const seen = (entity: string, entity_type: Seen["entity_type"] = "route"): Seen => ({
  entity,
  entity_type,
  event_types: ["logistics"],
  last_day: "2026-03-18",
  event_count: 3,
});

function Held({ told }: { told: (name: string) => void }) {
  const [name, setName] = useState("");
  const take = (next: string) => {
    told(next);
    setName(next);
  };
  return <EntityField value={name} onValue={take} />;
}

it("offers what fits the letters, and asks for nothing before somebody is there", async () => {
  const asked = answer({
    "/entities": ({ url }: Request) => (url.includes("q=no") ? [seen("North run")] : []),
  });
  const { user, container } = show(<Held told={vi.fn()} />);
  expect(asked).toHaveLength(0);
  await user.type(screen.getByLabelText("Entity"), "no");
  await waitFor(() => expect(container.querySelector("option")?.value).toBe("North run"));
  expect(container.querySelector("option")?.label).toBe("North run · Route");
});

it("counts on Enter or when it is left, not with every letter, and only what is new", async () => {
  answer({ "/entities": [] });
  const told = vi.fn();
  const { user } = show(<Held told={told} />);
  await user.type(screen.getByLabelText("Entity"), " North ");
  expect(told).not.toHaveBeenCalled();
  await user.keyboard("{Enter}");
  await user.tab();
  expect(told.mock.calls).toEqual([["North"]]);
});

it("counts at once where one is chosen from the list", () => {
  answer({ "/entities": [] });
  const told = vi.fn();
  show(<Held told={told} />);
  const field = screen.getByLabelText("Entity");
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, "Depot");
  fireEvent(field, new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
  expect(told.mock.calls).toEqual([["Depot"]]);
});

it("a name of two types is one choice", () => {
  expect([...namesOf([seen("Depot"), seen("Depot", "warehouse")])]).toEqual([["Depot", "Route, warehouse"]]);
});
