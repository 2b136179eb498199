import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { mass } from "@/lib/format";
import { show } from "@/testing/render";
import { basisOf, Figure, Mass } from "./figure";
import { Severity, State } from "./severity";
import { Time } from "./time";

it("a figure has its unit and what it rests on, for screen readers too", () => {
  const { container } = show(
    <Figure
      label="Rate"
      quantity={mass(1240, "/h")}
      basis={{ kind: "estimated", reason: "40 % of it measured" }}
      note="last day"
    />,
  );
  expect(container.textContent).toBe("Rate1.24 t/hestimated: 40 % of it measuredlast day");
});

it("what is not known is a dash that says so", () => {
  const { container } = show(<Mass kg={null} basis={{ kind: "insufficient", reason: "no floor area" }} />);
  expect(container.textContent).toBe("–not known insufficient: no floor area");
});

it("an estimate is measured from fuel or a meter, unless the reading was filled in", () => {
  expect(basisOf({ co2_kg: 1, tier: "T1" }).kind).toBe("measured");
  expect(basisOf({ co2_kg: 1, tier: "T1", filled: true }).kind).toBe("estimated");
  expect(basisOf({ co2_kg: 1, tier: "T3" })).toEqual({
    kind: "estimated",
    reason: "from the average of the class",
  });
  expect(basisOf({ co2_kg: null, reason: "no meter" })).toEqual({ kind: "insufficient", reason: "no meter" });
});

it("severity and state are words, with an icon, never colour alone", () => {
  const { container } = show(
    <>
      <Severity level="critical" />
      <State state="no_data" />
      <State state="a_new_one" />
    </>,
  );
  expect(container.textContent).toBe("CriticalNo dataA new one");
  expect(container.querySelectorAll("svg")).toHaveLength(3);
});

it("a time is relative, and absolute for screen readers", () => {
  show(<Time at={new Date(Date.now() - 5 * 60_000).toISOString()} />);
  expect(screen.getByText(/5 min ago/).textContent).toMatch(/5 min ago \(.* UTC\)/);
});
