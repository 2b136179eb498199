import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import * as csv from "@/lib/csv";
import { show } from "@/testing/render";
import { BarChart } from "./BarChart";
import { LineChart } from "./LineChart";
import { Sparkline } from "./Sparkline";
import { bandPath, labelled, linePath, ticks } from "./scale";
import { floating } from "./steps";
import { Waterfall } from "./Waterfall";

const AXIS = { label: "Day", ticks: ["Mon", "Tue", "Wed"] };

describe("scales", () => {
  it("step by round numbers, around zero", () => {
    expect(ticks(0, 1150)).toEqual([0, 500, 1000, 1500]);
    expect(ticks(-3, 9)).toEqual([-5, 0, 5, 10]);
    expect(ticks(0, 0)).toEqual([0, 1]);
  });

  it("leave out texts that would touch", () => {
    expect(labelled(24, 480, 40)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]);
  });

  it("break a line and a band where a value is missing", () => {
    expect(linePath([[0, 1], null, [2, 3], [4, 5]])).toBe("M0.0,1.0M2.0,3.0L4.0,5.0");
    const high = [[0, 0], [1, 0], null, [3, 0], [4, 0]] as const;
    const low = [
      [0, 9],
      [1, 9],
      [2, 9],
      [3, 9],
      [4, 9],
    ] as const;
    expect(bandPath(low, high).match(/Z/g)).toHaveLength(2);
  });
});

describe("a chart", () => {
  const chart = (
    <LineChart
      title="Rate"
      sentence="The rate rose from 1 to 3 t."
      axis={AXIS}
      unit="kg"
      series={[{ label: "Actual", values: [1000, null, 3000] }]}
      band={{ label: "Typical", low: [500, 500, 500], high: [2000, 2000, 2000] }}
    />
  );

  it("joins a line to the one it follows, where they are neighbours, and only in the picture", () => {
    const drawn = (ahead: (number | null)[]) => {
      const series = [
        { label: "Ahead", values: ahead, follows: "Before" },
        { label: "Before", values: [1, 2, null] },
      ];
      const { container } = show(
        <LineChart title="Days" sentence="Days." axis={AXIS} unit="t" series={series} />,
      );
      return container.querySelectorAll("path[stroke-dasharray='2 3']").length;
    };
    expect([drawn([null, null, 3]), drawn([null, 2, 3]), drawn([null, null, null])]).toEqual([1, 1, 0]);
    expect(drawn([1, 2, 3])).toBe(0);
  });

  it("says in a sentence what it shows, in the unit of its size", () => {
    const { container } = show(chart);
    expect(screen.getByRole("img", { name: "The rate rose from 1 to 3 t." })).toBeDefined();
    expect(container.querySelector("svg text")?.textContent).toBe("0 t");
  });

  it("has a table with the same numbers behind a button", async () => {
    const { user } = show(chart);
    await user.click(screen.getByRole("button", { name: "Rate as a table" }));
    const cells = within(screen.getByRole("table"))
      .getAllByRole("cell")
      .map((cell) => cell.textContent);
    expect(cells.slice(0, 8)).toEqual(["Mon", "1,000", "500", "2,000", "Tue", "–", "500", "2,000"]);
    expect(screen.queryByRole("img")).toBeNull();
  });

  it("is saved as CSV", async () => {
    const saved = vi.spyOn(csv, "download").mockImplementation(() => undefined);
    const { user } = show(chart);
    await user.click(screen.getByRole("button", { name: "Save Rate as CSV" }));
    const [name, content] = saved.mock.calls[0] ?? [];
    expect(name).toBe("rate.csv");
    expect(content).toBe(
      'Day,Actual (kg),"Typical, low (kg)","Typical, high (kg)"\r\nMon,1000,500,2000\r\nTue,,500,2000\r\nWed,3000,500,2000\r\n',
    );
  });
});

it("bars stand beside each other or on each other", () => {
  const series = [
    { label: "a", values: [1, 2, 3] },
    { label: "b", values: [1, 1, 1] },
  ];
  const { container } = show(
    <BarChart title="Parts" sentence="Parts by day." axis={AXIS} unit="%" series={series} stacked />,
  );
  const [first, second] = [...container.querySelectorAll("svg[width='900'] rect")];
  expect(first?.getAttribute("x")).toBe(second?.getAttribute("x"));
  expect(Number(second?.getAttribute("y"))).toBeLessThan(Number(first?.getAttribute("y")));
});

it("steps of a waterfall float on the sum before them", () => {
  const steps = [
    { label: "Usual", value: 40, total: true },
    { label: "Load", value: 25 },
    { label: "Speed", value: -5 },
    { label: "Actual", value: 60, total: true },
  ];
  expect(floating(steps).map(({ from, to, kind }) => [from, to, kind])).toEqual([
    [0, 40, "total"],
    [40, 65, "more"],
    [65, 60, "less"],
    [0, 60, "total"],
  ]);
  show(<Waterfall title="Why" sentence="Load adds 25 kg." unit="kg" steps={steps} />);
  expect(screen.getByRole("img", { name: "Load adds 25 kg." })).toBeDefined();
});

it("a sparkline says what it shows", () => {
  show(<Sparkline values={[1, null, 3]} sentence="From 1 to 3 kg." />);
  expect(screen.getByRole("img", { name: "From 1 to 3 kg." })).toBeDefined();
});
