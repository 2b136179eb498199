import { describe, expect, it } from "vitest";
import { absolute, change, mass, massScale, massText, number, percent, relative } from "./format";

describe("numbers", () => {
  it("have three digits that count", () => {
    expect([1234567, 1234, 123.4, 12.34, 1.234, 0.1234, 0].map((value) => number(value))).toEqual([
      "1,234,567",
      "1,234",
      "123",
      "12.3",
      "1.23",
      "0.123",
      "0",
    ]);
  });

  it("of mass take the unit of their size", () => {
    expect([0.004, 0.9996, 4.067, 999.6, 10617, 2.5e6, 0].map((kg) => massText(kg))).toEqual([
      "4 g",
      "1 kg",
      "4.07 kg",
      "1 t",
      "10.6 t",
      "2.5 kt",
      "0 kg",
    ]);
    expect(mass(-1500, "/h")).toEqual({ text: "−1.5", unit: "t/h" });
  });

  it("of a column share the unit of the largest", () => {
    expect(massScale([1, null, 2500])).toEqual({ kg: 1000, unit: "t" });
    expect(massScale([])).toEqual({ kg: 1, unit: "kg" });
  });

  it("of a share or a change are percents", () => {
    expect([percent(155.6), percent(3.73), change(12.2), change(-0.67), change(-0.01), change(0)]).toEqual([
      "156 %",
      "3.7 %",
      "+12 %",
      "−0.7 %",
      "0 %",
      "0 %",
    ]);
  });
});

describe("times", () => {
  const now = new Date("2026-11-26T12:00:00Z");
  const ago = (seconds: number) => relative(new Date(now.getTime() - seconds * 1000), now);

  it("are told by how long ago they were", () => {
    expect([ago(10), ago(60), ago(5400), ago(50 * 3600), ago(-7200)]).toEqual([
      "just now",
      "1 min ago",
      "2 h ago",
      "2 d ago",
      "in 2 h",
    ]);
  });

  it("are told in full in UTC", () => {
    expect(absolute(new Date("2026-11-26T15:27:33+01:00"))).toBe("Thu 26 Nov 2026 14:27 UTC");
  });
});
