import { expect, it } from "vitest";
import { against, comparison, label, listed, plural } from "./sentence";

it("counts things in words", () => {
  expect([plural(1, "alert"), plural(1200, "alert"), plural(2, "entity", "entities")]).toEqual([
    "1 alert",
    "1,200 alerts",
    "2 entities",
  ]);
});

it("lists things", () => {
  expect([listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])]).toEqual([
    "",
    "a",
    "a and b",
    "a, b and c",
  ]);
});

it("compares with what is typical", () => {
  expect(comparison(10.4, 4.067)).toBe("10.4 kg where 4.07 kg is typical (156 % above)");
  expect([against(88, 100), against(100.2, 100), against(5, 0)]).toEqual([
    "12 % below",
    "as is typical",
    "above a typical zero",
  ]);
});

it("makes labels of the API's names", () => {
  expect(label("not_effective")).toBe("Not effective");
});
